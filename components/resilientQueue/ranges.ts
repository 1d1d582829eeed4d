/** What is allowed of each number of a `ResilientQueue`: AWS's own limits, and what one number asks of another. */
import type { Range } from "../validation.ts"
import { maximumRetentionSeconds, maximumVisibilityTimeoutSeconds } from "./defaults.ts"

/** The numbers that depend on no other. */
export const ranges = {
  timeoutSeconds: { minimum: 1, maximum: 900 },
  memorySizeMegabytes: { minimum: 128, maximum: 10_240 },
  maximumBatchingWindowSeconds: { minimum: 0, maximum: 300 },
  maximumConcurrency: { minimum: 2, maximum: 1000 },
  delaySeconds: { minimum: 0, maximum: 900 },
  maxReceiveCount: { minimum: 1, maximum: 1000 },
  messageRetentionSeconds: {
    minimum: 60,
    maximum: maximumRetentionSeconds - 1,
    because: "the dead-letter queue must outlast it, and SQS keeps nothing longer than 1209600"
  },
  alertWindowSeconds: { minimum: 1, maximum: 86_400 },
  glacierAfterDays: { minimum: 1, maximum: 3650 },
  deadLetterDepth: { minimum: 0, maximum: 1_000_000 },
  failedPercent: { minimum: 0, maximum: 100 },
  failedMinimum: { minimum: 1, maximum: 1_000_000 },
  oldestMessageAgeSeconds: { minimum: 1, maximum: maximumRetentionSeconds }
} as const satisfies Record<string, Range>

/** An object that moves to Glacier is kept there for a day at least. */
export const expireAfterDaysRange = (glacierAfterDays: number | undefined): Range => ({
  minimum: (glacierAfterDays ?? 0) + 1,
  maximum: 36_500,
  ...(glacierAfterDays === undefined ? {} : { because: "more than archive.glacierAfterDays" })
})

/** Lambda refuses a mapping from a queue whose messages become visible while the function still works on them. */
export const visibilityTimeoutRange = (timeoutSeconds: number, timeoutArgument: string): Range => ({
  minimum: timeoutSeconds,
  maximum: maximumVisibilityTimeoutSeconds,
  because: `from ${timeoutArgument} to 12 hours`
})

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
export const batchSizeRange = (maximumBatchingWindowSeconds: number): Range =>
  maximumBatchingWindowSeconds === 0
    ? { minimum: 1, maximum: 10, because: "more needs a batching window of at least a second" }
    : { minimum: 1, maximum: 10_000 }

/** What SQS moves to a standard dead-letter queue keeps the time at which it was sent; it must not be dropped while it is healed. */
export const deadLetterRetentionRange = (messageRetentionSeconds: number, longestHealingSeconds: number): Range => ({
  minimum: Math.max(messageRetentionSeconds + 1, longestHealingSeconds),
  maximum: maximumRetentionSeconds,
  because: "it must outlast messageRetentionSeconds and the maxAgeSeconds of each recovery rule"
})
