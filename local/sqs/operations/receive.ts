/** ReceiveMessage. */
import type { Input } from "../Input.ts"
import { digestOfAttributes, selectMessageAttributes } from "../messageAttributes.ts"
import { type Operation, type OperationRequest, queueOf } from "../Operation.ts"
import { maximumVisibilitySeconds, type Queue } from "../Queue.ts"
import { invalidParameter, SqsError } from "../SqsError.ts"
import type { ReceivedMessage } from "../SqsService.ts"

const systemAttributeNames: ReadonlySet<string> = new Set([
  "All",
  "SenderId",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
  "SequenceNumber",
  "MessageDeduplicationId",
  "MessageGroupId",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn"
])

const integerBetween = (input: Input, name: string, minimum: number, maximum: number, reason: string) => {
  const value = input.integer(name)
  if (value === undefined || (value >= minimum && value <= maximum)) return value
  throw invalidParameter(name, value, reason)
}

const askedSystemAttributes = (input: Input): ReadonlyArray<string> => {
  const names = [...input.strings("AttributeNames"), ...input.strings("MessageSystemAttributeNames")]
  const unknown = names.find((name) => !systemAttributeNames.has(name))
  if (unknown !== undefined) throw new SqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`)
  return names
}

/** A message with the attributes that were asked for, and no others. */
const spelled = (message: ReceivedMessage, system: ReadonlyArray<string>, user: ReadonlyArray<string>) => {
  const attributes = Object.entries(message.attributes).filter(
    ([name]) => system.includes("All") || system.includes(name)
  )
  const messageAttributes = selectMessageAttributes(message.messageAttributes, user)
  const all = Object.keys(messageAttributes).length === Object.keys(message.messageAttributes).length
  const digest = all ? message.md5OfMessageAttributes : digestOfAttributes(messageAttributes)
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
    ...(digest === undefined ? {} : { MessageAttributes: messageAttributes, MD5OfMessageAttributes: digest })
  }
}

interface Receive {
  readonly maximum: number
  readonly visibilitySeconds: number | undefined
  readonly waitSeconds: number
  readonly attemptId: string | undefined
}

const receiveFrom = async (queue: Queue, options: Receive, { registry, signal }: OperationRequest) => {
  const repeated = queue.attempts.repeat(options.attemptId, registry.clock.now(), options.visibilitySeconds)
  if (repeated) return repeated
  // A full standard queue refuses a short poll; a long poll, or one of a FIFO queue, comes back empty.
  if (options.waitSeconds === 0 && !queue.fifo && queue.atInFlightLimit) {
    throw new SqsError("OverLimit", "The maximum number of in flight messages is reached.")
  }
  const received = await queue.polls.wait({
    receive: () => queue.receive(options.maximum, options.visibilitySeconds),
    waitSeconds: options.waitSeconds,
    signal
  })
  if (signal.aborted) {
    queue.putBack(received)
    return []
  }
  queue.attempts.remember(options.attemptId, received, registry.clock.now())
  return received
}

/** ReceiveMessage: a short or a long poll. */
export const receiveMessage: Operation = async (request) => {
  const { input } = request
  const queue = queueOf(request)
  const system = askedSystemAttributes(input)
  const user = input.strings("MessageAttributeNames")
  const maximum = integerBetween(input, "MaxNumberOfMessages", 1, 10, "Must be between 1 and 10, if provided.")
  const visibilitySeconds = integerBetween(
    input,
    "VisibilityTimeout",
    0,
    maximumVisibilitySeconds,
    `Must be >= 0 and <= ${maximumVisibilitySeconds}, if provided.`
  )
  const waitSeconds = integerBetween(input, "WaitTimeSeconds", 0, 20, "Must be >= 0 and <= 20, if provided.")
  const attemptId = input.string("ReceiveRequestAttemptId")
  const options = {
    maximum: maximum ?? 1,
    visibilitySeconds,
    waitSeconds: waitSeconds ?? queue.settings.receiveWaitSeconds,
    attemptId: queue.fifo ? attemptId : undefined
  }
  const received = await receiveFrom(queue, options, request)
  return received.length === 0 ? {} : { Messages: received.map((message) => spelled(message, system, user)) }
}
