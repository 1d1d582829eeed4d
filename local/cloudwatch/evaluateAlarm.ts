/**
 * What state an alarm is in.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
import { type AlarmDefinition, comparisons } from "./AlarmDefinition.ts"
import type { AlarmState } from "./CloudWatch.ts"
import type { MetricStore } from "./MetricStore.ts"
import { type DataPoint, evaluateMetricMath } from "./metricMath/evaluate.ts"
import { statistic } from "./statistic.ts"

/** A state and why. */
export type Verdict = Pick<AlarmState, "state" | "reason">

/** The watched values of the latest periods, newest first. Periods end now instead of at full minutes: an alarm is as quick as its period. */
export const dataPoints = (alarm: AlarmDefinition, store: MetricStore, now: number): ReadonlyArray<DataPoint> =>
  Array.from({ length: alarm.evaluationPeriods }, (_, index) => {
    const to = now - index * alarm.periodSeconds * 1000
    const from = to - alarm.periodSeconds * 1000
    const valueOfId = (id: string): DataPoint => {
      const metric = alarm.metrics.get(id)
      if (metric !== undefined) return statistic(metric.statistic, store.values(metric, from, to))
      const expression = alarm.expressions.get(id)
      return expression === undefined ? undefined : evaluateMetricMath(expression, valueOfId)
    }
    return valueOfId(alarm.watched)
  })

const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value))

const relation: Readonly<Record<AlarmDefinition["comparisonOperator"], string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to"
}

const reasonOf = (
  alarm: AlarmDefinition,
  points: ReadonlyArray<DataPoint>,
  breaching: number,
  state: "OK" | "ALARM"
): string => {
  const known = points.filter((point) => point !== undefined)
  const threshold = `the threshold (${decimal(alarm.threshold)})`
  if (known.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${points.length} period${points.length === 1 ? "" : "s"} and ${points.length} missing datapoint${points.length === 1 ? " was" : "s were"} treated as [${state === "ALARM" ? "Breaching" : "NonBreaching"}].`
  }
  const list = known.map(decimal).join(", ")
  const many = known.length === 1 ? "was" : "were"
  return state === "ALARM"
    ? `Threshold Crossed: ${breaching} out of the last ${points.length} datapoints [${list}] ${many} ${relation[alarm.comparisonOperator]} ${threshold} (minimum ${alarm.datapointsToAlarm} datapoint${alarm.datapointsToAlarm === 1 ? "" : "s"} for OK -> ALARM transition).`
    : `Threshold Crossed: ${known.length} out of the last ${points.length} datapoints [${list}] ${many} not ${relation[alarm.comparisonOperator]} ${threshold} (minimum ${points.length - alarm.datapointsToAlarm + 1} datapoint${points.length === alarm.datapointsToAlarm ? "" : "s"} for ALARM -> OK transition).`
}

/** The state that data points, newest first, put an alarm in; `undefined`: it keeps the one that it has. */
export const verdict = (alarm: AlarmDefinition, points: ReadonlyArray<DataPoint>): Verdict | undefined => {
  const breaches = comparisons[alarm.comparisonOperator]
  const known = points.filter((point) => point !== undefined)
  const missing = points.length - known.length
  const breachingKnown = known.filter((point) => breaches(point, alarm.threshold)).length
  const breaching = breachingKnown + (alarm.treatMissingData === "breaching" ? missing : 0)
  const is = (state: "OK" | "ALARM"): Verdict => ({ state, reason: reasonOf(alarm, points, breaching, state) })

  if (breaching >= alarm.datapointsToAlarm) return is("ALARM")
  if (known.length === 0 && alarm.treatMissingData === "missing") {
    const reason = `Insufficient Data: ${points.length} datapoint${points.length === 1 ? " was" : "s were"} unknown.`
    return { state: "INSUFFICIENT_DATA", reason }
  }
  // What is missing might still have breached: an alarm that ignores gaps waits for it.
  if (alarm.treatMissingData === "ignore" && breaching + missing >= alarm.datapointsToAlarm) return undefined
  return is("OK")
}
