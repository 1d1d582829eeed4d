/** The numbers of a healer and all around it: defaults, derived defaults, and the check of each and of them together. */
import { logRetentionDays } from "../function/logRetention.ts"
import { integerIn, oneOf, type Range } from "../validation.ts"
import { type LogLevel, logLevels } from "./args.ts"
import { defaults } from "./defaults.ts"
import type { HealingGiven } from "./given.ts"
import { expireAfterDaysRange, ranges } from "./ranges.ts"

/** What the healer, its stores and its alarms are made with. */
export interface HealingSettings {
  readonly healerTimeoutSeconds: number
  readonly healerMemorySizeMegabytes: number
  readonly alertWindowSeconds: number
  /** `undefined`: objects stay in the standard storage class. */
  readonly glacierAfterDays: number | undefined
  readonly expireAfterDays: number
  readonly deadLetterDepth: number
  readonly logLevel: LogLevel
  readonly logRetentionDays: number
}

/**
 * Checks what was given and fills in the rest.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const healingSettingsOf = (subject: string, given: HealingGiven): HealingSettings => {
  const integer = (argument: string, value: number, range: Range) => integerIn(subject, argument, value, range)
  const glacierAfterDays =
    given.glacierAfterDays === undefined
      ? undefined
      : integer("archive.glacierAfterDays", given.glacierAfterDays, ranges.glacierAfterDays)
  return {
    healerTimeoutSeconds: integer(
      "healer.timeoutSeconds",
      given.healerTimeoutSeconds ?? defaults.healerTimeoutSeconds,
      ranges.timeoutSeconds
    ),
    healerMemorySizeMegabytes: integer(
      "healer.memorySizeMegabytes",
      given.healerMemorySizeMegabytes ?? defaults.memorySizeMegabytes,
      ranges.memorySizeMegabytes
    ),
    alertWindowSeconds: integer(
      "alerts.windowSeconds",
      given.alertWindowSeconds ?? defaults.alertWindowSeconds,
      ranges.alertWindowSeconds
    ),
    glacierAfterDays,
    expireAfterDays: integer(
      "archive.expireAfterDays",
      given.expireAfterDays ?? Math.max(defaults.expireAfterDays, (glacierAfterDays ?? 0) + 1),
      expireAfterDaysRange(glacierAfterDays)
    ),
    deadLetterDepth: integer(
      "alarms.deadLetterDepth",
      given.deadLetterDepth ?? defaults.deadLetterDepth,
      ranges.deadLetterDepth
    ),
    logLevel: oneOf(subject, "logLevel", given.logLevel ?? defaults.logLevel, logLevels),
    logRetentionDays: oneOf(
      subject,
      "logRetentionDays",
      given.logRetentionDays ?? defaults.logRetentionDays,
      logRetentionDays
    )
  }
}
