import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { failedItems } from "../../../../local/lambda/eventSourceMapping/batchResponse.ts"

const ids = new Set(["a", "b", "c"])

describe("a batch response", () => {
  it.each([[undefined], [null], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }], [{ other: 1 }]])(
    "%o means that all succeeded",
    (response) => {
      expect(failedItems(response, ids)).toEqual(new Set())
    }
  )

  it.each([
    ["text"],
    [1],
    [[]],
    [{ batchItemFailures: "a" }],
    [{ batchItemFailures: {} }],
    [{ batchItemFailures: ["a"] }],
    [{ batchItemFailures: [null] }],
    [{ batchItemFailures: [{ itemIdentifier: "" }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ id: "a" }] }],
    [{ batchItemFailures: [{ itemIdentifier: "unknown" }] }],
    [{ batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: 7 }] }]
  ])("%o means that all failed", (response) => {
    expect(failedItems(response, ids)).toBe("all")
  })

  it("names exactly those that failed", () => {
    fc.assert(
      fc.property(fc.subarray([...ids]), (failed) => {
        const batchItemFailures = failed.map((itemIdentifier) => ({ itemIdentifier }))
        expect(failedItems({ batchItemFailures }, ids)).toEqual(new Set(failed))
      })
    )
  })

  it("never lets a message count as done whose failure was reported in any understandable way, whatever else it holds", () => {
    const junk = fc.oneof(fc.anything(), fc.record({ itemIdentifier: fc.anything() }))
    fc.assert(
      fc.property(fc.array(junk), fc.nat(), (others, position) => {
        const batchItemFailures: Array<unknown> = [...others]
        batchItemFailures.splice(position % (others.length + 1), 0, { itemIdentifier: "b" })
        const failed = failedItems({ batchItemFailures }, ids)
        expect(failed === "all" || failed.has("b")).toBe(true)
      })
    )
  })
})
