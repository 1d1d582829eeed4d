/**
 * Brings what a breaker is given within bounds: counts that are none, and times that lie further ahead than the policy
 * can have set them, because some clock was minutes ahead. Without that, one wrong clock could keep a breaker open for ever.
 */
import type { Breaker, Observation } from "./breaker.ts"
import type { BreakerPolicy } from "./breakerPolicy.ts"

/** SQS's longest delay: no message is held longer at a time, so that none sleeps through a recovery. */
export const longestHoldMilliseconds = 900_000

/**
 * No slot is granted further ahead: who has one is re-queued at once, and few are on their way when the breaker opens
 * again.
 */
export const longestSlotWaitMilliseconds = 60_000

const latestTime = 8_640_000_000_000_000

const count = (value: number): number => (value > 0 ? Math.min(1_000_000_000, Math.trunc(value)) : 0)

const time = (value: number, latest: number, otherwise: number): number =>
  Number.isNaN(value) ? otherwise : Math.min(latest, Math.max(0, value))

/** 0 ≤ jitter < 1. */
export const boundedJitter = (jitter: number): number => (jitter > 0 ? Math.min(jitter, 1 - Number.EPSILON) : 0)

/** The counts of an observation as whole numbers, none below 0. */
export const boundedObservation = ({ successes, failures }: Observation): Observation => ({
  successes: count(successes),
  failures: count(failures)
})

/** A time that is one; that of the breaker where it is none. */
export const boundedNow = (breaker: Breaker, now: number): number => {
  const known = breaker.state === "open" ? breaker.openedAt : breaker.windowStartedAt
  return time(now, latestTime, time(known, latestTime, 0))
}

/** The breaker with every number within what `policy` can have made of it by `now`. */
export const boundedBreaker = (
  policy: BreakerPolicy,
  breaker: Breaker,
  slotMilliseconds: number,
  now: number
): Breaker => {
  const rampMilliseconds = policy.rampWindowSeconds * 1000
  const lastSlot = now + longestSlotWaitMilliseconds + slotMilliseconds
  switch (breaker.state) {
    case "closed":
      return {
        ...breaker,
        consecutiveFailures: count(breaker.consecutiveFailures),
        // One that lies ahead is seen as over, and begins anew.
        windowStartedAt: time(breaker.windowStartedAt, latestTime, now),
        failures: count(breaker.failures),
        successes: count(breaker.successes),
        nextSlotAt: time(breaker.nextSlotAt, lastSlot, now),
        held: count(breaker.held)
      }
    case "open":
      return {
        ...breaker,
        openedAt: time(breaker.openedAt, now, now),
        retryAt: time(breaker.retryAt, now + policy.probeCapSeconds * 1000, now),
        failedProbes: count(breaker.failedProbes),
        bookedUntil: time(breaker.bookedUntil ?? 0, lastSlot, 0),
        probers: count(breaker.probers),
        held: count(breaker.held)
      }
    case "half-open": {
      const admits = Math.max(1, count(breaker.admits))
      const admitted = Math.min(admits, count(breaker.admitted))
      return {
        ...breaker,
        openedAt: time(breaker.openedAt, now, now),
        failedProbes: count(breaker.failedProbes),
        bookedUntil: time(breaker.bookedUntil ?? 0, lastSlot, 0),
        windowStartedAt: time(breaker.windowStartedAt, now + rampMilliseconds, now),
        admits,
        admitted,
        confirmed: Math.min(admitted, count(breaker.confirmed)),
        // The slots of a window, and of the one before, each span less than a window's length.
        nextSlotAt: time(breaker.nextSlotAt, now + 2 * (rampMilliseconds + slotMilliseconds), now),
        held: count(breaker.held)
      }
    }
  }
}
