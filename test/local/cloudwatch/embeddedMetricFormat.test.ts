import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { embeddedMetrics } from "../../../local/cloudwatch/embeddedMetricFormat.ts"

const line = (values: Record<string, unknown>, directive: Record<string, unknown> = {}, at = 1000) =>
  JSON.stringify({
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: "ResilientQueue",
          Dimensions: [["Queue"]],
          Metrics: [{ Name: "Archived", Unit: "Count" }],
          ...directive
        }
      ]
    },
    ...values
  })

const base = { namespace: "ResilientQueue", name: "Archived", at: 1000 }

describe("a line in embedded metric format", () => {
  it("gives a datum for each dimension set", () => {
    const text = line(
      { Queue: "q", Class: "TIMEOUT", Archived: 2 },
      { Dimensions: [["Queue"], ["Queue", "Class"], []] }
    )
    expect(embeddedMetrics(text, 5)).toEqual([
      { ...base, dimensions: { Queue: "q" }, value: 2 },
      { ...base, dimensions: { Queue: "q", Class: "TIMEOUT" }, value: 2 },
      { ...base, dimensions: {}, value: 2 }
    ])
  })

  it("gives a datum for each of an array's values", () => {
    const values = embeddedMetrics(line({ Queue: "q", Archived: [1, 2, 3] }), 5).map(({ value }) => value)
    expect(values).toEqual([1, 2, 3])
  })

  it("may have a log prefix, and takes the line's own time when it names none", () => {
    const text = JSON.stringify({ ...JSON.parse(line({ Queue: "q", Archived: 1 })), other: 1 }).replace(
      '"Timestamp":1000,',
      ""
    )
    expect(embeddedMetrics(`2026-01-01T00:00:00Z\tid\tINFO\t${text}`, 5)).toMatchObject([{ value: 1, at: 5 }])
  })

  it("leaves out a dimension set that it has no value for, and values that are not numbers", () => {
    const text = line({ Queue: "q", Archived: 1 }, { Dimensions: [["Queue", "Class"], ["Queue"]] })
    expect(embeddedMetrics(text, 5)).toEqual([{ ...base, dimensions: { Queue: "q" }, value: 1 }])
    expect(embeddedMetrics(line({ Queue: "q", Archived: "many" }), 5)).toEqual([])
    expect(embeddedMetrics(line({ Queue: "q" }), 5)).toEqual([])
  })

  it("is not one when it is wrapped into another document, as the JSON log format does with console.log", () => {
    const wrapped = JSON.stringify({ level: "INFO", message: line({ Queue: "q", Archived: 1 }) })
    expect(embeddedMetrics(wrapped, 5)).toEqual([])
  })
})

describe("any other line", () => {
  it("gives no metrics and never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.anything().map((value) => `{"_aws":${JSON.stringify(value)}}`)
        ),
        (text) => {
          expect(Array.isArray(embeddedMetrics(text, 5))).toBe(true)
        }
      )
    )
    expect(embeddedMetrics('START "_aws" {', 5)).toEqual([])
  })
})
