/** A metric alarm as it was created, from the inputs of `aws:cloudwatch/metricAlarm:MetricAlarm`. */
import { Schema } from "effect"
import { decodeInputs, inputsSchema, tags } from "../pulumi/decodeInputs.ts"
import { autoName, type CreateRequest } from "../pulumi/ResourceProvider.ts"
import type { MetricKey } from "./MetricStore.ts"
import { checkMetricMath } from "./metricMath/evaluate.ts"
import { type Expression, idsOf, parseMetricMath } from "./metricMath/parse.ts"
import { isStatistic } from "./statistic.ts"

/** One metric and the statistic that an alarm, or an expression, reads. */
export interface MetricStatistic extends MetricKey {
  readonly statistic: string
}

/** A metric alarm. */
export interface AlarmDefinition {
  readonly name: string
  readonly description: string | undefined
  readonly comparisonOperator: keyof typeof comparisons
  readonly threshold: number
  readonly periodSeconds: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching"
  readonly metrics: ReadonlyMap<string, MetricStatistic>
  readonly expressions: ReadonlyMap<string, Expression>
  /** The id, among metrics and expressions, whose value is compared. */
  readonly watched: string
  readonly actionsEnabled: boolean
  readonly alarmActions: ReadonlyArray<string>
  readonly okActions: ReadonlyArray<string>
  readonly insufficientDataActions: ReadonlyArray<string>
}

/** When a value breaches the threshold, by comparison operator. */
export const comparisons = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold
}

const Count = Schema.Int.check(Schema.isGreaterThan(0))
const Actions = Schema.optional(Schema.Array(Schema.String).check(Schema.isMaxLength(5)))
const Dimensions = Schema.optional(Schema.Record(Schema.String, Schema.String))

const Inputs = inputsSchema({
  name: Schema.optional(Schema.String),
  alarmDescription: Schema.optional(Schema.String),
  comparisonOperator: Schema.Literals([
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold"
  ]),
  threshold: Schema.Number,
  evaluationPeriods: Count,
  datapointsToAlarm: Schema.optional(Count),
  treatMissingData: Schema.optional(Schema.Literals(["missing", "ignore", "breaching", "notBreaching"])),
  metricName: Schema.optional(Schema.String),
  namespace: Schema.optional(Schema.String),
  dimensions: Dimensions,
  statistic: Schema.optional(Schema.String),
  extendedStatistic: Schema.optional(Schema.String),
  period: Schema.optional(Count),
  unit: Schema.optional(Schema.String),
  metricQueries: Schema.optional(
    Schema.Array(
      Schema.Struct({
        id: Schema.String.check(Schema.isPattern(/^[a-z][A-Za-z0-9_]*$/)),
        expression: Schema.optional(Schema.String),
        label: Schema.optional(Schema.String),
        returnData: Schema.optional(Schema.Boolean),
        period: Schema.optional(Count),
        metric: Schema.optional(
          Schema.Struct({
            metricName: Schema.String,
            namespace: Schema.optional(Schema.String),
            dimensions: Dimensions,
            period: Count,
            stat: Schema.String,
            unit: Schema.optional(Schema.String)
          })
        )
      })
    )
  ),
  actionsEnabled: Schema.optional(Schema.Boolean),
  alarmActions: Actions,
  okActions: Actions,
  insufficientDataActions: Actions,
  tags,
  tagsAll: tags
})

type Source = Pick<AlarmDefinition, "metrics" | "expressions" | "watched" | "periodSeconds">
type Queries = NonNullable<(typeof Inputs.Type)["metricQueries"]>

const metricOf = (
  refuse: (problem: string) => never,
  name: string,
  namespace: string | undefined,
  dimensions: Readonly<Record<string, string>> | undefined,
  statisticName: string
): MetricStatistic => {
  if (namespace === undefined) return refuse(`the metric ${name} needs a namespace`)
  if (!isStatistic(statisticName)) return refuse(`the embedded AWS does not know the statistic "${statisticName}"`)
  return { namespace, name, dimensions: dimensions ?? {}, statistic: statisticName }
}

