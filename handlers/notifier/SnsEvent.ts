/** What SNS invokes a function with. */
import { Schema } from "effect"

const Attribute = Schema.Struct({ Type: Schema.String, Value: Schema.String })

/** A notification. */
export const SnsNotification = Schema.Struct({
  /** The same in every delivery of the notification. */
  MessageId: Schema.NonEmptyString,
  TopicArn: Schema.String,
  Subject: Schema.optionalKey(Schema.NullOr(Schema.String)),
  Message: Schema.String,
  /** ISO-8601. */
  Timestamp: Schema.String,
  MessageAttributes: Schema.optionalKey(Schema.Record(Schema.String, Attribute))
})

/** A notification. */
export type SnsNotification = typeof SnsNotification.Type

/**
 * An event: SNS puts one record into it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export const SnsEvent = Schema.Struct({ Records: Schema.Array(Schema.Struct({ Sns: SnsNotification })) })

/** An event. */
export type SnsEvent = typeof SnsEvent.Type
