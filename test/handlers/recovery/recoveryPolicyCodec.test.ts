import { Result } from "effect"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { defaultRecoveryPolicy, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { decodeRecoveryPolicy, encodeRecoveryPolicy } from "../../../handlers/recovery/recoveryPolicyCodec.ts"
import { policies } from "./arbitraries.ts"

const decoded = (json: string | undefined) => Result.getOrThrow(decodeRecoveryPolicy(json))
const problem = (json: string) =>
  Result.match(decodeRecoveryPolicy(json), { onSuccess: () => "valid", onFailure: (text) => text })
const heal = (change: object) =>
  JSON.stringify({
    Timeout: {
      action: "heal",
      backoff: { baseSeconds: 1, factor: 2, capSeconds: 4 },
      maxAttempts: 3,
      maxAgeSeconds: 60,
      ...change
    }
  })

test("only the rules that differ from the defaults travel", () => {
  expect(encodeRecoveryPolicy(defaultRecoveryPolicy)).toBe("{}")
  expect(
    encodeRecoveryPolicy(recoveryPolicy({ AuthFailure: { action: "alert" }, OutOfStock: { action: "archive" } }))
  ).toBe('{"OutOfStock":{"action":"archive"}}')
})

test("no text is the default policy", () => {
  expect(decoded(undefined)).toEqual(defaultRecoveryPolicy)
  expect(decoded("")).toEqual(defaultRecoveryPolicy)
})

test("any policy comes back as it was", () => {
  fc.assert(
    fc.property(policies, (policy) => {
      const again = decoded(encodeRecoveryPolicy(policy))
      // `alert: false` is the default of an archive rule, so it may be left out.
      expect(encodeRecoveryPolicy(again)).toBe(encodeRecoveryPolicy(policy))
      expect(Object.keys(again.rules).sort()).toEqual(Object.keys(policy.rules).sort())
    })
  )
})

describe("what is wrong is said in one sentence that names the place", () => {
  test.each([
    ["not JSON", "{", "The recovery policy is not valid: it is not JSON."],
    ["not an object", "[]", "The recovery policy is not valid: Expected object."],
    ["an unknown action", '{"Timeout":{"action":"retry"}}', "Timeout.action"],
    ["a rule that is a number", '{"Timeout":3}', "Timeout"],
    ["a missing part", '{"Timeout":{"action":"heal"}}', "Timeout.backoff"],
    ["no attempts", heal({ maxAttempts: 0 }), "Timeout.maxAttempts: Expected a value between 1 and 1000"],
    ["half an attempt", heal({ maxAttempts: 1.5 }), "Timeout.maxAttempts"],
    ["an age beyond SQS's retention", heal({ maxAgeSeconds: 1_209_601 }), "Timeout.maxAgeSeconds"],
    [
      "a factor out of range",
      heal({ backoff: { baseSeconds: 1, factor: 11, capSeconds: 4 } }),
      "Timeout.backoff.factor"
    ],
    [
      "a cap beyond SQS's visibility",
      heal({ backoff: { baseSeconds: 1, factor: 2, capSeconds: 43_201 } }),
      "Timeout.backoff.capSeconds"
    ],
    ["an unknown key", heal({ retries: 3 }), "Timeout.retries"],
    ["a class name that is none", '{"out of stock":{"action":"alert"}}', '"out of stock" is not a failure class']
  ])("%s", (_, json, expected) => {
    expect(problem(json)).toContain(expected)
    expect(problem(json)).toMatch(/^The recovery policy is not valid[^\n]*\.$/)
  })
})

test("decoding any text answers and never throws", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeRecoveryPolicy(text)))
})
