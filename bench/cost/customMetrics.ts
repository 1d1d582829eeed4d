/** Custom metrics, which CloudWatch charges for by the month: found in the log, where they are written. */
import { Option, Schema } from "effect"

const Line = Schema.fromJsonString(
  Schema.Struct({
    _aws: Schema.Struct({
      CloudWatchMetrics: Schema.Array(
        Schema.Struct({
          Namespace: Schema.String,
          Dimensions: Schema.Array(Schema.Array(Schema.String)),
          Metrics: Schema.Array(Schema.Struct({ Name: Schema.String }))
        })
      )
    })
  })
)

const Values = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))

const decode = Schema.decodeUnknownOption(Line)
const decodeValues = Schema.decodeUnknownOption(Values)

/** The metrics of a log line in the embedded metric format, each with its dimensions; none of another line. */
export const metricsOf = (line: string): ReadonlyArray<string> => {
  if (!line.includes('"_aws"')) return []
  const values = Option.getOrElse(decodeValues(line), () => ({}))
  const found = Option.getOrUndefined(decode(line))?._aws.CloudWatchMetrics ?? []
  return found.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) =>
        JSON.stringify([Namespace, Name, ...names.map((name) => [name, Reflect.get(values, name)])])
      )
    )
  )
}
