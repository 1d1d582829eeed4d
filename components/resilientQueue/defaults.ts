/** What `ResilientQueue` uses where the caller gave nothing, and AWS's limits behind it. */
import { defaultLogRetentionDays, defaultMemorySizeMegabytes } from "../function/defaults.ts"

/** SQS keeps a message for 14 days at most. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const maximumRetentionSeconds = 1_209_600

/**
 * SQS's largest message in bytes, 1 MiB: without it the AWS provider sends 256 KiB, which was SQS's default before, and
 * what the functions add to a large message would be refused.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const maximumMessageSizeBytes = 1_048_576

/** SQS's longest visibility timeout: 12 hours. */
export const maximumVisibilityTimeoutSeconds = 43_200

/** SQS's longest delay: what a healed message may wait for before it is received. */
export const longestDelaySeconds = 900

/**
 * How many times its function's timeout a queue's visibility timeout is: room for Lambda's own retries when the function
 * is throttled. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const visibilityTimeoutFactor = 6

/**
 * The backstop of the dead-letter queue: after this many receives SQS moves a message to the parking queue by itself.
 * Holding a message counts as a receive, so it is well above what a healer in order ever needs.
 */
export const deadLetterMaxReceiveCount = 100

/** The period of the alarm `consumer-crashing`, in seconds. */
export const crashPeriodSeconds = 300

/** With fewer crashes than this in a period nobody is woken up, whatever their share. */
export const fewestCrashes = 6

/** SQS measures each minute, and reports later: no queue is late sooner than this, in seconds. */
export const shortestLateSeconds = 120
/**
 * How often a message is received before SQS moves it by itself. AWS advises at least five: a batch that Lambda receives and
 * is throttled with counts as a receive. A failure that retrying cannot help leaves at its first one whatever this is.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const maxReceiveCount = 5

/** What is used where the caller gave nothing. */
export const defaults = {
  timeoutSeconds: 30,
  memorySizeMegabytes: defaultMemorySizeMegabytes,
  batchSize: 10,
  maximumBatchingWindowSeconds: 0,
  maximumConcurrency: 10,
  delaySeconds: 0,
  maxReceiveCount,
  messageRetentionSeconds: 345_600,
  deadLetterRetentionSeconds: maximumRetentionSeconds,
  healerTimeoutSeconds: 30,
  alertWindowSeconds: 900,
  expireAfterDays: 365,
  deadLetterDepth: 10,
  failedPercent: 5,
  failedMinimum: 5,
  logLevel: "INFO",
  logRetentionDays: defaultLogRetentionDays
} as const
