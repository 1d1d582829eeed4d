/**
 * One typed error a failure class. A handler that fails with one of these has classified its own failure;
 * the compiler checks the classes of its error channel against the recovery policy.
 *
 * `reason` is short, stable and groups failures (no ids or personal data in it); `detail` is for a person who
 * investigates one message. Neither may hold a secret or the message's body.
 */
import { Data } from "effect"

/** What every classified failure carries. */
export interface FailureFields {
  /** Short and stable: failures with the same class and reason are one group. */
  readonly reason: string
  /** What a person needs who investigates this one message; cut to fit the evidence. */
  readonly detail?: string | undefined
  /** The dependency that failed, e.g. `payment-gateway`, `dynamodb`. */
  readonly dependency?: string | undefined
  /** The foreign error, for the function's own log; it never travels with the message. */
  readonly cause?: unknown
}

/** 401/403, access denied, expired or invalid credential: an operator has to act. */
export class AuthFailure extends Data.TaggedError("AuthFailure")<FailureFields> {}

/** Well-formed, but breaks a rule; `field` names the place. */
export class ValidationError extends Data.TaggedError("ValidationError")<
  FailureFields & {
    /** The field that breaks the rule, as a path. */
    readonly field?: string | undefined
  }
> {}

/** Cannot be decoded: not JSON, wrong encoding, truncated. */
export class BadPayload extends Data.TaggedError("BadPayload")<FailureFields> {}

/** A deadline passed: a slow dependency, or the function's own remaining time (no `dependency` then). */
export class Timeout extends Data.TaggedError("Timeout")<
  FailureFields & {
    /** Seconds that the dependency asked to be left alone (`Retry-After`). */
    readonly retryAfterSeconds?: number | undefined
  }
> {}

/** What a failure of a dependency carries: whose it is, too. */
export interface DependencyFailureFields extends FailureFields {
  /** The dependency that failed, e.g. `payment-gateway`; its circuit breaker is told. */
  readonly dependency: string
  /** Seconds that the dependency asked to be left alone (`Retry-After`). */
  readonly retryAfterSeconds?: number | undefined
}

/** A dependency refused or broke: 5xx, 429, throttling, connection refused or reset. */
export class DependencyFailure extends Data.TaggedError("DependencyFailure")<DependencyFailureFields> {}

/** Nothing more is known: defects and crashes. Handlers seldom fail with it on purpose. */
export class Unknown extends Data.TaggedError("Unknown")<FailureFields> {}

/** Any of the built-in classified failures. */
export type ClassifiedFailure = AuthFailure | ValidationError | BadPayload | Timeout | DependencyFailure | Unknown

/**
 * What the consumer accepts in a handler's error channel: whatever has a tag, which is its class. The built-in errors, any
 * `Data.TaggedError` or `Schema.TaggedError` of a user's, and Effect's own errors satisfy it; Effect's `TimeoutError` counts
 * as `Timeout`.
 *
 * Read of an error, where it is of this type, are `reason` (text; or an error's reason error, whose tag stands for it),
 * `detail` and `dependency` (text), and `retryAfterSeconds` (a number).
 */
export interface TaggedFailure {
  /** The failure class. */
  readonly _tag: string
}
