/**
 * Alarms: one metric, or queries over several.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
import { arnOf } from "./arnGrammar.ts"
import { all, type Check, exactlyOne, type Inputs, longest, members, oneOf, range, valuesAt } from "./checks.ts"
import { expressionProblems, isStatistic } from "./metricMath.ts"

const isPeriod = (value: unknown): boolean =>
  typeof value === "number" && ([10, 20, 30].includes(value) || (value >= 60 && value % 60 === 0))

const periods: Check = (inputs) =>
  [...valuesAt(inputs, "period"), ...valuesAt(inputs, "metricQueries.*.metric.period")].flatMap(([path, period]) => {
    if (!isPeriod(period)) return [`${path}: ${period} is no period`]
    const evaluated = Number(period) * Number(inputs["evaluationPeriods"])
    // A day, or a week where a period is an hour or more.
    return evaluated <= (Number(period) >= 3600 ? 604_800 : 86_400)
      ? []
      : [`${path}: ${evaluated} s are too long to look at`]
  })

const single: Check = (inputs) =>
  inputs["metricName"] === undefined
    ? []
    : [
        ...["namespace", "period"].flatMap((name) =>
          inputs[name] === undefined ? [`${name}: needed with metricName`] : []
        ),
        ...exactlyOne("statistic", "extendedStatistic")(inputs)
      ]

const queries: Check = (inputs) => {
  const list = inputs["metricQueries"]
  if (!Array.isArray(list)) return []
  const each: ReadonlyArray<Inputs> = list.map((query) => Object.fromEntries(members(query)))
  const ids = each.map((query) => String(query["id"]))
  const returned = each.filter((query) => query["returnData"] === true)
  return [
    ...(new Set(ids).size === ids.length ? [] : ["metricQueries: two have one id"]),
    ...ids.flatMap((id) => (/^[a-z]\w{0,254}$/.test(id) ? [] : [`metricQueries: ${id} is no id`])),
    ...(returned.length === 1 ? [] : [`metricQueries: ${returned.length} return data, and one has to`]),
    ...each.flatMap((query, index) => [
      ...exactlyOne("expression", "metric")(query).map((problem) => `metricQueries.${index}: ${problem}`),
      ...(typeof query["expression"] === "string" ? expressionProblems(query["expression"], new Set(ids)) : []),
      ...valuesAt(query, "metric.stat").flatMap(([, stat]) => (isStatistic(stat) ? [] : [`${stat} is no statistic`]))
    ]),
    ...(each.filter((query) => query["metric"] !== undefined).length <= 10
      ? []
      : ["metricQueries: more than 10 metrics"])
  ]
}

const dimensions: Check = (inputs) =>
  [...valuesAt(inputs, "dimensions"), ...valuesAt(inputs, "metricQueries.*.metric.dimensions")].flatMap(
    ([path, given]) => [
      ...(members(given).length <= 30 ? [] : [`${path}: more than 30 dimensions`]),
      ...members(given).flatMap(([name, value]) =>
        /^[^:].{0,254}$/.test(name) && typeof value === "string" && value.length >= 1 && value.length <= 1024
          ? []
          : [`${path}.${name}: ${JSON.stringify(value)} is no value of a dimension`]
      )
    ]
  )

/** The rules of an alarm. */
export const metricAlarm: Check = all(
  exactlyOne("metricName", "metricQueries"),
  single,
  queries,
  periods,
  dimensions,
  oneOf("comparisonOperator", [
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold"
  ]),
  oneOf("statistic", ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]),
  oneOf("treatMissingData", ["breaching", "notBreaching", "ignore", "missing"]),
  range("evaluationPeriods", 1, 1440),
  longest("alarmDescription", 1024),
  longest("alarmActions", 5),
  longest("okActions", 5),
  longest("metricQueries", 20),
  arnOf("alarmActions.*", "sns"),
  arnOf("okActions.*", "sns")
)
