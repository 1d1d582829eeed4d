/**
 * The `metrics` of a dashboard's widget, read: shorthands written out, options applied.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */

/** What a row says besides which metric it is. */
export interface RowOptions {
  readonly id?: string
  readonly label?: string
  readonly color?: string
  readonly stat: string
  /** In seconds. */
  readonly period: number
  readonly axis: "left" | "right"
  readonly visible: boolean
}

/** One row. */
export type MetricRow = RowOptions &
  (
    | {
        readonly kind: "metric"
        readonly namespace: string
        readonly name: string
        readonly dimensions: Readonly<Record<string, string>>
      }
    | { readonly kind: "expression"; readonly expression: string }
  )

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const text = (fields: Fields, name: string): string | undefined => {
  const value = fields[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

const optionsOf = (row: Fields, widget: Fields): RowOptions => {
  const id = text(row, "id")
  const label = text(row, "label")
  const color = text(row, "color")
  const period = row["period"] ?? widget["period"]
  return {
    ...(id === undefined ? {} : { id }),
    ...(label === undefined ? {} : { label }),
    ...(color === undefined ? {} : { color }),
    stat: text(row, "stat") ?? text(widget, "stat") ?? "Average",
    period: typeof period === "number" && period > 0 ? period : 300,
    axis: row["yAxis"] === "right" ? "right" : "left",
    visible: row["visible"] !== false
  }
}

/** `...` stands for all that the row before has, up to what follows here; `.` for one of its parts. */
const writtenOut = (parts: ReadonlyArray<string>, before: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first, ...rest] = parts
  if (first === "...") return [...before.slice(0, Math.max(0, before.length - rest.length)), ...rest]
  return parts.map((part, index) => (part === "." ? (before[index] ?? part) : part))
}

/** The rows of a widget's properties; what is no row is left out. */
export const metricRows = (widget: Fields): ReadonlyArray<MetricRow> => {
  const given = widget["metrics"]
  let before: ReadonlyArray<string> = []
  return (Array.isArray(given) ? given : []).flatMap((row): ReadonlyArray<MetricRow> => {
    if (!Array.isArray(row)) return []
    const last: unknown = row.at(-1)
    const own = isFields(last) ? last : {}
    const options = optionsOf(own, widget)
    const expression = text(own, "expression")
    if (expression !== undefined) return [{ kind: "expression", expression, ...options }]
    const parts = writtenOut(
      row.filter((part) => typeof part === "string"),
      before
    )
    before = parts
    const [namespace, name, ...pairs] = parts
    if (namespace === undefined || name === undefined) return []
    const dimensions: Record<string, string> = {}
    for (let index = 0; index + 1 < pairs.length; index += 2)
      dimensions[String(pairs[index])] = String(pairs[index + 1])
    return [{ kind: "metric", namespace, name, dimensions, ...options }]
  })
}
