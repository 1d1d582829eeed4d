/** Failure injection for the fakes of AWS: which call fails, with what. */
import { Effect } from "effect"
import type { AwsError } from "../../../handlers/aws/AwsError.ts"
import { DependencyFailure } from "../../../handlers/failure/errors.ts"

/** What a fake fails with when a test does not care. */
export const unavailable = new DependencyFailure({ reason: "unavailable (injected)", dependency: "aws" })

interface Injection {
  readonly operation: string
  /** `undefined`: it never answers. */
  readonly error: AwsError | undefined
  remaining: number
}

/** A fresh set of injected failures, and the log of all calls in order. */
export const makeInjectedFailures = () => {
  const injections: Array<Injection> = []
  const calls: Array<string> = []
  return {
    /** The operations called so far, failed ones included, in order. */
    calls,
    /** Lets the next `times` calls of an operation fail. @default once, with `unavailable` */
    fail: (operation: string, error: AwsError = unavailable, times = 1) => {
      injections.push({ operation, error, remaining: times })
    },
    /** Lets the next `times` calls of an operation be without an answer for ever. @default once */
    hang: (operation: string, times = 1) => {
      injections.push({ operation, error: undefined, remaining: times })
    },
    /** For the fakes: records the call, and fails or hangs where that was injected. */
    call: (operation: string): Effect.Effect<void, AwsError> =>
      Effect.suspend(() => {
        calls.push(operation)
        const injection = injections.find((each) => each.operation === operation && each.remaining > 0)
        if (injection === undefined) return Effect.void
        injection.remaining -= 1
        return injection.error === undefined ? Effect.never : Effect.fail(injection.error)
      })
  }
}
