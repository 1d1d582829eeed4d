/**
 * The circuit breaker of one dependency: while the dependency is down, healing for it stops; then one probe, then a ramp
 * that doubles with each confirmed window, up to a ceiling. Pure and total: no clock, no random source, no I/O.
 */
import {
  boundedBreaker,
  boundedJitter,
  boundedNow,
  boundedObservation,
  longestHoldMilliseconds,
  longestSlotWaitMilliseconds
} from "./breakerBounds.ts"
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

/** What the breaker says to a message that is to be healed. */
export type Admission =
  /** It may be tried from `at` on; wait until then, and ask no more unless the breaker has opened again. */
  | { readonly admitted: true; readonly at: number }
  /** Hold it and ask again then. */
  | { readonly admitted: false; readonly until: number }

/** A message that asks to be healed. */
export interface Applicant {
  /** Whether it was held before. */
  readonly again: boolean
  /** 0 ≤ jitter < 1: spreads those who come back. */
  readonly jitter: number
}

/** A re-queued message lands a little beside its slot, as SQS delays by whole seconds: the ceiling has to hold all the same. */
const evenness = 0.95

/** How many messages are told to come back when a probe is due: one probes, the other stands by. */
const proberCount = 2

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

const slotMillisecondsOf = (policy: BreakerPolicy): number => 1000 / healingRatePerSecond(policy)

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

/** The next slot, unless it is too far ahead: who is refused asks again. */
const takeSlot = (policy: BreakerPolicy, nextSlotAt: number, now: number) => {
  const at = Math.max(now, nextSlotAt)
  return at > now + longestSlotWaitMilliseconds ? undefined : { at, next: at + slotMillisecondsOf(policy) }
}

/**
 * When a message that gets no slot comes back: as late as its backlog takes to heal, so that as many come back a second
 * as can be healed; never before `earliest`, and never later than SQS's longest delay.
 */
const comeBack = (policy: BreakerPolicy, held: number, now: number, earliest: number, jitter: number): number => {
  const backlogMilliseconds = held * slotMillisecondsOf(policy)
  const longest = Math.min(longestHoldMilliseconds, Math.max(policy.probeCapSeconds * 1000, backlogMilliseconds))
  const latest = now + longestHoldMilliseconds
  // Spread from `earliest` on as well, or all whose time lies before it would come at once.
  const from = Math.min(latest, Math.max(earliest, now + longest / 2))
  return from + boundedJitter(jitter) * Math.min(longest / 2, latest - from)
}

/**
 * Asks for one message that is to be healed: the breaker afterwards, and its answer. A message that was held before says
 * so with `again`, and is not counted twice. Every time in an answer is at most 900 s ahead.
 */
export const admit = (
  policy: BreakerPolicy,
  breaker: Breaker,
  message: Applicant,
  time: number
): { readonly breaker: Breaker; readonly admission: Admission } => {
  const now = boundedNow(breaker, time)
  const bounded = boundedBreaker(policy, breaker, slotMillisecondsOf(policy), now)
  const heldNow = bounded.held + (message.again ? 0 : 1)
  const heldWithout = Math.max(0, bounded.held - (message.again ? 1 : 0))

  const refuse = (after: Breaker, earliest: number) => ({
    breaker: { ...after, held: heldNow },
    admission: { admitted: false, until: comeBack(policy, heldNow, now, earliest, message.jitter) } as const
  })

  switch (bounded.state) {
    case "closed": {
      const slot = takeSlot(policy, bounded.nextSlotAt, now)
      if (slot === undefined) return refuse(bounded, bounded.nextSlotAt - longestSlotWaitMilliseconds)
      return {
        breaker: { ...bounded, nextSlotAt: slot.next, held: heldWithout },
        admission: { admitted: true, at: slot.at }
      }
    }
    case "open": {
      if (now >= bounded.retryAt) {
        const { openedAt, failedProbes, bookedUntil = 0 } = bounded
        const window = { windowStartedAt: now, admits: 1, admitted: 1, confirmed: 0 }
        const nextSlotAt = now + slotMillisecondsOf(policy)
        return {
          breaker: {
            state: "half-open",
            openedAt,
            failedProbes,
            bookedUntil,
            ...window,
            nextSlotAt,
            held: heldWithout
          },
          admission: { admitted: true, at: now }
        }
      }
      if (bounded.probers >= proberCount) return refuse(bounded, bounded.retryAt)
      return {
        breaker: { ...bounded, probers: bounded.probers + 1, held: heldNow },
        admission: { admitted: false, until: bounded.retryAt }
      }
    }
    case "half-open": {
      const lastSlotAt = bounded.nextSlotAt - slotMillisecondsOf(policy)
      const lastResultAt = Math.max(bounded.windowStartedAt, lastSlotAt) + policy.resultTimeoutSeconds * 1000
      const lost = bounded.confirmed < bounded.admitted && now > lastResultAt
      // Results that never came: go on with as many as were confirmed, or begin anew with one probe.
      const window: HalfOpenBreaker = lost
        ? { ...bounded, admits: Math.max(1, bounded.confirmed), admitted: 0, confirmed: 0, windowStartedAt: now }
        : bounded
      const slot =
        now >= window.windowStartedAt && window.admitted < window.admits
          ? takeSlot(policy, window.nextSlotAt, now)
          : undefined
      if (slot === undefined)
        return refuse(window, Math.max(now, window.windowStartedAt) + policy.rampWindowSeconds * 1000)
      return {
        breaker: { ...window, admitted: window.admitted + 1, nextSlotAt: slot.next, held: heldWithout },
        admission: { admitted: true, at: slot.at }
      }
    }
  }
}

/** Asks for several messages, one after the other: the breaker afterwards, and one answer each. */
export const admitAll = (
  policy: BreakerPolicy,
  breaker: Breaker,
  messages: ReadonlyArray<Applicant>,
  now: number
): { readonly breaker: Breaker; readonly answer: ReadonlyArray<Admission> } => {
  let current = breaker
  const answer: Array<Admission> = []
  for (const message of messages) {
    const { breaker: next, admission } = admit(policy, current, message, now)
    current = next
    answer.push(admission)
  }
  return { breaker: current, answer }
}
