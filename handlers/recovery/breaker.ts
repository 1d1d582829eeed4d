/**
 * The circuit breaker of one dependency: while the dependency is down, healing for it stops; then one probe, then a ramp
 * that doubles with each confirmed window, up to a ceiling. Pure and total: no clock, no random source, no I/O.
 */
import { boundedBreaker, boundedNow, boundedObservation } from "./breakerBounds.ts"
import type { BreakerPolicy } from "./breakerPolicy.ts"

export { type BreakerPolicy, defaultBreakerPolicy } from "./breakerPolicy.ts"

/** Attempts go through; healed messages at a limited rate. */
export interface ClosedBreaker {
  readonly state: "closed"
  readonly consecutiveFailures: number
  /** The window in which the failure share is counted. Times are epoch milliseconds. */
  readonly windowStartedAt: number
  readonly failures: number
  readonly successes: number
  /** When the next healed message may go; slots are handed out one after the other. */
  readonly nextSlotAt: number
  /** Messages held since it opened last that have no slot yet: how long a backlog there is. */
  readonly held: number
}

/** Nothing goes through. */
export interface OpenBreaker {
  readonly state: "open"
  readonly openedAt: number
  /** When the next probe is due. */
  readonly retryAt: number
  readonly failedProbes: number
  /** Until when slots were handed out before it opened: those who have one still come. @default none */
  readonly bookedUntil?: number
  /** Messages that were told to come back at `retryAt`; the rest comes later. */
  readonly probers: number
  readonly held: number
}

/** A probe, then a ramp: each window admits so many, and twice as many once all of them have succeeded. */
export interface HalfOpenBreaker {
  readonly state: "half-open"
  readonly openedAt: number
  readonly failedProbes: number
  /** As that of the open breaker. @default none */
  readonly bookedUntil?: number
  readonly windowStartedAt: number
  /** How many this window admits. */
  readonly admits: number
  readonly admitted: number
  readonly confirmed: number
  readonly nextSlotAt: number
  readonly held: number
}

/** The state of one dependency's breaker. */
export type Breaker = ClosedBreaker | OpenBreaker | HalfOpenBreaker

/** What became of attempts at the dependency. */
export interface Observation {
  readonly successes: number
  readonly failures: number
}

/** A re-queued message lands a little beside its slot, as SQS delays by whole seconds: the ceiling has to hold all the same. */
const evenness = 0.95

/** A row of failures is broken when nothing was observed for about so many windows: what is as old says nothing of now. */
const rowWindows = 20

/** A breaker that has seen nothing. */
export const initialBreaker = (now: number): ClosedBreaker => ({
  state: "closed",
  consecutiveFailures: 0,
  windowStartedAt: now,
  failures: 0,
  successes: 0,
  nextSlotAt: now,
  held: 0
})

/** Healed messages a second: 95 % of what the ceiling leaves above the normal rate. */
export const healingRatePerSecond = (policy: BreakerPolicy): number =>
  policy.normalRatePerSecond * (policy.ceilingRatio - 1) * evenness

/** Whether two states are equal in every number: nothing has to be written. */
export const isSame = (one: Breaker, other: Breaker): boolean => {
  const others = new Map(Object.entries(other))
  const entries = Object.entries(one)
  return entries.length === others.size && entries.every(([name, value]) => others.get(name) === value)
}

/** The time between two healed messages. */
export const slotMillisecondsOf = (policy: BreakerPolicy): number => 1000 / healingRatePerSecond(policy)

/** Whether the consumer sets messages for this dependency aside untried. */
export const isBlocking = (breaker: Breaker): boolean => breaker.state !== "closed"

const open = (
  policy: BreakerPolicy,
  now: number,
  before: Pick<OpenBreaker, "openedAt" | "failedProbes" | "held"> & { readonly bookedUntil: number }
): OpenBreaker => {
  const seconds = Math.min(policy.probeCapSeconds, policy.probeAfterSeconds * 2 ** Math.min(before.failedProbes, 20))
  return { state: "open", ...before, retryAt: now + seconds * 1000, probers: 0 }
}

const observeClosed = (
  policy: BreakerPolicy,
  breaker: ClosedBreaker,
  { successes, failures }: Observation,
  now: number
): Breaker => {
  const age = now - breaker.windowStartedAt
  const windowMilliseconds = policy.windowSeconds * 1000
  const stale = age > windowMilliseconds || age < 0
  const row = age > rowWindows * windowMilliseconds ? 0 : breaker.consecutiveFailures
  const counted: ClosedBreaker = {
    ...breaker,
    // A mixed observation has no order: it breaks the row.
    consecutiveFailures: successes > 0 ? 0 : row + failures,
    windowStartedAt: stale ? now : breaker.windowStartedAt,
    failures: (stale ? 0 : breaker.failures) + failures,
    successes: (stale ? 0 : breaker.successes) + successes
  }
  if (failures === 0) return counted
  const attempts = counted.failures + counted.successes
  const opens =
    counted.consecutiveFailures >= policy.consecutiveFailures ||
    (attempts >= policy.minimumAttempts && counted.failures / attempts >= policy.failureShare)
  if (!opens) return counted
  return open(policy, now, { openedAt: now, failedProbes: 0, bookedUntil: breaker.nextSlotAt, held: breaker.held })
}

const observeHalfOpen = (
  policy: BreakerPolicy,
  breaker: HalfOpenBreaker,
  { successes, failures }: Observation,
  now: number
): Breaker => {
  const bookedUntil = Math.max(breaker.nextSlotAt, breaker.bookedUntil ?? 0)
  if (failures > 0) {
    const { openedAt, failedProbes, held } = breaker
    return open(policy, now, { openedAt, failedProbes: failedProbes + 1, bookedUntil, held })
  }
  // Results of what was tried before it opened do not count beyond what this window has admitted.
  const confirmed = Math.min(breaker.admitted, breaker.confirmed + successes)
  if (confirmed < breaker.admitted) return { ...breaker, confirmed }
  // A small backlog fills no window: what counts is that all that was let through has succeeded.
  const isOver = now >= breaker.windowStartedAt + policy.rampWindowSeconds * 1000
  const isLast = confirmed > 0 && breaker.held === 0
  if (confirmed < breaker.admits && !(confirmed > 0 && isOver) && !isLast) return { ...breaker, confirmed }
  const admits = breaker.admits * 2
  if (!isLast && admits < healingRatePerSecond(policy) * policy.rampWindowSeconds)
    return {
      ...breaker,
      admits,
      admitted: 0,
      confirmed: 0,
      windowStartedAt: Math.max(now, breaker.windowStartedAt + policy.rampWindowSeconds * 1000)
    }
  // Those who had slots when it opened still come: new slots begin behind theirs, so that both together stay below the ceiling.
  return { ...initialBreaker(now), nextSlotAt: Math.max(now, bookedUntil), held: breaker.held }
}

/** The breaker after attempts at its dependency. An open one learns nothing from stragglers. */
export const observe = (policy: BreakerPolicy, breaker: Breaker, observation: Observation, now: number): Breaker => {
  const counts = boundedObservation(observation)
  if (breaker.state === "open" || (counts.successes === 0 && counts.failures === 0)) return breaker
  const at = boundedNow(breaker, now)
  const bounded = boundedBreaker(policy, breaker, slotMillisecondsOf(policy), at)
  switch (bounded.state) {
    case "closed":
      return observeClosed(policy, bounded, counts, at)
    case "half-open":
      return observeHalfOpen(policy, bounded, counts, at)
    case "open":
      return bounded
  }
}
