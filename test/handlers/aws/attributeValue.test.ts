import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { marshall, unmarshall } from "../../../handlers/aws/attributeValue.ts"

const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    // Whole numbers that a double cannot hold exactly come back as big integers.
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Object.is(value, -0) && Number.isInteger(value) === Number.isSafeInteger(value)),
    fc.uint8Array(),
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true })
  )
})).value

describe("an item", () => {
  it("is the same after a journey to DynamoDB's attribute values and back", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plain, { noNullPrototype: true }), (item) => {
        assert.deepStrictEqual(unmarshall(marshall(item)), item)
      })
    )
  })

  it("leaves out what is undefined", () => {
    assert.deepStrictEqual(marshall({ a: undefined, b: { c: undefined } }), { b: { M: {} } })
  })

  it("keeps whole numbers beyond what a double can hold", () => {
    const value = 2n ** 70n
    assert.deepStrictEqual(unmarshall(marshall({ value })), { value })
  })

  it("refuses what DynamoDB has no type for", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol("x")]) {
      assert.throws(() => marshall({ value }), TypeError)
    }
  })
})
