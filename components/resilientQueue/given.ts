/** What the caller gave, checked and turned into settings as soon as it is known. */
import * as pulumi from "@pulumi/pulumi"
import { defaultRules, type RecoveryRule } from "../../handlers/recovery/RecoveryPolicy.ts"
import type { HealingAlarmArgs, HealingArgs, LogLevel, ResilientQueueArgs } from "./args.ts"
import { type HealingSettings, healingSettingsOf } from "./healingSettings.ts"
import { type Settings, settingsOf } from "./settings.ts"

/** What the caller gave for the healer and all around it, once known. */
export interface HealingGiven {
  readonly healerTimeoutSeconds: number | undefined
  readonly healerMemorySizeMegabytes: number | undefined
  readonly alertWindowSeconds: number | undefined
  readonly glacierAfterDays: number | undefined
  readonly expireAfterDays: number | undefined
  readonly deadLetterDepth: number | undefined
  readonly logLevel: LogLevel | undefined
  readonly logRetentionDays: number | undefined
}

/** What the caller of `ResilientQueue` gave, once known. */
export interface Given extends HealingGiven {
  readonly fifo: boolean
  /** The longest `maxAgeSeconds` of the recovery rules. */
  readonly longestHealingSeconds: number
  readonly timeoutSeconds: number | undefined
  readonly memorySizeMegabytes: number | undefined
  readonly batchSize: number | undefined
  readonly maximumBatchingWindowSeconds: number | undefined
  readonly maximumConcurrency: number | undefined
  readonly delaySeconds: number | undefined
  readonly maxReceiveCount: number | undefined
  readonly visibilityTimeoutSeconds: number | undefined
  readonly messageRetentionSeconds: number | undefined
  readonly deadLetterRetentionSeconds: number | undefined
  readonly failedPercent: number | undefined
  readonly failedMinimum: number | undefined
  readonly oldestMessageAgeSeconds: number | undefined
  readonly deduplicationScope: string | undefined
  readonly fifoThroughputLimit: string | undefined
}

/** The same, where some of it may be an Output still. */
type Inputs<Known> = { readonly [Argument in keyof Known]: pulumi.Input<Known[Argument]> }

const isKnown = <Known extends object>(inputs: Inputs<Known> | Known): inputs is Known =>
  Object.values(inputs).every((value) => !pulumi.Output.isInstance(value) && !(value instanceof Promise))

/**
 * The settings of a queue. Plain values are checked before any resource is made; an Output is checked once it is
 * known, and what depends on it is not made if it is refused.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const resolveSettings = (subject: string, args: ResilientQueueArgs): pulumi.Output<Settings> => {
  const inputs = givenOf(args)
  return isKnown<Given>(inputs)
    ? pulumi.output(settingsOf(subject, inputs))
    : pulumi.output(inputs).apply((given) => settingsOf(subject, given))
}

/** The same for a healer and all around it. */
export const resolveHealingSettings = (
  subject: string,
  args: HealingArgs,
  alarms: HealingAlarmArgs | undefined
): pulumi.Output<HealingSettings> => {
  const inputs = healingGivenOf(args, alarms)
  return isKnown<HealingGiven>(inputs)
    ? pulumi.output(healingSettingsOf(subject, inputs))
    : pulumi.output(inputs).apply((given) => healingSettingsOf(subject, given))
}

const healingGivenOf = (args: HealingArgs, alarms: HealingAlarmArgs | undefined): Inputs<HealingGiven> => ({
  healerTimeoutSeconds: args.healer?.timeoutSeconds,
  healerMemorySizeMegabytes: args.healer?.memorySizeMegabytes,
  alertWindowSeconds: args.alerts?.windowSeconds,
  glacierAfterDays: args.archive?.glacierAfterDays,
  expireAfterDays: args.archive?.expireAfterDays,
  deadLetterDepth: alarms?.deadLetterDepth,
  logLevel: args.logLevel,
  logRetentionDays: args.logRetentionDays
})

const givenOf = (args: ResilientQueueArgs): Inputs<Given> => ({
  ...healingGivenOf(args, args.alarms),
  fifo: args.fifo === true,
  longestHealingSeconds: longestHealingSeconds(args.recovery?.rules ?? defaultRules),
  timeoutSeconds: args.consumer.timeoutSeconds,
  memorySizeMegabytes: args.consumer.memorySizeMegabytes,
  batchSize: args.consumer.batchSize,
  maximumBatchingWindowSeconds: args.fifo === true ? undefined : args.consumer.maximumBatchingWindowSeconds,
  maximumConcurrency: args.consumer.maximumConcurrency,
  delaySeconds: args.fifo === true ? undefined : args.delaySeconds,
  maxReceiveCount: args.maxReceiveCount,
  visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
  messageRetentionSeconds: args.messageRetentionSeconds,
  deadLetterRetentionSeconds: args.deadLetterRetentionSeconds,
  failedPercent: args.alarms?.failedPercent,
  failedMinimum: args.alarms?.failedMinimum,
  oldestMessageAgeSeconds: args.alarms?.oldestMessageAgeSeconds,
  deduplicationScope: args.fifo === true ? args.deduplicationScope : undefined,
  fifoThroughputLimit: args.fifo === true ? args.fifoThroughputLimit : undefined
})

/** How long the longest recovery rule heals, in seconds; 0 if none does. */
export const longestHealingSeconds = (rules: Readonly<Record<string, RecoveryRule>>): number =>
  Math.max(0, ...Object.values(rules).map((rule) => ("maxAgeSeconds" in rule ? rule.maxAgeSeconds : 0)))
