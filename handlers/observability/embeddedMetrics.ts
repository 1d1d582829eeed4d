/**
 * CloudWatch's embedded metric format: metrics as JSON log lines, extracted by CloudWatch Logs at no API call.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { failureCode } from "../failure/FailureClass.ts"

/** The CloudWatch namespace of every metric of ours. */
export const metricNamespace = "ResilientQueue"

/** How many messages; summed over an invocation. */
export const countMetrics = [
  "MessagesProcessed",
  "MessagesFailed",
  "DeadLettersReceived",
  "AutoHealed",
  "Recovered",
  "Archived",
  "AwaitingOperator",
  "Alerted",
  "Held",
  "HealingErrors",
  "Parked",
  "SetAside",
  "Released"
] as const

/** How long something took, in milliseconds; every value is kept. */
export const durationMetrics = ["TimeToRecover", "TimeToStore"] as const

/** What state something is in; of several observations in an invocation the last one is kept. */
export const gaugeMetrics = ["BreakersOpen", "BreakerState"] as const

/** A metric that says what state something is in. */
export type GaugeMetric = (typeof gaugeMetrics)[number]

/** A metric that counts. */
export type CountMetric = (typeof countMetrics)[number]

/** A metric that measures milliseconds. */
export type DurationMetric = (typeof durationMetrics)[number]

/** One observation. `class` is a failure class's name; its code becomes the dimension `Class`. */
export interface Observation {
  readonly name: CountMetric | DurationMetric | GaugeMetric
  readonly value: number
  readonly class?: string | undefined
  /** The dimension `Dependency`: written beside `Queue`, and not without it. */
  readonly dependency?: string | undefined
}

/** The specification allows 100 values a metric and line. */
const maxValues = 100

const durations: ReadonlySet<string> = new Set(durationMetrics)

const gauges: ReadonlySet<string> = new Set(gaugeMetrics)

const isDuration = (name: string): boolean => durations.has(name)

const isGauge = (name: string): boolean => gauges.has(name)

/** The values of a metric: a count's sum, each duration, of a gauge the last one. */
type Values = Map<string, Array<number>>

/** What is written together: the observations of a class or dependency, or those of neither. */
interface Group extends Pick<Observation, "class" | "dependency"> {
  readonly metrics: Values
}

const add = (values: Values, { name, value }: Observation): void => {
  const sofar = values.get(name)
  if (sofar === undefined) values.set(name, [value])
  else if (isDuration(name)) sofar.push(value)
  else sofar[0] = isGauge(name) ? value : (sofar[0] ?? 0) + value
}

const unitOf = (name: string): string => {
  if (isDuration(name)) return "Milliseconds"
  return name === "BreakerState" ? "None" : "Count"
}

const dimensionsOf = ({ dependency, class: className }: Group): ReadonlyArray<ReadonlyArray<string>> => {
  if (dependency !== undefined) return [["Queue", "Dependency"]]
  return className === undefined ? [["Queue"]] : [["Queue"], ["Queue", "Class"]]
}

/** One line of a group, with the values from this one on; `undefined` where none of its metrics has so many. */
const line = (queue: string, timestamp: number, group: Group, from: number): string | undefined => {
  const written: Array<{ readonly Name: string; readonly Unit: string }> = []
  const values: Record<string, number | ReadonlyArray<number> | undefined> = {}
  for (const [name, all] of group.metrics) {
    if (all.length <= from) continue
    written.push({ Name: name, Unit: unitOf(name) })
    values[name] = all.length === from + 1 ? all[from] : all.slice(from, from + maxValues)
  }
  if (written.length === 0) return undefined
  return JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions: dimensionsOf(group), Metrics: written }]
    },
    Queue: queue,
    Dependency: group.dependency,
    Class: group.class === undefined ? undefined : failureCode(group.class),
    ...values
  })
}

/**
 * Observations as lines of the embedded metric format: one line a class or dependency, one for those without, more where a
 * metric has over 100 values.
 *
 * @param timestamp epoch milliseconds
 */
export const embeddedMetricLines = (
  queue: string,
  timestamp: number,
  observations: ReadonlyArray<Observation>
): ReadonlyArray<string> => {
  const groups = new Map<string, Group>()
  for (const observation of observations) {
    const { dependency, class: className } = observation
    const key = `${dependency ?? ""}\n${className ?? ""}`
    let group = groups.get(key)
    if (group === undefined) {
      group = { dependency, class: className, metrics: new Map() }
      groups.set(key, group)
    }
    add(group.metrics, observation)
  }
  const lines: Array<string> = []
  for (const group of groups.values()) {
    for (let from = 0; ; from += maxValues) {
      const next = line(queue, timestamp, group, from)
      if (next === undefined) break
      lines.push(next)
    }
  }
  return lines
}
