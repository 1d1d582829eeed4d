import fc from "fast-check"
import { expect, test } from "vitest"
import { probeNotBefore } from "../../../handlers/recovery/probing.ts"
import { type RecoveryRule, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { healingRules, times } from "./arbitraries.ts"

const hour = 3_600_000
const defaults = recoveryPolicy<Record<string, RecoveryRule>>({})

/** When each attempt of a message is made that fails at once, alone with an open breaker. */
const probesOf = (policy: typeof defaults, className: string, since: number, maxAttempts: number) => {
  const probes: Array<number> = []
  let failedAt = since
  for (let attempts = 0; attempts < maxAttempts; attempts++) {
    const state = { attempts, healingSince: since, fifo: false }
    failedAt = probeNotBefore(policy, { class: className, at: failedAt }, state, failedAt)
    probes.push(failedAt)
  }
  return probes
}

test("by default one message alone probes within half a minute, and still has an attempt left after twenty hours", () => {
  const probes = probesOf(defaults, "DependencyFailure", 0, 8)
  expect(probes[0]).toBeLessThan(30_000)
  expect(probes.at(-1)).toBeGreaterThan(20 * hour)
  expect(probes.at(-1)).toBeLessThan(48 * hour)
})

test("a message with one attempt only waits an hour for others to probe, and not for a third of its age", () => {
  const policy = recoveryPolicy<Record<string, RecoveryRule>>({
    Timeout: {
      action: "heal",
      backoff: { baseSeconds: 1, factor: 2, capSeconds: 9 },
      maxAttempts: 1,
      maxAgeSeconds: 1_209_600
    }
  })
  expect(probesOf(policy, "Timeout", 0, 1)).toEqual([hour])
})

test("a message that was set aside untried may probe at once", () => {
  const state = { attempts: 7, healingSince: 0, fifo: false }
  expect(probeNotBefore(defaults, { class: "DependencyFailure", at: hour, untried: true }, state, hour)).toBe(0)
})

test("every attempt has its turn before the longest age, each after the one before it", () => {
  fc.assert(
    fc.property(healingRules, times, (rule, since) => {
      const bounded = { ...rule, maxAttempts: Math.min(20, rule.maxAttempts) }
      const policy = recoveryPolicy<Record<string, RecoveryRule>>({ Timeout: bounded })
      let before = since
      for (const probe of probesOf(policy, "Timeout", since, bounded.maxAttempts)) {
        expect(probe).toBeGreaterThanOrEqual(before)
        expect(probe).toBeLessThan(since + rule.maxAgeSeconds * 1000)
        before = probe
      }
    })
  )
})
