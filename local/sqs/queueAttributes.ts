/**
 * Which attributes a queue may be given, and which values.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
import { SqsError } from "./SqsError.ts"

type Check = (value: string) => boolean

const integerBetween =
  (minimum: number, maximum: number): Check =>
  (value) =>
    /^\d{1,9}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum

const oneOf =
  (...values: ReadonlyArray<string>): Check =>
  (value) =>
    values.includes(value)

const isPolicyDocument: Check = (value) => {
  if (value === "") return true
  try {
    const document: unknown = JSON.parse(value)
    return typeof document === "object" && document !== null && "Statement" in document
  } catch {
    return false
  }
}

/** Attributes of every queue. Redrive policies are checked against the other queues, see `redrivePolicies.ts`. */
const settable: Readonly<Record<string, Check>> = {
  DelaySeconds: integerBetween(0, 900),
  MaximumMessageSize: integerBetween(1024, 1_048_576),
  MessageRetentionPeriod: integerBetween(60, 1_209_600),
  ReceiveMessageWaitTimeSeconds: integerBetween(0, 20),
  VisibilityTimeout: integerBetween(0, 43_200),
  Policy: isPolicyDocument,
  RedrivePolicy: () => true,
  RedriveAllowPolicy: () => true,
  KmsMasterKeyId: (value) => value.length <= 2048,
  KmsDataKeyReusePeriodSeconds: integerBetween(60, 86_400),
  SqsManagedSseEnabled: oneOf("true", "false")
}

const settableOnFifo: Readonly<Record<string, Check>> = {
  FifoQueue: oneOf("true"),
  ContentBasedDeduplication: oneOf("true", "false"),
  DeduplicationScope: oneOf("queue", "messageGroup"),
  FifoThroughputLimit: oneOf("perQueue", "perMessageGroupId")
}

/** Attributes that can be read but not set. */
export const readOnlyAttributes = [
  "QueueArn",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed"
] as const

const readable: ReadonlySet<string> = new Set([
  "All",
  ...readOnlyAttributes,
  ...Object.keys(settable),
  ...Object.keys(settableOnFifo)
])

const unknownAttribute = (name: string) => new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`)

/** Refuses names that GetQueueAttributes does not know. */
export const checkReadableNames = (names: ReadonlyArray<string>): void => {
  for (const name of names) if (!readable.has(name)) throw unknownAttribute(name)
}

/** Refuses attributes that a queue of this kind does not have, and values out of range. */
export const checkAttributes = (fifo: boolean, attributes: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(attributes)) {
    const check = settable[name] ?? (fifo ? settableOnFifo[name] : undefined)
    if (!check) throw unknownAttribute(name)
    if (!check(value)) throw new SqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`)
  }
}

/** Refuses combinations that the attributes' own pages exclude, once old and new attributes are put together. */
export const checkCombination = (attributes: Readonly<Record<string, string>>): void => {
  if (attributes["KmsMasterKeyId"] && attributes["SqsManagedSseEnabled"] === "true") {
    const message =
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
    throw new SqsError("InvalidAttributeValue", message)
  }
  if (
    attributes["FifoThroughputLimit"] === "perMessageGroupId" &&
    attributes["DeduplicationScope"] !== "messageGroup"
  ) {
    const message = "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup."
    throw new SqsError("InvalidAttributeValue", message)
  }
}

/** The name of a queue, checked; FIFO queues end in `.fifo`. */
export const checkQueueName = (name: string, fifo: boolean): void => {
  const stem = fifo ? name.replace(/\.fifo$/, "") : name
  const valid = /^[A-Za-z0-9_-]+$/.test(stem) && name.length <= 80 && name.endsWith(".fifo") === fifo
  if (valid) return
  const message = fifo
    ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
    : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
  throw new SqsError("InvalidParameterValue", message)
}
