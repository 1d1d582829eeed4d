/** The numbers of a `ResilientQueue`: defaults, derived defaults, and the check of each and of them together. */
import { logRetentionDays } from "../function/logRetention.ts"
import { integerIn, oneOf, refusal } from "../validation.ts"
import { type LogLevel, logLevels } from "./args.ts"
import {
  defaults,
  maximumRetentionSeconds,
  maximumVisibilityTimeoutSeconds,
  visibilityTimeoutFactor
} from "./defaults.ts"
import type { Given } from "./given.ts"

/** Every number that the children are made with. */
export interface Settings {
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
  readonly healerTimeoutSeconds: number
  readonly healerMemorySizeMegabytes: number
  readonly deadLetterVisibilityTimeoutSeconds: number
  readonly alertWindowSeconds: number
  readonly glacierAfterDays: number
  readonly expireAfterDays: number
  readonly deadLetterDepth: number
  readonly failedPercent: number
  readonly oldestMessageAgeSeconds: number
  readonly logLevel: LogLevel
  readonly logRetentionDays: number
}

/**
 * Checks what was given and fills in the rest.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const settingsOf = (subject: string, given: Given): Settings => {
  const integer = (argument: string, value: number, minimum: number, maximum: number, because?: string) =>
    integerIn(subject, argument, value, { minimum, maximum, ...(because === undefined ? {} : { because }) })
  const timeoutSeconds = integer("consumer.timeoutSeconds", given.timeoutSeconds ?? defaults.timeoutSeconds, 1, 900)
  const window = integer(
    "consumer.maximumBatchingWindowSeconds",
    given.maximumBatchingWindowSeconds ?? defaults.maximumBatchingWindowSeconds,
    0,
    given.fifo ? 0 : 300,
    given.fifo ? "a FIFO queue has no batching window" : undefined
  )
  const batchSize = given.batchSize ?? defaults.batchSize
  const small = given.fifo ? "a FIFO queue" : window === 0 ? "above 10 a batching window is needed" : undefined
  const visibilityTimeoutSeconds = integer(
    "visibilityTimeoutSeconds",
    given.visibilityTimeoutSeconds ?? visibilityTimeoutFactor * timeoutSeconds + window,
    timeoutSeconds,
    maximumVisibilityTimeoutSeconds,
    "from the consumer's timeoutSeconds to 12 hours"
  )
  const maxReceiveCount = integer("maxReceiveCount", given.maxReceiveCount ?? defaults.maxReceiveCount, 1, 1000)
  const messageRetentionSeconds = integer(
    "messageRetentionSeconds",
    given.messageRetentionSeconds ?? defaults.messageRetentionSeconds,
    60,
    maximumRetentionSeconds - 1,
    "the dead-letter queue must outlast it, and SQS keeps nothing longer than 1209600"
  )
  const healerTimeoutSeconds = integer(
    "healer.timeoutSeconds",
    given.healerTimeoutSeconds ?? defaults.healerTimeoutSeconds,
    1,
    900
  )
  const memory = (argument: string, value: number | undefined) =>
    integer(argument, value ?? defaults.memorySizeMegabytes, 128, 10_240)
  const glacierAfterDays = integer(
    "archive.glacierAfterDays",
    given.glacierAfterDays ?? defaults.glacierAfterDays,
    1,
    3650
  )
  refuseHalfOfHighThroughput(subject, given)
  return {
    timeoutSeconds,
    memorySizeMegabytes: memory("consumer.memorySizeMegabytes", given.memorySizeMegabytes),
    batchSize: integer("consumer.batchSize", batchSize, 1, small === undefined ? 10_000 : 10, small),
    maximumBatchingWindowSeconds: window,
    maximumConcurrency: integer(
      "consumer.maximumConcurrency",
      given.maximumConcurrency ?? defaults.maximumConcurrency,
      2,
      1000
    ),
    delaySeconds: integer("delaySeconds", given.delaySeconds ?? defaults.delaySeconds, 0, 900),
    maxReceiveCount,
    visibilityTimeoutSeconds,
    messageRetentionSeconds,
    deadLetterRetentionSeconds: integer(
      "deadLetterRetentionSeconds",
      given.deadLetterRetentionSeconds ?? defaults.deadLetterRetentionSeconds,
      messageRetentionSeconds + 1,
      maximumRetentionSeconds,
      "it must outlast messageRetentionSeconds"
    ),
    healerTimeoutSeconds,
    healerMemorySizeMegabytes: memory("healer.memorySizeMegabytes", given.healerMemorySizeMegabytes),
    deadLetterVisibilityTimeoutSeconds: visibilityTimeoutFactor * healerTimeoutSeconds,
    alertWindowSeconds: integer(
      "alerts.windowSeconds",
      given.alertWindowSeconds ?? defaults.alertWindowSeconds,
      1,
      86_400
    ),
    glacierAfterDays,
    expireAfterDays: integer(
      "archive.expireAfterDays",
      given.expireAfterDays ?? Math.max(defaults.expireAfterDays, glacierAfterDays + 1),
      glacierAfterDays + 1,
      36_500,
      "more than archive.glacierAfterDays"
    ),
    deadLetterDepth: integer("alarms.deadLetterDepth", given.deadLetterDepth ?? defaults.deadLetterDepth, 0, 1_000_000),
    failedPercent: integer("alarms.failedPercent", given.failedPercent ?? defaults.failedPercent, 0, 100),
    oldestMessageAgeSeconds: integer(
      "alarms.oldestMessageAgeSeconds",
      given.oldestMessageAgeSeconds ??
        Math.min(maxReceiveCount * visibilityTimeoutSeconds + defaults.longestDelaySeconds, maximumRetentionSeconds),
      1,
      maximumRetentionSeconds
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
