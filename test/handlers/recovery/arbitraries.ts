/** Policies, failures and states for property tests. */
import fc from "fast-check"
import { failureClasses } from "../../../handlers/failure/FailureClass.ts"
import type { Admission } from "../../../handlers/recovery/breakerAdmission.ts"
import type { PlannedFailure, RecoveryState } from "../../../handlers/recovery/plan.ts"
import { type RecoveryRule, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"

/** Any number at all: NaN, infinities, negative, tiny and huge ones included. */
export const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_SAFE_INTEGER)
)

/** A backoff within its ranges. */
export const backoffs = fc.record({
  baseSeconds: fc.integer({ min: 1, max: 43_200 }),
  factor: fc.double({ min: 1, max: 10, noNaN: true }),
  capSeconds: fc.integer({ min: 1, max: 43_200 })
})

const limits = {
  backoff: backoffs,
  maxAttempts: fc.integer({ min: 1, max: 1000 }),
  maxAgeSeconds: fc.integer({ min: 1, max: 1_209_600 })
}

/** A rule that heals, within its ranges. */
export const healingRules: fc.Arbitrary<Extract<RecoveryRule, { action: "heal" | "isolate" }>> = fc.oneof(
  fc.record({ action: fc.constant("heal"), ...limits }),
  fc.record({ action: fc.constant("isolate"), ...limits })
)

/** A rule within its ranges. */
export const rules: fc.Arbitrary<RecoveryRule> = fc.oneof(
  healingRules,
  fc.record({ action: fc.constant("archive") }),
  fc.record({ action: fc.constant("archive"), alert: fc.boolean() }),
  fc.record({ action: fc.constant("alert") })
)

/** The name of a class: a built-in one, one of a user's, or one that no policy has. */
export const classNames = fc.constantFrom(...failureClasses, "OutOfStock", "CardDeclined", "constructor", "__proto__")

/** A policy that overrides some classes and adds some. */
export const policies = fc
  .dictionary(fc.constantFrom(...failureClasses, "OutOfStock", "CardDeclined"), rules)
  .map((overrides) => recoveryPolicy<Record<string, RecoveryRule>>(overrides))

/** A time that a clock may show. */
export const times = fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 })

/** A failure as classification finds them. */
export const failures: fc.Arbitrary<PlannedFailure> = fc.record({
  class: classNames,
  retryAfterSeconds: fc.option(fc.integer({ min: 0, max: 86_400 }), { nil: undefined }),
  at: fc.option(times, { nil: undefined }),
  untried: fc.option(fc.boolean(), { nil: undefined })
})

/** What a circuit breaker answers. */
export const admissions = (time: fc.Arbitrary<number>): fc.Arbitrary<Admission> =>
  fc.oneof(
    fc.record({ admitted: fc.constant(true), at: time }),
    fc.record({ admitted: fc.constant(false), until: time })
  )

/** A state as the ledger has them. */
export const states: fc.Arbitrary<RecoveryState> = fc.record({
  attempts: fc.integer({ min: 0, max: 1100 }),
  healingSince: times,
  due: fc.option(times, { nil: undefined }),
  fifo: fc.boolean(),
  position: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }),
  admission: fc.option(admissions(times), { nil: undefined })
})

/** A random number as `Math.random` draws them. */
export const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
