/** Random inputs for the circuit breaker. */
import fc from "fast-check"
import type { Breaker } from "../../../handlers/recovery/breaker.ts"

/** A policy within its ranges; small ones are as likely as large ones. */
export const breakerPolicies = fc.record({
  consecutiveFailures: fc.integer({ min: 1, max: 1000 }),
  failureShare: fc.double({ min: 0, max: 1, noNaN: true }),
  minimumAttempts: fc.integer({ min: 1, max: 10_000 }),
  windowSeconds: fc.integer({ min: 1, max: 3600 }),
  probeAfterSeconds: fc.integer({ min: 1, max: 900 }),
  probeCapSeconds: fc.integer({ min: 1, max: 900 }),
  rampWindowSeconds: fc.integer({ min: 1, max: 300 }),
  resultTimeoutSeconds: fc.integer({ min: 5, max: 3600 }),
  normalRatePerSecond: fc.oneof(
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    fc.double({ min: 1, max: 100_000, noNaN: true })
  ),
  ceilingRatio: fc.oneof(fc.double({ min: 1.01, max: 3, noNaN: true }), fc.double({ min: 1.01, max: 100, noNaN: true }))
})

/** Something that happens to a breaker, after a wait. */
export type BreakerStep =
  | { readonly does: "admit"; readonly waitSeconds: number; readonly again: boolean; readonly jitter: number }
  | { readonly does: "observe"; readonly waitSeconds: number; readonly successes: number; readonly failures: number }

const waits = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 10 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2000 }) }
)

const step: fc.Arbitrary<BreakerStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("admit" as const),
      waitSeconds: waits,
      again: fc.boolean(),
      jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("observe" as const),
      waitSeconds: waits,
      successes: fc.integer({ min: 0, max: 20 }),
      failures: fc.constant(0)
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("observe" as const),
      waitSeconds: waits,
      successes: fc.constant(0),
      failures: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constant(1000))
    })
  }
)

/** A history of a breaker: time never runs backwards in it. */
export const breakerSteps = fc.array(step, { maxLength: 200, size: "max" })

/** Any number at all. */
export const hostileNumbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }),
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE)
)

/** A breaker whose numbers are anything. */
export const hostileBreakers: fc.Arbitrary<Breaker> = fc.oneof(
  fc.record({
    state: fc.constant("closed" as const),
    consecutiveFailures: hostileNumbers,
    windowStartedAt: hostileNumbers,
    failures: hostileNumbers,
    successes: hostileNumbers,
    nextSlotAt: hostileNumbers,
    held: hostileNumbers
  }),
  fc.record({
    state: fc.constant("open" as const),
    openedAt: hostileNumbers,
    retryAt: hostileNumbers,
    failedProbes: hostileNumbers,
    bookedUntil: hostileNumbers,
    probers: hostileNumbers,
    held: hostileNumbers
  }),
  fc.record({
    state: fc.constant("half-open" as const),
    openedAt: hostileNumbers,
    failedProbes: hostileNumbers,
    bookedUntil: hostileNumbers,
    windowStartedAt: hostileNumbers,
    admits: hostileNumbers,
    admitted: hostileNumbers,
    confirmed: hostileNumbers,
    nextSlotAt: hostileNumbers,
    held: hostileNumbers
  })
)
