/**
 * What a circuit breaker says to messages that are to be healed: go, and when, or come back later. Pure and total: no clock,
 * no random source, no I/O.
 */
import { type Breaker, type HalfOpenBreaker, slotMillisecondsOf } from "./breaker.ts"
import {
  boundedBreaker,
  boundedJitter,
  boundedNow,
  longestHoldMilliseconds,
  longestSlotWaitMilliseconds
} from "./breakerBounds.ts"
import type { BreakerPolicy } from "./breakerPolicy.ts"

/** What the breaker says to a message that is to be healed. */
export type Admission =
  | {
      /** It may be tried. */
      readonly admitted: true
      /** From when on, epoch milliseconds: wait until then, and ask no more unless the breaker has opened again. */
      readonly at: number
    }
  | {
      /** It may not be tried: hold it. */
      readonly admitted: false
      /** When to ask again, epoch milliseconds. */
      readonly until: number
    }

/** A message that asks to be healed. */
export interface Applicant {
  /** Whether it was held before. */
  readonly again: boolean
  /** 0 ≤ jitter < 1: spreads those who come back. */
  readonly jitter: number
}

/** How many messages are told to come back when a probe is due: one probes, the other stands by. */
const proberCount = 2

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
