/**
 * What Lambda hands to the consumer of a queue, and what it wants back; validated, because a handler that guesses at an
 * event it does not understand would acknowledge messages that it never handled.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { Schema } from "effect"

const Count = Schema.FiniteFromString

/** A user's message attribute in an event; binary values are base64 there. */
export const EventMessageAttribute = Schema.Struct({
  dataType: Schema.String,
  stringValue: Schema.optionalKey(Schema.NullOr(Schema.String)),
  binaryValue: Schema.optionalKey(Schema.NullOr(Schema.String))
})

/** A user's message attribute in an event. */
export type EventMessageAttribute = typeof EventMessageAttribute.Type

/** One message of a batch. */
export const SqsRecord = Schema.Struct({
  messageId: Schema.NonEmptyString,
  receiptHandle: Schema.NonEmptyString,
  body: Schema.String,
  attributes: Schema.Struct({
    /** How often it was received, this time included. */
    ApproximateReceiveCount: Count,
    /** When it was sent, epoch milliseconds. */
    SentTimestamp: Count,
    /** When it was first received, epoch milliseconds. */
    ApproximateFirstReceiveTimestamp: Schema.optionalKey(Count),
    /** FIFO queues, and standard queues with fair groups. */
    MessageGroupId: Schema.optionalKey(Schema.String),
    /** The queue that SQS moved it from, on a dead-letter queue. */
    DeadLetterQueueSourceArn: Schema.optionalKey(Schema.String)
  }),
  messageAttributes: Schema.optionalKey(Schema.Record(Schema.String, EventMessageAttribute))
})

/** One message of a batch. */
export type SqsRecord = typeof SqsRecord.Type

/** A batch. */
export const SqsEvent = Schema.Struct({ Records: Schema.Array(SqsRecord) })

/** A batch. */
export type SqsEvent = typeof SqsEvent.Type

/** What Lambda gives beside the event, as far as it is used. */
export interface LambdaContext {
  /** The id of this invocation. */
  readonly awsRequestId: string
  /** The log group of this invocation. */
  readonly logGroupName?: string | undefined
  /** The log stream of this invocation. */
  readonly logStreamName?: string | undefined
  /** Milliseconds until Lambda kills the function. */
  readonly getRemainingTimeInMillis: () => number
}

/** The messages that shall be received again; all others are deleted by Lambda. */
export interface SqsBatchResponse {
  /** They, one by one. */
  readonly batchItemFailures: ReadonlyArray<{
    /** The message's id. */
    readonly itemIdentifier: string
  }>
}
