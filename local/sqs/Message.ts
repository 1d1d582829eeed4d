/** A message: what its sender gave, and its place in a queue. */
import type { HeapEntry } from "./Heap.ts"
import type { ReceivedMessage, WireMessageAttribute } from "./SqsService.ts"

/** What stays the same wherever the message goes. */
export interface MessageContent {
  readonly messageId: string
  readonly body: string
  readonly md5OfBody: string
  readonly messageAttributes: Readonly<Record<string, WireMessageAttribute>>
  /** Of all the message's attributes; absent when it has none. */
  readonly md5OfMessageAttributes?: string | undefined
  /** The one system attribute that a sender may give. */
  readonly traceHeader?: string | undefined
  readonly senderId: string
  /** Epoch milliseconds. */
  readonly sentAt: number
  readonly groupId?: string | undefined
  readonly deduplicationId?: string | undefined
  /** FIFO queues only: 20 digits. */
  readonly sequenceNumber?: string | undefined
}

/** Where a message is in its queue. */
export type MessageState = "delayed" | "visible" | "inFlight" | "gone"

/** A message in a queue. */
export interface QueuedMessage {
  readonly content: MessageContent
  /** Rises with every message that arrives in the queue. */
  readonly order: number
  /** When it arrived in this queue, epoch milliseconds. */
  readonly arrivedAt: number
  /** When its retention began, epoch milliseconds: a standard dead-letter queue keeps the original time. */
  readonly retainedSince: number
  readonly deadLetterSourceArn: string | undefined
  state: MessageState
  receiveCount: number
  firstReceivedAt: number
  receivedAt: number
  /** When it becomes or became visible, epoch milliseconds. */
  visibleAt: number
  /** The receipt handle of its latest receive. */
  receiptHandle: string | undefined
  /** Its place among the hidden or the visible messages. */
  place: HeapEntry<QueuedMessage> | undefined
  expiry: HeapEntry<QueuedMessage> | undefined
}

/** A message as its receiver gets it, with every attribute. */
export const receivedMessage = (message: QueuedMessage, receiptHandle: string): ReceivedMessage => {
  const { content } = message
  const attributes: Record<string, string> = {
    SenderId: content.senderId,
    SentTimestamp: String(content.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt)
  }
  if (content.sequenceNumber !== undefined) attributes["SequenceNumber"] = content.sequenceNumber
  if (content.groupId !== undefined) attributes["MessageGroupId"] = content.groupId
  if (content.deduplicationId !== undefined) attributes["MessageDeduplicationId"] = content.deduplicationId
  if (content.traceHeader !== undefined) attributes["AWSTraceHeader"] = content.traceHeader
  if (message.deadLetterSourceArn !== undefined) attributes["DeadLetterQueueSourceArn"] = message.deadLetterSourceArn
  return {
    messageId: content.messageId,
    receiptHandle,
    body: content.body,
    md5OfBody: content.md5OfBody,
    ...(content.md5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes: content.md5OfMessageAttributes }),
    messageAttributes: content.messageAttributes,
    attributes
  }
}
