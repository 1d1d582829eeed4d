/**
 * Checks the body of a dashboard, as PutDashboard does.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
import { Result, Schema } from "effect"

const Cell = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const place = {
  x: Schema.optional(Cell.check(Schema.isLessThanOrEqualTo(23))),
  y: Schema.optional(Cell),
  width: Schema.optional(Cell.check(Schema.isBetween({ minimum: 1, maximum: 24 }))),
  height: Schema.optional(Cell.check(Schema.isBetween({ minimum: 1, maximum: 1000 })))
}

const properties = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.StructWithRest(Schema.Struct(fields), [Schema.Record(Schema.String, Schema.Unknown)])

const Metric = Schema.Struct({
  ...place,
  type: Schema.Literal("metric"),
  properties: Schema.Union([
    properties({ metrics: Schema.Array(Schema.Array(Schema.Unknown)), region: Schema.String }),
    properties({ annotations: Schema.Struct({ alarms: Schema.Array(Schema.String) }) })
  ])
})
const Log = Schema.Struct({
  ...place,
  type: Schema.Literal("log"),
  properties: properties({ query: Schema.String, region: Schema.String })
})
const Text = Schema.Struct({
  ...place,
  type: Schema.Literal("text"),
  properties: properties({ markdown: Schema.String })
})
const Alarm = Schema.Struct({
  ...place,
  type: Schema.Literal("alarm"),
  properties: properties({ alarms: Schema.Array(Schema.String) })
})

const Custom = Schema.Struct({
  ...place,
  type: Schema.Literal("custom"),
  properties: properties({ endpoint: Schema.String })
})

const widgets = { metric: Metric, log: Log, text: Text, alarm: Alarm, custom: Custom }
const Body = Schema.Struct({
  widgets: Schema.Array(
    Schema.StructWithRest(Schema.Struct({ type: Schema.Literals(["metric", "log", "text", "alarm", "custom"]) }), [
      Schema.Record(Schema.String, Schema.Unknown)
    ])
  )
})

const refuse = (problem: string): never => {
  throw new Error(`InvalidParameterInput: The dashboard body is invalid: ${problem}`)
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : "not JSON")
  }
}

/** Throws `InvalidParameterInput` for a body that is not JSON, or has a widget that CloudWatch does not know. */
export const checkDashboardBody = (body: string): void => {
  const parsed = Schema.decodeUnknownResult(Body)(parse(body))
  const { widgets: list } = Result.isSuccess(parsed) ? parsed.success : refuse(parsed.failure.message)
  list.forEach((widget, index) => {
    const checked = Schema.decodeUnknownResult(widgets[widget.type])(widget)
    if (Result.isFailure(checked)) refuse(`widget ${index} (${widget.type}): ${checked.failure.message}`)
  })
}
