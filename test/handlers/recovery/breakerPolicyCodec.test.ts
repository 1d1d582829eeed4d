import { Result } from "effect"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type BreakerPolicy, defaultBreakerPolicy } from "../../../handlers/recovery/breaker.ts"
import { decodeBreakerPolicy, encodeBreakerPolicy } from "../../../handlers/recovery/breakerPolicyCodec.ts"
import { breakerPolicies } from "./breakerArbitraries.ts"

const problem = (json: string) =>
  Result.match(decodeBreakerPolicy(json), { onSuccess: () => "valid", onFailure: (text) => text })

test("only what differs from the defaults travels", () => {
  expect(encodeBreakerPolicy(defaultBreakerPolicy)).toBe("{}")
  expect(encodeBreakerPolicy({ consecutiveFailures: 5, ceilingRatio: 3 })).toBe('{"ceilingRatio":3}')
})

test("no text is the default policy", () => {
  expect(Result.getOrThrow(decodeBreakerPolicy(undefined))).toEqual(defaultBreakerPolicy)
  expect(Result.getOrThrow(decodeBreakerPolicy(" "))).toEqual(defaultBreakerPolicy)
})

test("any policy comes back as it was", () => {
  fc.assert(
    fc.property(breakerPolicies, (policy: BreakerPolicy) => {
      expect(Result.getOrThrow(decodeBreakerPolicy(encodeBreakerPolicy(policy)))).toEqual(policy)
    })
  )
})

describe("what is wrong is said in one sentence that names the place", () => {
  test.each([
    ["not JSON", "{", "The breaker policy is not valid: it is not JSON."],
    ["not an object", "[]", "The breaker policy is not valid: "],
    ["a share above 1", '{"failureShare":1.1}', "at failureShare: Expected a value between 0 and 1"],
    ["no failures", '{"consecutiveFailures":0}', "at consecutiveFailures"],
    ["half a failure", '{"consecutiveFailures":1.5}', "at consecutiveFailures"],
    ["a ceiling that leaves nothing for healing", '{"ceilingRatio":1}', "at ceilingRatio"],
    ["a probe later than SQS can delay", '{"probeCapSeconds":901}', "at probeCapSeconds"],
    ["an unknown key", '{"failures":3}', "at failures"]
  ])("%s", (_, json, expected) => {
    expect(problem(json)).toContain(expected)
    expect(problem(json)).toMatch(/^The breaker policy is not valid[^\n]*\.$/)
  })
})

test("decoding any text answers and never throws", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeBreakerPolicy(text)))
})
