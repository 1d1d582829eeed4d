/**
 * The circuit breakers of a queue's dependencies: their states, shared by every consumer and healer through the failure
 * ledger. They advise: a call that fails must never fail a message.
 */
import { Context, type Effect } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import type { Admission, Breaker, Observation } from "../recovery/breaker.ts"

/** A message that asks to be healed. */
export interface Applicant {
  /** Whether it was held before. */
  readonly again: boolean
  /** 0 ≤ jitter < 1. */
  readonly jitter: number
}

/** The circuit breakers of a queue's dependencies. */
export class Breakers extends Context.Service<
  Breakers,
  {
    /** The state of each breaker, read at most every few seconds a function environment. Unreadable ones count as closed. */
    readonly states: (dependencies: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Breaker>>
    /** Tells what became of attempts; answers the state afterwards. Safe under concurrent updates. */
    readonly observe: (dependency: string, observation: Observation) => Effect.Effect<Breaker, AwsError>
    /** Asks for several messages at once, in order; answers one admission each and the state afterwards. */
    readonly admit: (
      dependency: string,
      applicants: ReadonlyArray<Applicant>
    ) => Effect.Effect<{ readonly breaker: Breaker; readonly admissions: ReadonlyArray<Admission> }, AwsError>
  }
>()("resilient-queue/ledger/Breakers") {}
