/**
 * `GetMetricData`, by which a dashboard draws its graphs: metrics with a statistic, without expressions.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
import { Option, Schema } from "effect"
import { answer, failure, type ReadOperation } from "./readOperation.ts"
import { isStatistic, statistic } from "./statistic.ts"

const Request = Schema.Struct({
  StartTime: Schema.Finite,
  EndTime: Schema.Finite,
  MetricDataQueries: Schema.Array(
    Schema.Struct({
      Id: Schema.String,
      MetricStat: Schema.Struct({
        Metric: Schema.Struct({
          Namespace: Schema.String,
          MetricName: Schema.String,
          Dimensions: Schema.Array(Schema.Struct({ Name: Schema.String, Value: Schema.String }))
        }),
        Period: Schema.Int.check(Schema.isGreaterThan(0)),
        Stat: Schema.String.check(Schema.makeFilter(isStatistic))
      })
    })
  )
})

const decode = Schema.decodeUnknownOption(Request)

/** The operation. Times are epoch seconds. */
export const getMetricData: ReadOperation = {
  // It knows no resource, and no condition by which metrics could be told apart.
  permissions: () => [{ action: "cloudwatch:GetMetricData", resource: "*" }],
  run: (source, input) => {
    const request = Option.getOrUndefined(decode(input))
    if (request === undefined)
      return failure(
        400,
        "ValidationError",
        "The embedded AWS answers queries with a MetricStat, from one time to another."
      )
    const { StartTime, EndTime, MetricDataQueries } = request
    const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat: { Metric, Period, Stat } }) => {
      const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]))
      const key = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions }
      const starts = Array.from(
        { length: Math.max(0, Math.ceil((EndTime - StartTime) / Period)) },
        (_, index) => StartTime + index * Period
      )
      const points = starts.flatMap((start) => {
        const value = statistic(Stat, source.values(key, start * 1000, Math.min(EndTime, start + Period) * 1000))
        return value === undefined ? [] : [{ start, value }]
      })
      const newestFirst = points.toReversed()
      return {
        Id,
        StatusCode: "Complete",
        Timestamps: newestFirst.map(({ start }) => start),
        Values: newestFirst.map(({ value }) => value)
      }
    })
    return answer(200, { MetricDataResults })
  }
}
