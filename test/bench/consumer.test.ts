import { describe, expect, test } from "vitest"
import { type ConsumerRow, measure } from "../../bench/consumer/measure.ts"
import { consumerReport } from "../../bench/consumer/report.ts"
import { handWritten, ours, powertools, powertoolsByEsbuild, variants } from "../../bench/consumer/variants.ts"
import { withMeasurement } from "../../bench/page/page.ts"
import { median, quantile } from "../../bench/page/statistics.ts"

describe("the consumers that are compared", () => {
  test("are all measured, and each does the work, in one bundle each: nothing of a good batch is left", async () => {
    const sources = [...new Map(variants.toReversed().map((each) => [each.entry.href, each])).values()]
    const rows = await measure(sources, { runs: 1, warmRuns: 1, batches: 20 }, () => undefined)
    expect(rows.map(({ name }) => name)).toEqual(sources.map(({ name }) => name))
    for (const row of rows)
      for (const [figure, value] of Object.entries(row)) if (figure !== "name") expect(value, figure).toBeGreaterThan(0)
  })
})

const row = (name: string, factor: number): ConsumerRow => ({
  name,
  bytes: 1024 * factor,
  gzipBytes: 512 * factor,
  bytesWithoutSdk: 256 * factor,
  gzipBytesWithoutSdk: 128 * factor,
  coldStartMilliseconds: 100 * factor,
  coldStartCpuMilliseconds: 90 * factor,
  warmMicroseconds: 5 * factor,
  failedMicroseconds: 20 * factor,
  warmWithSdkMicroseconds: 400 * factor,
  coldMemoryBytes: 1_048_576 * factor,
  warmMemoryBytes: 2_097_152 * factor
})

describe("the report of the consumers", () => {
  const report = consumerReport([
    row(handWritten, 100),
    row(powertools, 300),
    row(powertoolsByEsbuild, 600),
    row(ours, 150)
  ])

  test("has one row a consumer", () => {
    const [figures] = report.split("ours over …")
    expect(figures?.match(/^\| (hand-written|Powertools|ours)/gm)).toHaveLength(4)
  })

  test("says how ours compares", () => {
    const ratios = Object.fromEntries(
      (report.split("ours over …")[1] ?? "").split("\n").map((line) => {
        const [, name = "", bundle = ""] = line.split("|").map((cell) => cell.trim())
        return [name, bundle]
      })
    )
    expect(ratios).toMatchObject({ [powertoolsByEsbuild]: "0.25 ×", [powertools]: "0.50 ×", [handWritten]: "1.50 ×" })
  })
})

describe("a measurement on the page", () => {
  test("goes between the marks of its command, and nowhere else", () => {
    const page =
      "a\n<!-- npm run bench:x -->\nold\n<!-- end of bench:x -->\nb\n<!-- npm run bench:y -->\n<!-- end of bench:y -->\n"
    expect(withMeasurement(page, "bench:x", "new\n\n")).toBe(page.replace("old", "new"))
    expect(withMeasurement(page, "bench:z", "new")).toBe(page)
  })

  test("is a median", () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(quantile([0, 10], 0.9)).toBe(9)
    expect(() => median([])).toThrow(RangeError)
  })
})
