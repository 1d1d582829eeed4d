import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { matches, parseFilterPolicy } from "../../../local/sns/filterPolicy.ts"

const attributes = {
  store: { DataType: "String", StringValue: "Example_Corp" },
  price: { DataType: "Number", StringValue: "210.75" },
  interests: { DataType: "String.Array", StringValue: '["soccer","rugby",7]' },
  payload: { DataType: "Binary", BinaryValue: "AAE=" }
}

const accepts = (policy: unknown) => matches(parseFilterPolicy(JSON.stringify(policy)), attributes)

describe("a filter policy", () => {
  it.each([
    [{ store: ["Example_Corp"] }, true],
    [{ store: ["other", "Example_Corp"] }, true],
    [{ store: ["example_corp"] }, false],
    [{ store: [{ "equals-ignore-case": "example_corp" }] }, true],
    [{ store: [{ prefix: "Exam" }] }, true],
    [{ store: [{ suffix: "_Corp" }] }, true],
    [{ store: [{ "anything-but": ["Example_Corp"] }] }, false],
    [{ store: [{ "anything-but": { prefix: "order-" } }] }, true],
    [{ missing: [{ "anything-but": ["x"] }] }, false],
    [{ price: [210.75] }, true],
    [{ price: ["210.75"] }, false],
    [{ price: [{ numeric: [">", 100, "<=", 210.75] }] }, true],
    [{ price: [{ numeric: ["<", 100] }] }, false],
    [{ interests: ["rugby"] }, true],
    [{ interests: [7] }, true],
    [{ interests: ["tennis"] }, false],
    [{ store: [{ exists: true }] }, true],
    [{ missing: [{ exists: false }] }, true],
    [{ payload: [{ exists: true }] }, false],
    [{ store: ["Example_Corp"], price: [{ numeric: ["=", 1] }] }, false]
  ])("%j lets the message through: %j", (policy, expected) => {
    expect(accepts(policy)).toBe(expected)
  })

  it("always lets exactly one of a value and its anything-but through", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (value, wanted) => {
        const message = { a: { DataType: "String", StringValue: value } }
        const exactly = matches(parseFilterPolicy(JSON.stringify({ a: [wanted] })), message)
        const anythingBut = matches(parseFilterPolicy(JSON.stringify({ a: [{ "anything-but": [wanted] }] })), message)
        expect(exactly).toBe(!anythingBut)
      })
    )
  })

  it.each([
    ["no json"],
    ["[]"],
    ['{"a":"text"}'],
    ['{"a":[]}'],
    ['{"a":[{"wildcards":"x*"}]}'],
    ['{"a":[{"numeric":["~",1]}]}']
  ])("is refused when it is %s", (text) => {
    expect(() => parseFilterPolicy(text)).toThrow(/^Invalid parameter: FilterPolicy/)
  })
})
