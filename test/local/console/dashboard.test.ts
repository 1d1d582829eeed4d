import { describe, expect, it } from "vitest"
import type { LogEvent } from "../../../local/cloudwatch/CloudWatch.ts"
import { runLogQuery } from "../../../local/cloudwatch/logQuery.ts"
import { metricStore } from "../../../local/cloudwatch/MetricStore.ts"
import { evaluateMetrics } from "../../../local/console/dashboard/evaluateMetrics.ts"
import { metricRows } from "../../../local/console/dashboard/metricRows.ts"
import { foundBy, parseSearch } from "../../../local/console/dashboard/search.ts"

describe("the metrics of a widget", () => {
  it("are read with the shorthands written out, and the widget's own statistic and period", () => {
    const rows = metricRows({
      stat: "Sum",
      period: 60,
      metrics: [
        ["AWS/SQS", "Sent", "QueueName", "a", { label: "first" }],
        [".", "Deleted", ".", "."],
        ["...", "b", { stat: "p99", yAxis: "right" }]
      ]
    })
    expect(rows).toMatchObject([
      { namespace: "AWS/SQS", name: "Sent", dimensions: { QueueName: "a" }, label: "first", stat: "Sum", axis: "left" },
      { namespace: "AWS/SQS", name: "Deleted", dimensions: { QueueName: "a" }, period: 60 },
      { namespace: "AWS/SQS", name: "Deleted", dimensions: { QueueName: "b" }, stat: "p99", axis: "right" }
    ])
  })
})

describe("a search", () => {
  const search = parseSearch(`SEARCH('{Shop,Queue,Class} Queue="q1" MetricName="Failed"', 'Sum', 60)`)

  it("finds the metrics with just these dimensions, told apart by what was left open", () => {
    expect(search).toMatchObject({ namespace: "Shop", dimensions: ["Queue", "Class"], stat: "Sum", period: 60 })
    if (search === undefined) return
    const key = (name: string, dimensions: Readonly<Record<string, string>>) => ({
      namespace: "Shop",
      name,
      dimensions
    })
    const found = foundBy(search, [
      key("Failed", { Queue: "q1", Class: "TIMEOUT" }),
      key("Failed", { Queue: "q1", Class: "AUTH_FAILURE" }),
      key("Failed", { Queue: "q2", Class: "TIMEOUT" }),
      key("Failed", { Queue: "q1" }),
      key("Done", { Queue: "q1", Class: "TIMEOUT" })
    ])
    expect(found.map(({ distinction }) => distinction)).toEqual(["AUTH_FAILURE", "TIMEOUT"])
  })

  it("that asks for more than exact terms is none", () => {
    expect(parseSearch(`SEARCH('{Shop,Queue} NOT Failed', 'Sum', 60)`)).toBeUndefined()
    expect(parseSearch("a / b")).toBeUndefined()
  })
})

describe("a metric widget", () => {
  const store = metricStore()
  const source = { values: store.values, metricKeys: store.keys }
  const put = (name: string, at: number, value: number) =>
    store.put({ namespace: "Shop", name, dimensions: { Queue: "q" }, value, at })
  put("Good", 5_000, 2)
  put("Good", 9_000, 4)
  put("Bad", 15_000, 3)
  const range = { from: 0, to: 20_000, period: 10 }

  it("has a point a period, and none where nothing was measured", () => {
    const data = evaluateMetrics(
      {
        stat: "Sum",
        metrics: [
          ["Shop", "Good", "Queue", "q"],
          ["Shop", "Bad", "Queue", "q"]
        ]
      },
      source,
      range
    )
    expect(data.times).toEqual([10, 20])
    expect(data.series.map(({ values }) => values)).toEqual([
      [6, null],
      [null, 3]
    ])
  })

  it("evaluates metric math over what is hidden, wherever it stands", () => {
    const metrics = [
      [{ expression: "FILL(bad, 0) + FILL(good, 0)", label: "all", id: "all" }],
      ["Shop", "Good", "Queue", "q", { id: "good", visible: false }],
      ["Shop", "Bad", "Queue", "q", { id: "bad", visible: false }]
    ]
    expect(evaluateMetrics({ stat: "Sum", metrics }, source, range).series).toMatchObject([
      { label: "all", values: [6, 3] }
    ])
  })

  it("says what it cannot evaluate, and shows the rest", () => {
    const metrics = [[{ expression: "ANOMALY_DETECTION_BAND(good)" }], ["Shop", "Good", "Queue", "q", { id: "good" }]]
    const { problems, series } = evaluateMetrics({ stat: "Sum", metrics }, source, range)
    expect(problems).toEqual([expect.stringContaining("ANOMALY_DETECTION_BAND")])
    expect(series).toHaveLength(1)
  })
})

describe("a log widget", () => {
  const line = (at: number, fields: object): LogEvent => ({
    logGroup: "g",
    logStream: "s",
    at,
    message: JSON.stringify(fields)
  })
  const lines = [
    line(1, { level: "INFO", message: "fine" }),
    line(2, { level: "WARN", message: "record failed", class: "TIMEOUT" }),
    line(3, { level: "ERROR", message: "worse" })
  ]
  const logs = (name: string) => (name === "g" ? lines : [])

  it("shows the fields of the lines that match, in the order that it asks for", () => {
    const query =
      "SOURCE 'g' | SOURCE 'none' | fields @timestamp, level, class | filter level in ['WARN', 'ERROR'] | sort @timestamp desc | limit 50"
    expect(runLogQuery(query, logs)).toEqual({
      columns: ["@timestamp", "level", "class"],
      rows: [
        ["1970-01-01T00:00:00.003Z", "ERROR", ""],
        ["1970-01-01T00:00:00.002Z", "WARN", "TIMEOUT"]
      ],
      problems: []
    })
  })

  it("are counted in groups, each with its first, last and newest", () => {
    const query =
      "SOURCE 'many' | filter ispresent(print) | stats count_distinct(id) as messages, min(@timestamp) as firstSeen, max(@timestamp) as lastSeen, latest(id) as example, count(*), sum(size) as bytes by print | sort bytes desc | limit 2"
    const line = (at: number, fields: unknown) => ({
      at,
      logGroup: "many",
      logStream: "s",
      message: JSON.stringify(fields)
    })
    const lines = [
      line(5, { print: "a", id: "3", size: 4 }),
      line(1, { print: "a", id: "1", size: 2 }),
      line(2, { print: "a", id: "1", size: 3 }),
      line(3, { print: "b", id: "4", size: 10 }),
      line(4, { print: "c", id: "5" }),
      line(9, { id: "6", size: 99 })
    ]
    const time = (at: number): string => new Date(at).toISOString()
    expect(runLogQuery(query, () => lines)).toEqual({
      columns: ["print", "messages", "firstSeen", "lastSeen", "example", "count(*)", "bytes"],
      rows: [
        ["b", "1", time(3), time(3), "4", "1", "10"],
        ["a", "2", time(1), time(5), "3", "3", "9"]
      ],
      problems: []
    })
  })

  it("names the commands that are not evaluated", () => {
    const { problems, rows } = runLogQuery("SOURCE 'g' | fields level | stats count(*) by bin(5m) | dedup level", logs)
    expect(problems).toEqual(["Not evaluated here: stats count(*) by bin(5m)", "Not evaluated here: dedup level"])
    expect(rows).toHaveLength(3)
  })
})
