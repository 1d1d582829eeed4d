/** The series of a metric widget over a time range. */
import type { CloudWatch } from "../../cloudwatch/CloudWatch.ts"
import type { MetricKey } from "../../cloudwatch/MetricStore.ts"
import { checkMetricMath, type DataPoint, evaluateMetricMath } from "../../cloudwatch/metricMath/evaluate.ts"
import { idsOf, parseMetricMath } from "../../cloudwatch/metricMath/parse.ts"
import { isStatistic, statistic } from "../../cloudwatch/statistic.ts"
import { type MetricRow, metricRows } from "./metricRows.ts"
import { foundBy, parseSearch } from "./search.ts"

/** The part of CloudWatch that has the metrics. */
export type MetricSource = Pick<CloudWatch, "values" | "metricKeys">

/** What is to be shown. */
export interface TimeRange {
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
  /** Instead of the periods that the widgets ask for, in seconds. @default theirs */
  readonly period?: number | undefined
}

/** One line of a chart. */
export interface Series {
  readonly label: string
  readonly axis: "left" | "right"
  readonly color?: string | undefined
  /** What tells it from the others of its search: a failure class, a dependency. */
  readonly distinction?: string | undefined
  /** One a time; `null` where there was nothing. */
  readonly values: ReadonlyArray<number | null>
}

/** A widget's data. */
export interface MetricData {
  /** Ends of the periods, epoch seconds. */
  readonly times: ReadonlyArray<number>
  readonly series: ReadonlyArray<Series>
  /** What cannot be evaluated here, in sentences. */
  readonly problems: ReadonlyArray<string>
}

/** More points than this say nothing more on a screen. */
const mostPoints = 720

/** The ends of the periods in the range; they stand at multiples of the period, so that a point stays where it was. */
const endsOf = ({ from, to }: TimeRange, period: number): ReadonlyArray<number> => {
  const step = period * 1000
  const last = Math.ceil(to / step) * step
  const count = Math.min(mostPoints, Math.max(1, Math.round((to - from) / step)))
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * step)
}

const labelled = (label: string | undefined, distinction: string): string =>
  label === undefined ? distinction : `${label} ${distinction}`.trim()

/** Evaluates a widget's properties. Never throws: what it cannot do is among the problems. */
export const evaluateMetrics = (
  properties: Readonly<Record<string, unknown>>,
  source: MetricSource,
  range: TimeRange
): MetricData => {
  const rows = metricRows(properties)
  const period = range.period ?? Math.min(3600, ...rows.map((row) => row.period))
  const ends = endsOf(range, period)
  const problems: Array<string> = []

  const read = (key: MetricKey, stat: string): ReadonlyArray<DataPoint> => {
    if (!isStatistic(stat)) problems.push(`The statistic ${stat} is not known here.`)
    return ends.map((end) => statistic(stat, source.values(key, end - period * 1000, end)))
  }

  const byId = new Map<string, ReadonlyArray<DataPoint>>()
  const series: Array<Series> = []
  const add = (row: MetricRow, label: string, values: ReadonlyArray<DataPoint>, distinction?: string): void => {
    if (!row.visible) return
    const rounded = values.map((value) => (value === undefined ? null : Math.round(value * 1000) / 1000))
    series.push({ label, axis: row.axis, color: row.color, distinction, values: rounded })
  }

  const math = (row: MetricRow & { readonly kind: "expression" }): void => {
    const parsed = parseMetricMath(row.expression)
    checkMetricMath(parsed)
    const missing = idsOf(parsed).find((id) => !byId.has(id))
    if (missing !== undefined) throw new Error(`Metric math "${row.expression}": nothing has the id "${missing}".`)
    const values = ends.map((_, index) => evaluateMetricMath(parsed, (id) => byId.get(id)?.[index]))
    if (row.id !== undefined) byId.set(row.id, values)
    add(row, row.label ?? row.expression, values)
  }

  for (const row of rows) {
    if (row.kind !== "metric") continue
    const values = read(row, row.stat)
    if (row.id !== undefined) byId.set(row.id, values)
  }
  for (const row of rows) {
    if (row.kind === "metric") {
      const values = (row.id === undefined ? undefined : byId.get(row.id)) ?? read(row, row.stat)
      add(row, row.label ?? row.name, values)
      continue
    }
    const search = parseSearch(row.expression)
    if (search !== undefined) {
      for (const { key, distinction } of foundBy(search, source.metricKeys(search.namespace)))
        add(row, labelled(row.label, distinction), read(key, search.stat), distinction)
      continue
    }
    try {
      math(row)
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error))
    }
  }
  return { times: ends.map((end) => end / 1000), series, problems: [...new Set(problems)] }
}
