import { describe, expect, it } from "vitest"
import { conservationLines, type DemoResult, isAsExpected, toJson } from "../../../local/demo/report.ts"

const good: DemoResult = {
  scenarios: [{ name: "orders", expected: "stored", actual: "stored", ok: true, milliseconds: 120 }],
  conservation: { accepted: 3, stored: 1, archived: 1, awaitingOperator: 1, lost: [], duplicates: [], unexpected: [] },
  recovered: 1,
  alerts: 2,
  queued: 0,
  doubleCharges: [],
  seconds: 4.2,
  interrupted: false
}

describe("the demo's verdict", () => {
  it("is good when every line is as expected and the conservation check holds", () => {
    expect(isAsExpected(good)).toBe(true)
    expect(conservationLines(good)).toContain("accepted 3 = stored 1 + archived 1 + awaiting operator 1")
  })

  it.each<[string, Partial<DemoResult>]>([
    ["a scenario failed", { scenarios: [{ name: "a", expected: "x", actual: "y", ok: false, milliseconds: 1 }] }],
    ["no scenario ran", { scenarios: [] }],
    ["a message was lost", { conservation: { ...good.conservation, stored: 0, lost: ["O1"] } }],
    ["a message has two homes", { conservation: { ...good.conservation, duplicates: ["O1"] } }],
    ["a queue still holds a message", { queued: 1 }],
    ["an order was charged twice", { doubleCharges: ["O1"] }],
    ["it was interrupted", { interrupted: true }]
  ])("is bad when %s", (_, change) => {
    const result = { ...good, ...change }
    expect(isAsExpected(result)).toBe(false)
    expect(JSON.parse(toJson(result)).ok).toBe(false)
  })

  it("names what was lost and what was doubled", () => {
    const lines = conservationLines({
      ...good,
      conservation: { ...good.conservation, lost: ["gone"], duplicates: ["twice"], unexpected: ["stray"] },
      doubleCharges: ["O9"]
    })
    for (const name of ["lost: gone", "duplicate: twice", "charged twice: O9", "not sent by anyone: stray"])
      expect(lines).toContain(name)
  })

  it("gives the machine the counts of the conservation check", () => {
    expect(JSON.parse(toJson(good))).toMatchObject({
      accepted: 3,
      stored: 1,
      recovered: 1,
      archived: 1,
      awaitingOperator: 1,
      alerts: 2,
      lost: 0,
      duplicates: 0,
      scenarios: [{ name: "orders", expected: "stored", actual: "stored", ok: true, milliseconds: 120 }]
    })
  })
})
