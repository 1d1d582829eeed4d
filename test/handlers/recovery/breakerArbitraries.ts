/** Random inputs for the circuit breaker. */
import fc from "fast-check"

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
