import { describe, expect, it } from "vitest"
import { conditionHolds, isConditionOperator } from "../../../local/iam/condition.ts"

/** A policy variable as a policy writes it. */
const variable = (name: string): string => ["$", `{${name}}`].join("")

/** Whether `operator` holds for the expected values when the request's key `k` has the actual ones (none: no key). */
const holds = (operator: string, expected: string | ReadonlyArray<string>, ...actual: ReadonlyArray<string>): boolean =>
  conditionHolds({ [operator]: { K: expected } }, new Map(actual.length === 0 ? [] : [["k", actual]]), {
    variables: (name) => (name === "who" ? "me" : undefined)
  })

describe("condition operators", () => {
  it.each([
    ["StringEquals", "a", "a", true],
    ["StringEquals", "a", "A", false],
    ["StringEquals", "a*", "ab", false],
    ["StringEquals", `${variable("who")}`, "me", true],
    ["StringEquals", `${variable("whoever")}`, "", false],
    ["StringNotEquals", "a", "b", true],
    ["StringNotEquals", "a", "a", false],
    ["StringEqualsIgnoreCase", "Ab", "aB", true],
    ["StringEqualsIgnoreCase", "Ab", "ac", false],
    ["StringNotEqualsIgnoreCase", "Ab", "aB", false],
    ["StringLike", "a*c?", "abbcd", true],
    ["StringLike", "a*c?", "abbc", false],
    ["StringLike", `${variable("who")}*`, "merry", true],
    ["StringNotLike", "a*", "abc", false],
    ["ArnEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:t", true],
    ["ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:1:t", false],
    ["ArnLike", "arn:aws:sns:*:1:t?", "arn:aws:sns:eu-west-1:1:t2", true],
    ["ArnNotLike", "arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:t", false],
    ["ArnNotEquals", "arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:u", true],
    ["Bool", "true", "true", true],
    ["Bool", "false", "true", false],
    ["NumericEquals", "10", "10.0", true],
    ["NumericNotEquals", "10", "10.0", false],
    ["NumericLessThan", "10", "9", true],
    ["NumericLessThan", "10", "10", false],
    ["NumericLessThanEquals", "10", "10", true],
    ["NumericGreaterThan", "10", "11", true],
    ["NumericGreaterThan", "10", "10", false],
    ["NumericGreaterThanEquals", "10", "10", true],
    ["NumericEquals", "10", "ten", false],
    ["DateEquals", "2026-01-01T00:00:00Z", "1767225600", true],
    ["DateNotEquals", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", true],
    ["DateLessThan", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", true],
    ["DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", true],
    ["DateGreaterThan", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", false],
    ["DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", true],
    ["IpAddress", "127.0.0.0/8", "127.0.0.1", true],
    ["IpAddress", "10.0.0.0/8", "127.0.0.1", false],
    ["IpAddress", "127.0.0.1", "127.0.0.1", true],
    ["IpAddress", "2001:db8::/32", "127.0.0.1", false],
    ["NotIpAddress", "10.0.0.0/8", "127.0.0.1", true]
  ])("%s %s, given %s: %s", (operator, expected, actual, result) => {
    expect(holds(operator, expected, actual)).toBe(result)
  })

  it("takes any of several values for an assertion, and none of them for a negation", () => {
    expect(holds("StringEquals", ["a", "b"], "b")).toBe(true)
    expect(holds("StringNotEquals", ["a", "b"], "b")).toBe(false)
    expect(holds("StringNotEquals", ["a", "b"], "c")).toBe(true)
  })

  it("needs every operator and every key to hold", () => {
    const context = new Map([
      ["a", ["1"]],
      ["b", ["2"]]
    ])
    expect(conditionHolds({ StringEquals: { a: "1", b: "2" }, NumericLessThan: { a: "2" } }, context, {})).toBe(true)
    expect(conditionHolds({ StringEquals: { a: "1", b: "3" } }, context, {})).toBe(false)
    expect(conditionHolds({ StringEquals: { a: "1" }, NumericLessThan: { a: "1" } }, context, {})).toBe(false)
  })

  it("holds when there is no condition", () => expect(conditionHolds(undefined, new Map(), {})).toBe(true))
})

describe("a key that the request does not have", () => {
  it.each([
    ["StringEquals", false],
    ["Bool", false],
    ["ArnLike", false],
    ["StringNotEquals", true],
    ["ArnNotLike", true],
    ["NotIpAddress", true],
    ["StringEqualsIfExists", true],
    ["BoolIfExists", true],
    ["ForAllValues:StringEquals", true],
    ["ForAnyValue:StringEquals", false],
    ["ForAnyValue:StringNotEquals", false]
  ])("lets %s be %s", (operator, result) => expect(holds(operator, "x")).toBe(result))

  it("is what Null asks about", () => {
    expect(holds("Null", "true")).toBe(true)
    expect(holds("Null", "false")).toBe(false)
    expect(holds("Null", "true", "x")).toBe(false)
    expect(holds("Null", "false", "x")).toBe(true)
  })

  it("is judged by its value when it is there, IfExists or not", () => {
    expect(holds("StringEqualsIfExists", "x", "y")).toBe(false)
  })
})

describe("a key with several values", () => {
  it("needs all of them for ForAllValues and one of them for ForAnyValue", () => {
    expect(holds("ForAllValues:StringEquals", ["a", "b"], "a", "b")).toBe(true)
    expect(holds("ForAllValues:StringEquals", ["a", "b"], "a", "c")).toBe(false)
    expect(holds("ForAnyValue:StringEquals", ["a", "b"], "c", "a")).toBe(true)
    expect(holds("ForAnyValue:StringEquals", ["a", "b"], "c", "d")).toBe(false)
    expect(holds("ForAllValues:StringNotEquals", ["a"], "b", "a")).toBe(false)
  })
})

describe("an operator that AWS does not have", () => {
  it("is told apart, and never holds", () => {
    expect(isConditionOperator("StringEqual")).toBe(false)
    expect(isConditionOperator("ForAnyValue:StringLikeIfExists")).toBe(true)
    expect(holds("StringEqual", "a", "a")).toBe(false)
  })
})
