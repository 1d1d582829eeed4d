import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Heap } from "../../../local/sqs/Heap.ts"

describe("a heap", () => {
  it("always gives what is left in the order of keys, whatever was removed before", () => {
    const keyed = fc.record({ key: fc.integer({ min: 0, max: 20 }), removed: fc.boolean() })
    fc.assert(
      fc.property(fc.array(keyed), (items) => {
        const heap = new Heap<number>()
        const entries = items.map(({ key, removed }, order) => ({ entry: heap.push(order, key, order), removed }))
        for (const { entry, removed } of entries) if (removed) heap.remove(entry)
        const left = entries.filter(({ removed }) => !removed).map(({ entry }) => entry)
        const expected = left.sort((a, b) => a.key - b.key || a.order - b.order).map(({ value }) => value)
        const given: Array<number> = []
        for (let entry = heap.pop(); entry; entry = heap.pop()) given.push(entry.value)
        expect(given).toEqual(expected)
      })
    )
  })

  it("lets an entry that has left stay out", () => {
    const heap = new Heap<string>()
    const first = heap.push("first", 1, 0)
    heap.push("second", 2, 1)
    heap.pop()
    heap.remove(first)
    expect(heap.size).toBe(1)
    expect(heap.peek()?.value).toBe("second")
  })
})
