import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { bodyKey, checkConservation, type Home, isConserved, orderKey } from "../../../local/demo/conservation.ts"

const kinds = ["stored", "archived", "awaiting-operator"] as const
const homesOf = (keys: ReadonlyArray<string>): ReadonlyArray<Home> =>
  keys.map((key, index) => ({ key, kind: kinds[index % kinds.length] ?? "stored" }))
const keysArbitrary = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 30 })

describe("the conservation check", () => {
  it("is satisfied exactly when every accepted message has one home", () => {
    fc.assert(fc.property(keysArbitrary, (keys) => isConserved(checkConservation(keys, homesOf(keys)))))
  })

  it("names each message that has no home as lost", () => {
    fc.assert(
      fc.property(keysArbitrary, fc.nat(), (keys, position) => {
        const missing = keys[position % keys.length]
        const result = checkConservation(keys, homesOf(keys.filter((key) => key !== missing)))
        expect(result.lost).toEqual([missing])
        expect(isConserved(result)).toBe(false)
      })
    )
  })

  it("names each message that has two homes as a duplicate", () => {
    fc.assert(
      fc.property(keysArbitrary, fc.nat(), (keys, position) => {
        const doubled = keys[position % keys.length] ?? ""
        const result = checkConservation(keys, [...homesOf(keys), { key: doubled, kind: "archived" }])
        expect(result.duplicates).toEqual([doubled])
        expect(isConserved(result)).toBe(false)
      })
    )
  })

  it("names a message in a home that nobody sent as unexpected", () => {
    const result = checkConservation(["a"], homesOf(["a", "stray"]))
    expect(result.unexpected).toEqual(["stray"])
    expect(isConserved(result)).toBe(false)
  })

  it("counts a redelivery of the same order as the same message", () => {
    expect(checkConservation(["a", "a", "a"], homesOf(["a"]))).toMatchObject({ accepted: 1, lost: [], duplicates: [] })
  })
})

describe("the key of a message body", () => {
  it("is the order's for an order, whatever else the body holds", () => {
    const order = { orderId: "O1", itemName: "Laptop", quantity: 2 }
    expect(bodyKey(JSON.stringify({ ...order, userId: "U1", timestamp: "2025-05-03T12:00:00Z" }))).toBe(orderKey(order))
  })

  it("tells two contents under one order id apart", () => {
    expect(orderKey({ orderId: "O1", itemName: "Laptop", quantity: 1 })).not.toBe(
      orderKey({ orderId: "O1", itemName: "Laptop", quantity: 2 })
    )
  })

  it("is the body itself for anything else", () => {
    fc.assert(fc.property(fc.string(), (text) => bodyKey(`not an order: ${text}`) === `not an order: ${text}`))
    expect(bodyKey('{"message": "This is a test message."}')).toBe('{"message": "This is a test message."}')
  })
})
