/** Exponential backoff with full jitter. */
import type { Backoff } from "./RecoveryPolicy.ts"

/** No backoff is longer: SQS's longest visibility timeout, which is how a message is held. */
const longestSeconds = 43_200

const within = (value: number, minimum: number, maximum: number): number =>
  Number.isNaN(value) ? minimum : Math.min(maximum, Math.max(minimum, value))

/**
 * The longest wait before an attempt, in seconds: `min(cap, base × factor^(attempt - 1))`, from 1 to 43,200. Never
 * shorter for a later attempt. Values out of range are brought within it.
 *
 * @param attempt counts from 1
 */
export const backoffCeilingSeconds = (backoff: Backoff, attempt: number): number => {
  const base = within(backoff.baseSeconds, 1, longestSeconds)
  const cap = within(backoff.capSeconds, 1, longestSeconds)
  const factor = within(backoff.factor, 1, 10)
  return Math.min(cap, base * factor ** (within(attempt, 1, 10_000) - 1))
}

/**
 * Whole seconds to wait before an attempt: full jitter, at least one second.
 *
 * @param attempt counts from 1
 * @param random 0 ≤ random < 1
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoffSeconds = (backoff: Backoff, attempt: number, random: number): number =>
  Math.max(1, Math.round(backoffCeilingSeconds(backoff, attempt) * within(random, 0, 1)))
