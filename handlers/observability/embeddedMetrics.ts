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

/** Values of each metric: counts summed to one value, durations kept, of gauges the last one. */
const aggregate = (observations: ReadonlyArray<Observation>): ReadonlyMap<string, ReadonlyArray<number>> => {
  const values = new Map<string, Array<number>>()
  for (const { name, value } of observations) {
    const sofar = values.get(name)
    if (sofar === undefined) values.set(name, [value])
    else if (isDuration(name)) sofar.push(value)
    else sofar[0] = isGauge(name) ? value : (sofar[0] ?? 0) + value
  }
  return values
}

const chunks = (values: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  Array.from({ length: Math.ceil(values.length / maxValues) }, (_, index) =>
    values.slice(index * maxValues, (index + 1) * maxValues)
  )

const unitOf = (name: string): string => {
  if (isDuration(name)) return "Milliseconds"
  return name === "BreakerState" ? "None" : "Count"
}

const line = (
  queue: string,
  timestamp: number,
  { class: className, dependency }: Pick<Observation, "class" | "dependency">,
  metrics: ReadonlyArray<readonly [string, ReadonlyArray<number>]>
): string =>
  JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions:
            dependency !== undefined
              ? [["Queue", "Dependency"]]
              : className === undefined
                ? [["Queue"]]
                : [["Queue"], ["Queue", "Class"]],
          Metrics: metrics.map(([name]) => ({ Name: name, Unit: unitOf(name) }))
        }
      ]
    },
    Queue: queue,
    ...(dependency === undefined ? {} : { Dependency: dependency }),
    ...(className === undefined ? {} : { Class: failureCode(className) }),
    ...Object.fromEntries(metrics.map(([name, values]) => [name, values.length === 1 ? values[0] : values]))
  })

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
  const groups = Map.groupBy(observations, (each) => `${each.dependency ?? ""}\n${each.class ?? ""}`)
  return [...groups.values()].flatMap((group) => {
    const metrics = [...aggregate(group)]
    const parts = metrics.map(([name, values]) => [name, chunks(values)] as const)
    const lines = Math.max(...parts.map(([, each]) => each.length))
    return Array.from({ length: lines }, (_, index) =>
      line(
        queue,
        timestamp,
        group[0] ?? {},
        parts.flatMap(([name, each]) => {
          const values = each[index]
          return values === undefined ? [] : [[name, values] as const]
        })
      )
    )
  })
}
