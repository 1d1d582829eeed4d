/** Sending: what a message has to be like, and how it gets into a queue. */
import { hash, randomUUID } from "node:crypto"
import type { AcceptedMessage } from "./Deduplication.ts"
import type { MessageContent } from "./Message.ts"
import { attributesSize, checkBodyCharacters, checkMessageAttributes, digestOfAttributes } from "./messageAttributes.ts"
import type { Queue } from "./Queue.ts"
import { invalidParameter, missingParameter, SqsError } from "./SqsError.ts"
import type { WireMessageAttribute } from "./SqsService.ts"

/** What a sender gives. */
export interface OutgoingMessage {
  readonly body: string
  readonly messageAttributes: Readonly<Record<string, WireMessageAttribute>>
  readonly systemAttributes: Readonly<Record<string, WireMessageAttribute>>
  readonly delaySeconds?: number | undefined
  readonly groupId?: string | undefined
  readonly deduplicationId?: string | undefined
  readonly senderId: string
  /** The trace header of the request; one that was given as a system attribute goes first. */
  readonly traceHeader?: string | undefined
}

/** What a sender gets back. */
export interface SentMessage extends AcceptedMessage {
  readonly md5OfBody: string
  readonly md5OfMessageAttributes: string | undefined
  readonly md5OfSystemAttributes: string | undefined
}

/** The most that a message, or all messages of a batch, may weigh: 1 MiB. */
export const maximumRequestBytes = 1_048_576

/** What a message weighs: its body and its attributes' names, types and values. */
export const messageSize = (message: OutgoingMessage): number =>
  Buffer.byteLength(message.body) + attributesSize(message.messageAttributes)

let lastSequenceNumber = 0

/** 20 digits that rise with every message, as FIFO queues number theirs. */
export const nextSequenceNumber = (): string => {
  lastSequenceNumber += 1
  return `18849${String(lastSequenceNumber).padStart(15, "0")}`
}

const checkId = (parameter: string, value: string | undefined): void => {
  if (value === undefined || /^[\x21-\x7e]{1,128}$/.test(value)) return
  const reason = `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`
  throw invalidParameter(parameter, value, reason)
}

const checkSystemAttributes = (attributes: Readonly<Record<string, WireMessageAttribute>>): void => {
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    if (name !== "AWSTraceHeader") {
      const message = `Message system attribute name '${name}' is invalid: the only one that can be sent is AWSTraceHeader.`
      throw new SqsError("InvalidParameterValue", message)
    }
    if (DataType !== "String" || !StringValue) {
      const message = "The message system attribute 'AWSTraceHeader' must be a non-empty String."
      throw new SqsError("InvalidParameterValue", message)
    }
  }
}

const checkOrdering = (queue: Queue, message: OutgoingMessage): void => {
  checkId("MessageGroupId", message.groupId)
  checkId("MessageDeduplicationId", message.deduplicationId)
  if (queue.fifo) {
    if (message.groupId === undefined) throw missingParameter("MessageGroupId")
    if (message.deduplicationId === undefined && !queue.settings.contentBasedDeduplication) {
      const text =
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
      throw new SqsError("InvalidParameterValue", text)
    }
  } else if (message.deduplicationId !== undefined) {
    const reason = "The request includes a parameter that is not valid for this queue type"
    throw invalidParameter("MessageDeduplicationId", message.deduplicationId, reason)
  }
}

const checkDelay = (queue: Queue, seconds: number | undefined): void => {
  if (seconds === undefined) return
  if (seconds < 0 || seconds > 900) {
    throw invalidParameter("DelaySeconds", seconds, "DelaySeconds must be >= 0 and <= 900.")
  }
  if (queue.fifo && seconds > 0) {
    const reason = "The request include parameter that is not valid for this queue type."
    throw invalidParameter("DelaySeconds", seconds, reason)
  }
}

/** Refuses a message that SQS refuses. */
export const checkMessage = (queue: Queue, message: OutgoingMessage): void => {
  if (message.body === "") throw missingParameter("MessageBody")
  checkBodyCharacters(message.body)
  checkMessageAttributes(message.messageAttributes)
  checkSystemAttributes(message.systemAttributes)
  checkDelay(queue, message.delaySeconds)
  checkOrdering(queue, message)
  const limit = queue.settings.maximumMessageSize
  if (messageSize(message) > limit) {
    const text = `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`
    throw new SqsError("InvalidParameterValue", text)
  }
}

const deduplicationIdOf = (queue: Queue, message: OutgoingMessage): string | undefined =>
  message.deduplicationId ?? (queue.fifo ? hash("sha256", message.body) : undefined)

/** Puts a message into a queue; a FIFO queue answers a duplicate as it answered the first and keeps one. */
export const sendMessage = (queue: Queue, message: OutgoingMessage, now: number): SentMessage => {
  checkMessage(queue, message)
  const md5OfBody = hash("md5", message.body)
  const md5OfMessageAttributes = digestOfAttributes(message.messageAttributes)
  const digests = {
    md5OfBody,
    md5OfMessageAttributes,
    md5OfSystemAttributes: digestOfAttributes(message.systemAttributes)
  }
  const deduplicationId = deduplicationIdOf(queue, message)
  const scope = queue.settings.deduplicationScope === "messageGroup" ? `${message.groupId} ` : ""
  const key = `${scope}${deduplicationId}`
  const duplicate = queue.fifo ? queue.deduplication.find(key, now) : undefined
  if (duplicate) return { ...duplicate, ...digests }
  const content: MessageContent = {
    messageId: randomUUID(),
    body: message.body,
    md5OfBody,
    messageAttributes: message.messageAttributes,
    md5OfMessageAttributes,
    traceHeader: message.systemAttributes["AWSTraceHeader"]?.StringValue ?? message.traceHeader,
    senderId: message.senderId,
    sentAt: now,
    groupId: message.groupId,
    deduplicationId,
    sequenceNumber: queue.fifo ? nextSequenceNumber() : undefined
  }
  const accepted = { messageId: content.messageId, sequenceNumber: content.sequenceNumber }
  if (queue.fifo) queue.deduplication.remember(key, accepted, now)
  queue.send(content, queue.fifo ? undefined : message.delaySeconds)
  return { ...accepted, ...digests }
}
