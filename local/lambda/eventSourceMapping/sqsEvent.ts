/**
 * The event that Lambda hands to a function that reads an SQS queue.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
import type { ReceivedMessage, WireMessageAttribute } from "../../sqs/SqsService.ts"

/** A message attribute as Lambda spells it. */
export interface EventMessageAttribute {
  readonly stringValue?: string
  /** Base64. */
  readonly binaryValue?: string
  readonly stringListValues: ReadonlyArray<string>
  readonly binaryListValues: ReadonlyArray<string>
  readonly dataType: string
}

/** One message in the event. */
export interface SqsRecord {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly attributes: Readonly<Record<string, string>>
  readonly messageAttributes: Readonly<Record<string, EventMessageAttribute>>
  readonly md5OfMessageAttributes?: string
  readonly md5OfBody: string
  readonly eventSource: "aws:sqs"
  readonly eventSourceARN: string
  readonly awsRegion: string
}

const attributeOf = ({ DataType, StringValue, BinaryValue }: WireMessageAttribute): EventMessageAttribute => ({
  ...(StringValue === undefined ? {} : { stringValue: StringValue }),
  ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType
})

/** A received message as the function sees it. */
export const sqsRecord = (queueArn: string, message: ReceivedMessage): SqsRecord => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: message.attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(message.messageAttributes).map(([name, attribute]) => [name, attributeOf(attribute)])
  ),
  ...(message.md5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: message.md5OfMessageAttributes }),
  md5OfBody: message.md5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: queueArn.split(":")[3] ?? ""
})

/** What `{"Records":[…]}` costs around its records, in bytes. */
const envelopeBytes = 14

/**
 * Cuts records into batches whose event keeps below `limitBytes`, in order. A record that is too large by itself makes a
 * batch by itself.
 */
export const batchesWithin = (records: ReadonlyArray<SqsRecord>, limitBytes: number): Array<Array<SqsRecord>> => {
  const batches: Array<Array<SqsRecord>> = []
  let current: Array<SqsRecord> = []
  let size = envelopeBytes
  for (const record of records) {
    const bytes = recordBytes(record)
    if (current.length > 0 && size + bytes > limitBytes) {
      batches.push(current)
      current = []
      size = envelopeBytes
    }
    current.push(record)
    size += bytes
  }
  if (current.length > 0) batches.push(current)
  return batches
}

/** What a record adds to its event, in bytes. */
export const recordBytes = (record: SqsRecord): number => Buffer.byteLength(JSON.stringify(record)) + 1
