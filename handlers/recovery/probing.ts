/**
 * When a message that has failed may be tried again while its dependency is not known to be up. Each such try is an
 * attempt of the message, so its attempts are spread over the time in which it is healed: the waits grow about threefold.
 * By default one message alone bridges an outage of 20 hours; where others probe as well, it does not have to.
 */
import { healingSpanOf, type PlannedFailure, type RecoveryState } from "./plan.ts"
import type { RecoveryPolicy } from "./RecoveryPolicy.ts"

/** What each further attempt multiplies the wait by. */
const growth = 3

/** With few attempts a wait may be longer than what has passed since the first failure, but not by more than this. */
const longestFirstWaitMilliseconds = 3_600_000

/**
 * The earliest time of its next try, epoch milliseconds; `0` for a message that was set aside untried, and for one that is
 * not healed.
 */
export const probeNotBefore = (
  policy: RecoveryPolicy<string>,
  failure: PlannedFailure,
  state: RecoveryState,
  now: number
): number => {
  const span = healingSpanOf(policy, failure.class, state, now)
  if (failure.untried === true || span === undefined || span.attemptsLeft < 1) return 0
  const failedAt = Math.min(now, failure.at ?? now)
  const spread = Math.max(0, span.endsAt - failedAt) / growth ** span.attemptsLeft
  const passed = Math.max(0, failedAt - span.since) * (growth - 1)
  return failedAt + Math.min(spread, Math.max(longestFirstWaitMilliseconds, passed))
}
