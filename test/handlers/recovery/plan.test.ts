import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { failureClasses } from "../../../handlers/failure/FailureClass.ts"
import { plan, type RecoveryState, ruleOf } from "../../../handlers/recovery/plan.ts"
import { defaultRecoveryPolicy, type RecoveryRule, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import {
  admissions,
  anyNumber,
  classNames,
  failures,
  healingRules,
  jitters,
  policies,
  rules,
  states,
  times
} from "./arbitraries.ts"

const now = 1_700_000_000_000
const hour = 3600 * 1000
const fresh: RecoveryState = { attempts: 0, healingSince: now, fifo: false }
const defaults = recoveryPolicy<Record<string, RecoveryRule>>({})
const heal = { baseSeconds: 10, factor: 2, capSeconds: 20_000 }
const policyOf = (rule: RecoveryRule) => recoveryPolicy<Record<string, RecoveryRule>>({ Timeout: rule })

describe("the default policy", () => {
  test.each([
    ["AuthFailure", { _tag: "Archive", status: "awaiting-operator", alert: true }],
    ["ValidationError", { _tag: "Archive", status: "archived", alert: false }],
    ["BadPayload", { _tag: "Archive", status: "archived", alert: false }],
    ["Timeout", { _tag: "Requeue", attempt: 1, delaySeconds: 5, isolated: false }],
    ["DependencyFailure", { _tag: "Requeue", attempt: 1, delaySeconds: 15, isolated: false }],
    ["Unknown", { _tag: "Requeue", attempt: 1, delaySeconds: 5, isolated: true }]
  ])("%s is planned as designed", (name, expected) => {
    expect(plan(defaults, { class: name }, fresh, now, 0.5)).toMatchObject(expected)
  })

  test("every built-in class has a rule of its own", () => {
    expect(Object.keys(defaultRecoveryPolicy.rules).sort()).toEqual([...failureClasses].sort())
  })

  test("a class without a rule is treated as Unknown", () => {
    expect(plan(defaults, { class: "NeverHeardOf" }, fresh, now, 0.5)).toMatchObject({
      _tag: "Requeue",
      isolated: true
    })
  })
})

describe("healing", () => {
  const rule: RecoveryRule = { action: "heal", backoff: heal, maxAttempts: 12, maxAgeSeconds: 1_209_600 }

  test("a backoff longer than SQS's longest delay is held first, then re-queued with the rest", () => {
    const state = { ...fresh, attempts: 11 }
    const held = plan(policyOf(rule), { class: "Timeout" }, state, now, 0.5)
    expect(held).toMatchObject({
      _tag: "Hold",
      due: now + 10_000_000,
      until: now + 9_100_000,
      visibilityTimeoutSeconds: 9100
    })
    if (held._tag !== "Hold") throw new Error("not held")
    expect(plan(policyOf(rule), { class: "Timeout" }, { ...state, due: held.due }, held.until, 0.1)).toMatchObject({
      _tag: "Requeue",
      delaySeconds: 900
    })
  })

  test("on a FIFO queue the whole backoff is held, and then it is re-queued without a delay", () => {
    const state = { ...fresh, fifo: true }
    const held = plan(policyOf(rule), { class: "Timeout" }, state, now, 0.5)
    expect(held).toMatchObject({ _tag: "Hold", until: now + 5000, visibilityTimeoutSeconds: 5 })
    expect(plan(policyOf(rule), { class: "Timeout" }, { ...state, due: now + 5000 }, now + 5000, 0.9)).toMatchObject({
      _tag: "Requeue",
      delaySeconds: 0
    })
  })

  test("isolated messages are spaced by their position in the batch", () => {
    const delays = [0, 1, 2].map((position) => plan(defaults, { class: "Unknown" }, { ...fresh, position }, now, 0.5))
    expect(delays.map((each) => each._tag === "Requeue" && each.delaySeconds)).toEqual([5, 15, 25])
  })

  test("Retry-After counts from the failure, and is never undercut", () => {
    const failure = { class: "DependencyFailure", retryAfterSeconds: 600, at: now - 100_000 }
    expect(plan(defaults, failure, fresh, now, 0)).toMatchObject({ _tag: "Requeue", delaySeconds: 500 })
  })

  test("it ends after the last attempt with an alert that says why", () => {
    expect(plan(defaults, { class: "Timeout" }, { ...fresh, attempts: 5 }, now, 0.5)).toEqual({
      _tag: "Archive",
      status: "archived",
      alert: true,
      why: "Healed 5 times, the most that Timeout allows."
    })
  })

  test("it ends when the next attempt would come after the longest age", () => {
    const state = { ...fresh, healingSince: now - 24 * hour }
    expect(plan(defaults, { class: "Timeout" }, state, now, 0.5)).toMatchObject({ _tag: "Archive", alert: true })
  })

  test("a message that its circuit breaker does not admit is held, and keeps the backoff that it has drawn", () => {
    const state: RecoveryState = { ...fresh, admission: { admitted: false, until: now + 600_000 } }
    const failure = { class: "DependencyFailure", dependency: "payment-gateway" }
    expect(plan(defaults, failure, state, now, 0.5)).toMatchObject({
      _tag: "Hold",
      until: now + 600_000,
      due: now + 15_000,
      why: "The circuit breaker of payment-gateway holds it back."
    })
  })

  test("a message that its circuit breaker admits goes at its slot, and no sooner than its backoff", () => {
    const failure = { class: "DependencyFailure", dependency: "payment-gateway" }
    const at = (seconds: number): RecoveryState => ({
      ...fresh,
      admission: { admitted: true, at: now + seconds * 1000 }
    })
    expect(plan(defaults, failure, at(3), now, 0.5)).toMatchObject({ _tag: "Requeue", delaySeconds: 15 })
    expect(plan(defaults, failure, at(60), now, 0.5)).toMatchObject({ _tag: "Requeue", delaySeconds: 60 })
    expect(plan(defaults, failure, at(2000), now, 0.5)).toMatchObject({
      _tag: "Hold",
      until: now + 1_100_000,
      due: now + 2_000_000
    })
  })

  test("a message that was set aside untried draws no backoff", () => {
    const failure = { class: "DependencyFailure", dependency: "payment-gateway", untried: true }
    expect(plan(defaults, failure, { ...fresh, attempts: 6 }, now, 0.99)).toMatchObject({
      _tag: "Requeue",
      delaySeconds: 0
    })
  })
})

describe("always", () => {
  const cases = [policies, failures, states, times, jitters] as const

  test("a plan keeps to SQS's limits, whatever it is given", () => {
    const wild = fc.record({
      attempts: anyNumber,
      healingSince: anyNumber,
      due: fc.option(anyNumber, { nil: undefined }),
      fifo: fc.boolean(),
      position: fc.option(anyNumber, { nil: undefined }),
      admission: fc.option(admissions(anyNumber), { nil: undefined })
    })
    const wildFailure = fc.record({ class: classNames, retryAfterSeconds: anyNumber, at: anyNumber })
    fc.assert(
      fc.property(policies, wildFailure, wild, anyNumber, anyNumber, (policy, failure, state, at, jitter) => {
        const planned = plan(policy, failure, state, at, jitter)
        expect(planned.why).toMatch(/^[A-Z].*\.$/)
        if (planned._tag === "Requeue") {
          expect(Number.isInteger(planned.delaySeconds)).toBe(true)
          expect(planned.delaySeconds).toBeGreaterThanOrEqual(0)
          expect(planned.delaySeconds).toBeLessThanOrEqual(state.fifo ? 0 : 900)
          expect(planned.attempt).toBeGreaterThanOrEqual(1)
          expect(planned.attempt).toBeLessThanOrEqual(1000)
        }
        if (planned._tag === "Hold") {
          expect(Number.isInteger(planned.visibilityTimeoutSeconds)).toBe(true)
          expect(planned.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(1)
          expect(planned.visibilityTimeoutSeconds).toBeLessThanOrEqual(42_300)
          expect(Number.isFinite(planned.until)).toBe(true)
          expect(Number.isFinite(planned.due)).toBe(true)
          if (state.admission?.admitted !== false) expect(planned.due).toBeGreaterThanOrEqual(planned.until)
        }
      }),
      { numRuns: 2000 }
    )
  })

  test("the same question has the same answer", () => {
    fc.assert(
      fc.property(...cases, (policy, failure, state, at, jitter) => {
        expect(plan(policy, failure, state, at, jitter)).toEqual(plan(policy, failure, state, at, jitter))
      })
    )
  })

  test("after maxAttempts nothing is re-queued or held: it is archived, with an alert", () => {
    fc.assert(
      fc.property(healingRules, states, times, jitters, fc.nat(100), (rule, state, at, jitter, more) => {
        const exhausted = { ...state, attempts: rule.maxAttempts + more }
        expect(plan(policyOf(rule), { class: "Timeout" }, exhausted, at, jitter)).toMatchObject({
          _tag: "Archive",
          alert: true
        })
      })
    )
  })

  test("no attempt is due later than maxAge after healing began", () => {
    fc.assert(
      fc.property(healingRules, states, times, jitters, (rule, state, at, jitter) => {
        const planned = plan(policyOf(rule), { class: "Timeout" }, state, at, jitter)
        const since = Math.min(at, state.healingSince)
        if (planned._tag === "Hold")
          expect(Math.max(planned.due, planned.until) - since).toBeLessThanOrEqual(rule.maxAgeSeconds * 1000)
        if (planned._tag === "Requeue")
          expect(at + (planned.delaySeconds - 1) * 1000 - since).toBeLessThanOrEqual(rule.maxAgeSeconds * 1000)
      })
    )
  })

  test("Retry-After is never undercut, on either kind of queue", () => {
    fc.assert(
      fc.property(
        healingRules,
        fc.boolean(),
        times,
        jitters,
        fc.nat(86_400),
        (rule, fifo, at, jitter, retryAfterSeconds) => {
          const state = { attempts: 0, healingSince: at, fifo }
          const planned = plan(policyOf(rule), { class: "Timeout", retryAfterSeconds, at }, state, at, jitter)
          if (planned._tag === "Requeue")
            expect(planned.delaySeconds).toBeGreaterThanOrEqual(fifo ? 0 : retryAfterSeconds)
          if (planned._tag === "Requeue" && fifo) expect(retryAfterSeconds).toBe(0)
          if (planned._tag === "Hold") expect(planned.due).toBeGreaterThanOrEqual(at + retryAfterSeconds * 1000)
        }
      )
    )
  })

  test("more attempts or a greater age never bring an archived message back", () => {
    fc.assert(
      fc.property(...cases, fc.nat(1000), fc.nat(1_000_000_000), (policy, failure, state, at, jitter, more, older) => {
        if (plan(policy, failure, state, at, jitter)._tag !== "Archive") return
        const later = { ...state, attempts: state.attempts + more, healingSince: state.healingSince - older }
        // A later attempt may draw the same time or a later one, never an earlier one.
        expect(plan(policy, failure, later, at, jitter)._tag).toBe("Archive")
      })
    )
  })

  test("what its circuit breaker does not admit is not re-queued", () => {
    fc.assert(
      fc.property(
        policies,
        failures,
        states,
        times,
        jitters,
        fc.integer({ min: 1, max: 10 ** 9 }),
        (policy, failure, state, at, jitter, wait) => {
          const planned = plan(
            policy,
            failure,
            { ...state, admission: { admitted: false, until: at + wait } },
            at,
            jitter
          )
          expect(planned._tag).not.toBe("Requeue")
        }
      )
    )
  })

  test("following the plans of a message that keeps failing ends in the archive within maxAttempts re-queues", () => {
    fc.assert(
      fc.property(rules, fc.boolean(), fc.infiniteStream(jitters), (rule, fifo, draws) => {
        const policy = policyOf(
          rule.action === "heal" || rule.action === "isolate"
            ? { ...rule, maxAttempts: Math.min(rule.maxAttempts, 20) }
            : rule
        )
        const limit = ruleOf(policy, "Timeout")
        let clock = now
        let attempts = 0
        let due: number | undefined
        for (let step = 0; step < 2000; step++) {
          const jitter = draws.next().value ?? 0
          const planned = plan(policy, { class: "Timeout" }, { attempts, healingSince: now, fifo, due }, clock, jitter)
          if (planned._tag === "Archive") {
            expect(attempts).toBeLessThanOrEqual("maxAttempts" in limit ? limit.maxAttempts : 0)
            return
          }
          if (planned._tag === "Hold") {
            clock += planned.visibilityTimeoutSeconds * 1000
            due = planned.due
          } else {
            attempts += 1
            due = undefined
            clock += planned.delaySeconds * 1000
          }
        }
        throw new Error("it never ends")
      })
    )
  })
})
