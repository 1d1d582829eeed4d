/** Operations on messages, besides receiving. */
import type { Input } from "../Input.ts"
import { type Operation, type OperationRequest, type Operations, queueOf, senderIdOf } from "../Operation.ts"
import { maximumVisibilitySeconds, type Queue } from "../Queue.ts"
import { invalidParameter, missingParameter, SqsError } from "../SqsError.ts"
import { maximumRequestBytes, messageSize, type OutgoingMessage, sendMessage } from "../sendMessage.ts"
import { batchEntries, runBatch } from "./batches.ts"

const outgoing = (input: Input, senderId: string): OutgoingMessage => ({
  body: input.require("MessageBody"),
  messageAttributes: input.messageAttributes("MessageAttributes"),
  systemAttributes: input.messageAttributes("MessageSystemAttributes"),
  delaySeconds: input.integer("DelaySeconds"),
  groupId: input.string("MessageGroupId"),
  deduplicationId: input.string("MessageDeduplicationId"),
  senderId
})

const sendTo = (queue: Queue, { principal, registry, traceHeader }: OperationRequest, input: Input): object => {
  const sent = sendMessage(
    queue,
    { ...outgoing(input, senderIdOf(principal, registry.account.accountId)), traceHeader },
    registry.clock.now()
  )
  return {
    MessageId: sent.messageId,
    MD5OfMessageBody: sent.md5OfBody,
    ...(sent.md5OfMessageAttributes === undefined ? {} : { MD5OfMessageAttributes: sent.md5OfMessageAttributes }),
    ...(sent.md5OfSystemAttributes === undefined ? {} : { MD5OfMessageSystemAttributes: sent.md5OfSystemAttributes }),
    ...(sent.sequenceNumber === undefined ? {} : { SequenceNumber: sent.sequenceNumber })
  }
}

const send: Operation = (request) => sendTo(queueOf(request), request, request.input)

const sendBatch: Operation = (request) => {
  const queue = queueOf(request)
  const entries = batchEntries(request.input)
  let bytes = 0
  for (const { entry } of entries) {
    if (entry.string("MessageBody")) bytes += messageSize(outgoing(entry, ""))
  }
  if (bytes > maximumRequestBytes) {
    const message = `Batch requests cannot be longer than ${maximumRequestBytes} bytes. You have sent ${bytes} bytes.`
    throw new SqsError("BatchRequestTooLong", message)
  }
  return runBatch(request.input, (entry) => sendTo(queue, request, entry))
}

const remove = (queue: Queue, input: Input): object => {
  queue.delete(input.require("ReceiptHandle"))
  return {}
}

const changeVisibility = (queue: Queue, input: Input): object => {
  const handle = input.require("ReceiptHandle")
  const seconds = input.integer("VisibilityTimeout")
  if (seconds === undefined) throw missingParameter("VisibilityTimeout")
  if (seconds < 0 || seconds > maximumVisibilitySeconds) {
    const reason = `VisibilityTimeout must be an integer between 0 and ${maximumVisibilitySeconds}`
    throw invalidParameter("VisibilityTimeout", seconds, reason)
  }
  queue.changeVisibility(handle, seconds)
  return {}
}

/** One at a time, and up to ten at a time. */
const single =
  (run: (queue: Queue, input: Input) => object): Operation =>
  (request) =>
    run(queueOf(request), request.input)

const batch =
  (run: (queue: Queue, input: Input) => object): Operation =>
  (request) => {
    const queue = queueOf(request)
    return runBatch(request.input, (entry) => run(queue, entry))
  }

/** Sending, deleting, and changing visibility. */
export const messageOperations: Operations = {
  SendMessage: send,
  SendMessageBatch: sendBatch,
  DeleteMessage: single(remove),
  DeleteMessageBatch: batch(remove),
  ChangeMessageVisibility: single(changeVisibility),
  ChangeMessageVisibilityBatch: batch(changeVisibility)
}
