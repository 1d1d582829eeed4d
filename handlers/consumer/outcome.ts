/** What became of each record of a batch, before anything is done about it. */
import type { FailureRecord } from "../failure/Evidence.ts"
import type { Message } from "./Message.ts"

/** The record was handled. */
export interface Processed {
  readonly _tag: "Processed"
  readonly message: Message
}

/** The record failed. */
export interface Failed {
  readonly _tag: "Failed"
  readonly message: Message
  readonly failure: FailureRecord
  /** The foreign error behind it, for the function's own log. */
  readonly cause: string | undefined
  /** It leaves the main queue now, however many receives are left: the circuit breaker of its dependency is open. */
  readonly setAside?: boolean | undefined
}

/** The record was not tried: no time was left, or an earlier record of its message group failed. */
export interface Untried {
  readonly _tag: "Untried"
  readonly message: Message
  readonly why: "deadline" | "message-group"
}

/** What became of a record. */
export type Outcome = Processed | Failed | Untried
