/** What one invocation of a consumer works with. */
import type { Clock } from "effect"
import type { BreakerGuard } from "./breakerGuard.ts"
import type { ConsumerSettings } from "./ConsumerSettings.ts"
import type { FailureSituation } from "./failureOf.ts"
import type { Lookups } from "./lookUp.ts"
import type { Bodies } from "./openBodies.ts"
import type { Settled } from "./settle.ts"

/** What one invocation of a consumer works with. */
export interface Invocation<A, R> {
  readonly clock: Clock.Clock
  /** When records are interrupted, epoch milliseconds. */
  readonly deadline: number
  /** When the answer is due, epoch milliseconds: what is not settled by then is received again. */
  readonly endsAt: number
  readonly settings: ConsumerSettings["Service"]
  /** How many sequences of records, and requests, run at once. */
  readonly concurrency: number
  /** What failure records say of the situation, beside time and receive count. */
  readonly situation: Omit<FailureSituation, "at" | "receiveCount" | "redact">
  readonly lookups: Lookups
  readonly bodies: Bodies<A, R>
  readonly guard: BreakerGuard
  readonly settled: Settled
}

/** Time kept back from the function's remaining time to act on the outcomes: a fifth, from 0.3 to 5 seconds. */
const marginOf = (remainingMilliseconds: number): number => Math.min(5000, Math.max(300, remainingMilliseconds / 5))

/** When an invocation's records are interrupted, and when its answer is due (a fifth of the margin before its end). */
export const timesOf = (
  now: number,
  remainingMilliseconds: number
): { readonly deadline: number; readonly endsAt: number } => {
  const margin = marginOf(remainingMilliseconds)
  return { deadline: now + remainingMilliseconds - margin, endsAt: now + remainingMilliseconds - margin / 5 }
}

/** The situation of a failure that is found now. */
export const situationNow = <A, R>({
  clock,
  situation
}: Invocation<A, R>): Omit<FailureSituation, "receiveCount" | "redact"> => ({
  ...situation,
  at: clock.currentTimeMillisUnsafe()
})

/** Where an invocation's outcomes are settled, from now on. */
export const settlingNow = <A, R>(invocation: Invocation<A, R>) => ({
  settled: invocation.settled,
  situation: situationNow(invocation),
  concurrency: invocation.concurrency,
  endsAt: invocation.endsAt
})
