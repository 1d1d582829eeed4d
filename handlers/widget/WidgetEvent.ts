/**
 * What CloudWatch hands to the function of a custom widget: the widget's parameters, or those of the clicked action, and
 * where and when it is looked at. Only what is used is read; whatever else there is, or is not as documented, is left aside.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
import { Option, Schema } from "effect"

/** What Lambda gives beside the event, as far as it is used. */
export interface WidgetLambdaContext {
  /** The id of this invocation; CloudTrail has it too, with who called. */
  readonly awsRequestId: string
  /** The function, with the alias that it was called by. */
  readonly invokedFunctionArn: string
  /** Milliseconds until Lambda kills the function. */
  readonly getRemainingTimeInMillis: () => number
}

/** The answer to `describe`: the documentation that CloudWatch shows to whoever edits a dashboard. */
export interface WidgetDescription {
  readonly markdown: string
}

/** Epoch milliseconds within the years that the ledger knows. */
const Time = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 253_402_300_799_999 }))

const Range = Schema.Struct({ start: Time, end: Time })

const readDescribe = Schema.decodeUnknownOption(Schema.Struct({ describe: Schema.Unknown }))
const readWidth = Schema.decodeUnknownOption(Schema.Struct({ widgetContext: Schema.Struct({ width: Schema.Finite }) }))
const readRange = Schema.decodeUnknownOption(Schema.Struct({ widgetContext: Schema.Struct({ timeRange: Range }) }))
const readZoom = Schema.decodeUnknownOption(
  Schema.Struct({ widgetContext: Schema.Struct({ timeRange: Schema.Struct({ zoom: Range }) }) })
)

/** A stretch of time, epoch milliseconds. */
export interface TimeRange {
  readonly start: number
  readonly end: number
}

/** Whether the documentation is asked for. */
export const asksForDescription = (event: unknown): boolean =>
  Option.match(readDescribe(event), {
    onNone: () => false,
    onSome: ({ describe }) => describe !== undefined && describe !== false && describe !== null
  })

/** The stretch of time that the dashboard shows, zoomed in or not; `undefined` where it says nothing of it. */
export const timeRangeOf = (event: unknown): TimeRange | undefined => {
  const zoom = Option.getOrUndefined(readZoom(event))?.widgetContext.timeRange.zoom
  const range = zoom ?? Option.getOrUndefined(readRange(event))?.widgetContext.timeRange
  return range === undefined || range.start > range.end ? undefined : range
}

/** How wide the widget is, in pixels; `undefined` where nothing is said of it. */
export const widthOf = (event: unknown): number | undefined =>
  Option.getOrUndefined(readWidth(event))?.widgetContext.width
