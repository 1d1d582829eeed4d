/** Messages of the DLQ as Lambda hands them over. */
import { Schema } from "effect"
import type { MessageAttributes } from "../../../handlers/aws/MessageAttribute.ts"
import type { OutgoingMessage } from "../../../handlers/aws/Sqs.ts"
import { type SqsRecord, SqsRecord as SqsRecordSchema } from "../../../handlers/consumer/SqsEvent.ts"
import { type Evidence, evidenceAttributeName, type FailureRecord } from "../../../handlers/failure/Evidence.ts"
import { encodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"

/** What a test says of a DLQ message. */
export interface DeadLetterOptions {
  readonly messageId: string
  readonly body?: string | undefined
  readonly attributes?: MessageAttributes | undefined
  readonly evidence?: Evidence | undefined
  readonly receiveCount?: number | undefined
  readonly sentAt?: number | undefined
  readonly messageGroupId?: string | undefined
  /** Set by SQS on what it has moved itself. */
  readonly deadLetterQueueSourceArn?: string | undefined
}

/** Evidence of a message that failed with a class at a time. */
export const evidenceOfFailure = (
  lineageId: string,
  className: string,
  at: number,
  more: Partial<FailureRecord> = {}
): Evidence => ({
  version: 1,
  lineageId,
  firstSeen: at,
  healAttempts: 0,
  failure: { class: className, reason: `${className} on purpose`, receiveCount: 1, at, ...more }
})

const decode = Schema.decodeUnknownSync(SqsRecordSchema)

/** The record of a DLQ message. */
export const deadLetter = (options: DeadLetterOptions): SqsRecord => {
  const attributes: MessageAttributes = {
    ...options.attributes,
    ...(options.evidence === undefined
      ? {}
      : { [evidenceAttributeName]: { dataType: "String", stringValue: encodeEvidence(options.evidence) } })
  }
  return decode({
    messageId: options.messageId,
    receiptHandle: `receipt-${options.messageId}`,
    body: options.body ?? "{}",
    attributes: {
      ApproximateReceiveCount: String(options.receiveCount ?? 1),
      SentTimestamp: String(options.sentAt ?? 0),
      ...(options.messageGroupId === undefined ? {} : { MessageGroupId: options.messageGroupId }),
      ...(options.deadLetterQueueSourceArn === undefined
        ? {}
        : { DeadLetterQueueSourceArn: options.deadLetterQueueSourceArn })
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
        name,
        {
          dataType,
          ...(stringValue === undefined ? {} : { stringValue }),
          ...(binaryValue === undefined ? {} : { binaryValue: Buffer.from(binaryValue).toString("base64") })
        }
      ])
    )
  })
}

/** A message that was sent, as Lambda hands it over. */
export const received = (
  { messageId, message }: { readonly messageId: string; readonly message: OutgoingMessage },
  more: Partial<DeadLetterOptions> = {}
): SqsRecord =>
  deadLetter({
    messageId,
    body: message.body,
    attributes: message.attributes,
    messageGroupId: message.messageGroupId,
    ...more
  })
