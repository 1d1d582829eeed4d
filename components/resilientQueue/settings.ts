/** The numbers of a `ResilientQueue`: defaults, derived defaults, and the check of each and of them together. */
import { defaultRules } from "../../handlers/recovery/RecoveryPolicy.ts"
import { integerIn, oneOf, type Range, refusal } from "../validation.ts"
import {
  crashPeriodSeconds,
  defaults,
  fewestCrashes,
  shortestLateSeconds,
  visibilityTimeoutFactor
} from "./defaults.ts"
import type { Given } from "./given.ts"
import { type HealingSettings, healingSettingsOf } from "./healingSettings.ts"
import { batchSizeRange, deadLetterRetentionRange, ranges, visibilityTimeoutRange } from "./ranges.ts"

/** Every number that the children are made with. */
export interface Settings extends HealingSettings {
  readonly timeoutSeconds: number
  readonly memorySizeMegabytes: number
  readonly batchSize: number
  readonly maximumBatchingWindowSeconds: number
  readonly maximumConcurrency: number
  readonly delaySeconds: number
  readonly maxReceiveCount: number
  readonly visibilityTimeoutSeconds: number
  readonly messageRetentionSeconds: number
  readonly deadLetterRetentionSeconds: number
  readonly deadLetterVisibilityTimeoutSeconds: number
  readonly failedPercent: number
  readonly failedMinimum: number
  /** How many crashes within five minutes are more than one bad message's. */
  readonly crashMinimum: number
  readonly oldestMessageAgeSeconds: number
}

/**
 * Checks what was given and fills in the rest.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const settingsOf = (subject: string, given: Given): Settings => {
  const integer = (argument: string, value: number, range: Range) => integerIn(subject, argument, value, range)
  const timeoutSeconds = integer(
    "consumer.timeoutSeconds",
    given.timeoutSeconds ?? defaults.timeoutSeconds,
    ranges.timeoutSeconds
  )
  const window = integer(
    "consumer.maximumBatchingWindowSeconds",
    given.maximumBatchingWindowSeconds ?? defaults.maximumBatchingWindowSeconds,
    given.fifo
      ? { minimum: 0, maximum: 0, because: "a FIFO queue has no batching window" }
      : ranges.maximumBatchingWindowSeconds
  )
  const visibilityTimeoutSeconds = integer(
    "visibilityTimeoutSeconds",
    given.visibilityTimeoutSeconds ?? visibilityTimeoutFactor * timeoutSeconds + window,
    visibilityTimeoutRange(timeoutSeconds, "the consumer's timeoutSeconds")
  )
  const maxReceiveCount = integer(
    "maxReceiveCount",
    given.maxReceiveCount ?? defaults.maxReceiveCount,
    ranges.maxReceiveCount
  )
  const messageRetentionSeconds = integer(
    "messageRetentionSeconds",
    given.messageRetentionSeconds ?? defaults.messageRetentionSeconds,
    ranges.messageRetentionSeconds
  )
  refuseHalfOfHighThroughput(subject, given)
  const healing = healingSettingsOf(subject, given)
  return {
    ...healing,
    timeoutSeconds,
    memorySizeMegabytes: integer(
      "consumer.memorySizeMegabytes",
      given.memorySizeMegabytes ?? defaults.memorySizeMegabytes,
      ranges.memorySizeMegabytes
    ),
    batchSize: integer(
      "consumer.batchSize",
      given.batchSize ?? defaults.batchSize,
      given.fifo ? { minimum: 1, maximum: 10, because: "a FIFO queue" } : batchSizeRange(window)
    ),
    maximumBatchingWindowSeconds: window,
    maximumConcurrency: integer(
      "consumer.maximumConcurrency",
      given.maximumConcurrency ?? defaults.maximumConcurrency,
      ranges.maximumConcurrency
    ),
    delaySeconds: integer("delaySeconds", given.delaySeconds ?? defaults.delaySeconds, ranges.delaySeconds),
    maxReceiveCount,
    visibilityTimeoutSeconds,
    messageRetentionSeconds,
    deadLetterRetentionSeconds: integer(
      "deadLetterRetentionSeconds",
      given.deadLetterRetentionSeconds ?? defaults.deadLetterRetentionSeconds,
      deadLetterRetentionRange(messageRetentionSeconds, given.longestHealingSeconds)
    ),
    deadLetterVisibilityTimeoutSeconds: visibilityTimeoutFactor * healing.healerTimeoutSeconds,
    failedPercent: integer("alarms.failedPercent", given.failedPercent ?? defaults.failedPercent, ranges.failedPercent),
    failedMinimum: integer("alarms.failedMinimum", given.failedMinimum ?? defaults.failedMinimum, ranges.failedMinimum),
    crashMinimum: crashMinimum(maxReceiveCount, visibilityTimeoutSeconds),
    oldestMessageAgeSeconds: integer(
      "alarms.oldestMessageAgeSeconds",
      given.oldestMessageAgeSeconds ?? lateSeconds(maxReceiveCount, visibilityTimeoutSeconds),
      ranges.oldestMessageAgeSeconds
    )
  }
}

/**
 * The age at which a message is late: below what it is when it leaves, or leaves the metric, which knows no message that
 * was received three times.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const lateSeconds = (maxReceiveCount: number, visibilityTimeoutSeconds: number): number =>
  Math.max(shortestLateSeconds, Math.floor(0.75 * Math.min(maxReceiveCount, 2) * visibilityTimeoutSeconds))

/** What five minutes have room for: a message that crashes comes back after its visibility timeout. */
const crashesOfOneMessage = (maxReceiveCount: number, visibilityTimeoutSeconds: number): number =>
  Math.min(
    (1 + defaultRules.Unknown.maxAttempts) * maxReceiveCount,
    Math.floor(crashPeriodSeconds / visibilityTimeoutSeconds) + 1
  )

const crashMinimum = (maxReceiveCount: number, visibilityTimeoutSeconds: number): number =>
  Math.max(fewestCrashes, crashesOfOneMessage(maxReceiveCount, visibilityTimeoutSeconds) + 1)

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html */
const refuseHalfOfHighThroughput = (subject: string, given: Given): void => {
  const scope = given.deduplicationScope ?? "queue"
  oneOf(subject, "deduplicationScope", scope, ["queue", "messageGroup"])
  const limit = oneOf(subject, "fifoThroughputLimit", given.fifoThroughputLimit ?? "perQueue", [
    "perQueue",
    "perMessageGroupId"
  ])
  if (limit === "perMessageGroupId" && scope !== "messageGroup") {
    throw refusal(subject, "deduplicationScope", scope, 'messageGroup where fifoThroughputLimit is "perMessageGroupId"')
  }
}