const sourceOfQueries = (queries: Queries, refuse: (problem: string) => never): Source => {
  const metrics = new Map<string, MetricStatistic>()
  const expressions = new Map<string, Expression>()
  const periods = new Set<number>()
  for (const { id, metric, expression, period } of queries) {
    if (metrics.has(id) || expressions.has(id)) refuse(`two queries have the id "${id}"`)
    if (metric !== undefined && expression === undefined) {
      metrics.set(id, metricOf(refuse, metric.metricName, metric.namespace, metric.dimensions, metric.stat))
      periods.add(metric.period)
    } else if (expression !== undefined && metric === undefined) {
      const parsed = parseMetricMath(expression)
      checkMetricMath(parsed)
      expressions.set(id, parsed)
      if (period !== undefined) periods.add(period)
    } else refuse(`the query "${id}" needs either a metric or an expression`)
  }
  // Only what stands before an id in this order may use it: that is how cycles are found.
  const done = new Set(metrics.keys())
  for (let left = [...expressions]; left.length > 0; ) {
    const ready = left.filter(([, each]) => idsOf(each).every((id) => done.has(id)))
    const [first] = left
    if (ready.length === 0) refuse(`the expression "${first?.[0]}" reads an id that does not exist, or itself`)
    for (const [id] of ready) done.add(id)
    left = left.filter(([id]) => !done.has(id))
  }
  const [watched, ...others] = queries.filter((query) => query.returnData === true)
  if (watched === undefined || others.length > 0) return refuse("exactly one metric query returns data")
  const [periodSeconds, ...otherPeriods] = periods
  if (periodSeconds === undefined || otherPeriods.length > 0) return refuse("all metric queries need the same period")
  return { metrics, expressions, watched: watched.id, periodSeconds }
}

/** Reads an alarm's inputs. Throws one sentence that names the alarm for what CloudWatch, or the embedded AWS, does not take. */
export const alarmDefinition = (request: CreateRequest): AlarmDefinition => {
  const inputs = decodeInputs(request, Inputs)
  const refuse = (problem: string): never => {
    throw new Error(`${request.type} "${request.name}": ${problem}.`)
  }
  const sourceOfMetric = (name: string): Source => {
    const statisticName = inputs.statistic ?? inputs.extendedStatistic ?? refuse("a metric needs a statistic")
    const periodSeconds = inputs.period ?? refuse("a metric needs a period")
    const metric = metricOf(refuse, name, inputs.namespace, inputs.dimensions, statisticName)
    return { metrics: new Map([["metric", metric]]), expressions: new Map(), watched: "metric", periodSeconds }
  }
  const source =
    inputs.metricQueries !== undefined
      ? sourceOfQueries(inputs.metricQueries, refuse)
      : sourceOfMetric(inputs.metricName ?? refuse('it needs "metricName" or "metricQueries"'))
  if (![10, 20, 30].includes(source.periodSeconds) && source.periodSeconds % 60 !== 0) {
    refuse(`the period must be 10, 20, 30 or a multiple of 60 seconds, not ${source.periodSeconds}`)
  }
  const datapointsToAlarm = inputs.datapointsToAlarm ?? inputs.evaluationPeriods
  if (datapointsToAlarm > inputs.evaluationPeriods) {
    refuse(`"datapointsToAlarm" (${datapointsToAlarm}) is more than "evaluationPeriods" (${inputs.evaluationPeriods})`)
  }
  return {
    ...source,
    name: inputs.name ?? autoName(request),
    description: inputs.alarmDescription,
    comparisonOperator: inputs.comparisonOperator,
    threshold: inputs.threshold,
    evaluationPeriods: inputs.evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: inputs.treatMissingData ?? "missing",
    actionsEnabled: inputs.actionsEnabled ?? true,
    alarmActions: inputs.alarmActions ?? [],
    okActions: inputs.okActions ?? [],
    insufficientDataActions: inputs.insufficientDataActions ?? []
  }
}
