/** A received message, as the consumer works with it. */
import { type Option, Schema } from "effect"
import type { MessageAttribute, MessageAttributes } from "../aws/MessageAttribute.ts"
import { type Evidence, evidenceAttributeName } from "../failure/Evidence.ts"
import { decodeEvidence } from "../failure/evidenceCodec.ts"
import { mayLackRoom } from "../failure/room.ts"
import type { EventMessageAttribute, SqsRecord } from "./SqsEvent.ts"

/** A received message. */
export interface Message {
  readonly messageId: string
  readonly receiptHandle: string
  /** Exactly as it was received. */
  readonly body: string
  /** The user's attributes: without evidence, exactly as they were sent. */
  readonly attributes: MessageAttributes
  readonly receiveCount: number
  /** When it was sent to this queue, epoch milliseconds. */
  readonly sentAt: number
  readonly messageGroupId: string | undefined
  /** The queue that SQS moved it from to a dead-letter queue, if SQS moved it. */
  readonly deadLetterQueueSourceArn?: string | undefined
  /** What is known of earlier failures, if any. */
  readonly evidence: Evidence | undefined
  /** Set where the ledger may know of earlier failures but could not be asked: sent on, it would begin a new lineage. */
  readonly pastUnknown?: boolean | undefined
  /** The id of the message when it was first seen. */
  readonly lineageId: string
  /** When the message was first seen, epoch milliseconds. */
  readonly firstSeen: number
}

/** By what a log line names a message. */
export const identity = ({ messageId, lineageId, receiveCount }: Message) => ({ messageId, lineageId, receiveCount })

/** What `process` is told about the message that it handles. */
export interface RecordContext {
  /** The id of the message in this queue; a re-queued message has a new one. */
  readonly messageId: string
  /** The id of the message when it was first seen; stays the same when it is re-queued. */
  readonly lineageId: string
  /** How often SQS has delivered it, this time included. */
  readonly receiveCount: number
  /** How often the healer has re-queued it. */
  readonly healAttempts: number
  /** The message attributes of its sender. */
  readonly attributes: MessageAttributes
  /** Its message group: FIFO queues, and standard queues with fair groups. */
  readonly messageGroupId: string | undefined
  /** When it was sent to this queue, epoch milliseconds. */
  readonly sentAt: number
  /** When the record is interrupted, epoch milliseconds: a request to a dependency should not take longer. */
  readonly deadline: number
  /** The Lambda request id. */
  readonly requestId: string
}

const decodeBase64: (text: string) => Option.Option<Uint8Array> = Schema.decodeOption(Schema.Uint8ArrayFromBase64)

const attributeOf = ({ dataType, stringValue, binaryValue }: EventMessageAttribute): MessageAttribute => {
  if (typeof binaryValue !== "string") return typeof stringValue === "string" ? { dataType, stringValue } : { dataType }
  const binary = decodeBase64(binaryValue)
  return {
    dataType,
    ...(typeof stringValue === "string" ? { stringValue } : {}),
    ...(binary._tag === "Some" ? { binaryValue: binary.value } : {})
  }
}

/** The attributes of the message's sender: all but the evidence. */
const attributesOf = ({ messageAttributes = {} }: SqsRecord): MessageAttributes => {
  const attributes: Array<[string, MessageAttribute]> = []
  for (const name of Object.keys(messageAttributes)) {
    const attribute = messageAttributes[name]
    if (name !== evidenceAttributeName && attribute !== undefined) attributes.push([name, attributeOf(attribute)])
  }
  return Object.fromEntries(attributes)
}

/** A message of an event, with the evidence that it carries. */
export const messageOf = (record: SqsRecord): Message => {
  const carried = record.messageAttributes?.[evidenceAttributeName]?.stringValue ?? undefined
  return withEvidence(
    {
      messageId: record.messageId,
      receiptHandle: record.receiptHandle,
      body: record.body,
      attributes: attributesOf(record),
      receiveCount: record.attributes.ApproximateReceiveCount,
      sentAt: record.attributes.SentTimestamp,
      messageGroupId: record.attributes.MessageGroupId,
      ...(record.attributes.DeadLetterQueueSourceArn === undefined
        ? {}
        : { deadLetterQueueSourceArn: record.attributes.DeadLetterQueueSourceArn }),
      firstSeen: record.attributes.ApproximateFirstReceiveTimestamp ?? record.attributes.SentTimestamp
    },
    trusted(decodeEvidence(carried), record.attributes.DeadLetterQueueSourceArn !== undefined)
  )
}

/**
 * What SQS has moved to the dead-letter queue came as it was sent to the main queue, where no evidence of ours names a
 * failure or a recovery: one that does was forged, or is of an earlier life of the message. The consumer has left no word.
 */
const trusted = (evidence: Evidence | undefined, movedBySqs: boolean): Evidence | undefined => {
  if (evidence === undefined || !movedBySqs) return evidence
  const { failure: _, heldAs: __, recoveredAt: ___, ...known } = evidence
  return known
}

/** The same message with the evidence that the ledger kept for it. */
export const withEvidence = (
  message: Omit<Message, "evidence" | "lineageId">,
  evidence: Evidence | undefined
): Message => ({
  ...message,
  evidence,
  lineageId: evidence?.lineageId ?? message.messageId,
  firstSeen: evidence?.firstSeen ?? message.firstSeen
})

/**
 * Whether the ledger may hold evidence of this message: it carries none, and may have had no room for it.
 *
 * @param maxBytes the largest message that its queues take. @default 1 MiB
 */
export const mayHaveKeptEvidence = (message: Message, maxBytes?: number): boolean =>
  message.evidence === undefined && mayLackRoom(message.body, message.attributes, maxBytes)
