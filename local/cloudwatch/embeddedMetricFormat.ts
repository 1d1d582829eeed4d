/**
 * Metrics that functions write as log lines.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { Datum } from "./CloudWatch.ts"

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const parseLine = (message: string): Json | undefined => {
  // Most lines are not metrics: this keeps them cheap.
  if (!message.includes('"_aws"')) return undefined
  try {
    const parsed: unknown = JSON.parse(message.slice(message.indexOf("{")))
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** The values of a dimension set; `undefined` when the line lacks one of them. */
const dimensionsOf = (line: Json, names: unknown): Readonly<Record<string, string>> | undefined => {
  const dimensions: Record<string, string> = {}
  for (const name of listOf(names)) {
    const value = typeof name === "string" ? line[name] : undefined
    if (typeof name !== "string" || typeof value !== "string") return undefined
    dimensions[name] = value
  }
  return dimensions
}

const valuesOf = (value: unknown): ReadonlyArray<number> =>
  (Array.isArray(value) ? value : [value]).filter((each): each is number => Number.isFinite(each))

const directiveData = (line: Json, directive: Json, at: number): Array<Datum> => {
  const namespace = directive["Namespace"]
  if (typeof namespace !== "string") return []
  const data: Array<Datum> = []
  for (const metric of listOf(directive["Metrics"])) {
    const name = isObject(metric) ? metric["Name"] : undefined
    if (typeof name !== "string") continue
    for (const names of listOf(directive["Dimensions"] ?? [[]])) {
      const dimensions = dimensionsOf(line, names)
      if (dimensions === undefined) continue
      for (const value of valuesOf(line[name])) data.push({ namespace, name, dimensions, value, at })
    }
  }
  return data
}

/**
 * The metrics in a log line: one datum a value and dimension set. A log prefix before the first `{` is cut off. A line that
 * is not in embedded metric format has none; so has one that is wrapped into another JSON document, as in AWS.
 *
 * @param at the line's own time, for metrics that name none; epoch milliseconds.
 */
export const embeddedMetrics = (message: string, at: number): ReadonlyArray<Datum> => {
  const line = parseLine(message)
  const metadata = line?.["_aws"]
  if (line === undefined || !isObject(metadata)) return []
  const timestamp = metadata["Timestamp"]
  const time = typeof timestamp === "number" ? timestamp : at
  return listOf(metadata["CloudWatchMetrics"]).flatMap((directive) =>
    isObject(directive) ? directiveData(line, directive, time) : []
  )
}
