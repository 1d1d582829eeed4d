/** What SQS asks of queues and their policies of redrive. */
import { arnOf } from "./arnGrammar.ts"
import { all, type Check, json, longest, matches, members, oneOf, range, unknownNames } from "./checks.ts"

/** The URL of a queue. */
export const queueUrl = (path: string): Check =>
  matches(path, /^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/\d{12}\/[\w-]{1,80}(?:\.fifo)?$/)

/** Where SQS moves what is received too often. */
export const redrivePolicy: Check = json("redrivePolicy", (value) => {
  const parts = Object.fromEntries(members(value))
  return [
    ...unknownNames(value, ["deadLetterTargetArn", "maxReceiveCount"]),
    ...arnOf("deadLetterTargetArn", "sqs")(parts),
    ...(parts["deadLetterTargetArn"] === undefined ? ["deadLetterTargetArn is needed"] : []),
    ...range("maxReceiveCount", 1, 1000)(parts)
  ]
})

/** Where SNS moves what it cannot deliver. */
export const subscriptionRedrive: Check = json("redrivePolicy", (value) => [
  ...unknownNames(value, ["deadLetterTargetArn"]),
  ...arnOf("deadLetterTargetArn", "sqs")(Object.fromEntries(members(value)))
])

/** Which queues may move messages here. */
export const redriveAllowPolicy: Check = json("redriveAllowPolicy", (value) => {
  const parts = Object.fromEntries(members(value))
  return [
    ...unknownNames(value, ["redrivePermission", "sourceQueueArns"]),
    ...oneOf("redrivePermission", ["allowAll", "denyAll", "byQueue"])(parts),
    ...((parts["redrivePermission"] === "byQueue") === (parts["sourceQueueArns"] !== undefined)
      ? []
      : ["sourceQueueArns belongs to byQueue"]),
    ...longest("sourceQueueArns", 10)(parts),
    ...arnOf("sourceQueueArns.*", "sqs")(parts)
  ]
})

/** Only FIFO queues have these, and they have no delay of a message. */
const fifoQueue: Check = (inputs) =>
  inputs["fifoQueue"] === true
    ? matches("name", /\.fifo$/)(inputs)
    : ["contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit"].flatMap((name) =>
        inputs[name] === undefined ? [] : [`${name}: only FIFO queues have it`]
      )

const oneEncryption: Check = (inputs) =>
  inputs["kmsMasterKeyId"] !== undefined && inputs["sqsManagedSseEnabled"] === true
    ? ["sqsManagedSseEnabled: a queue has a key or SQS's own encryption, not both"]
    : []

/** A queue. */
export const queue: Check = all(
  range("visibilityTimeoutSeconds", 0, 43_200),
  range("messageRetentionSeconds", 60, 1_209_600),
  range("delaySeconds", 0, 900),
  range("receiveWaitTimeSeconds", 0, 20),
  range("maxMessageSize", 1024, 1_048_576),
  range("kmsDataKeyReusePeriodSeconds", 60, 86_400),
  oneOf("deduplicationScope", ["queue", "messageGroup"]),
  oneOf("fifoThroughputLimit", ["perQueue", "perMessageGroupId"]),
  matches("name", /^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/),
  redrivePolicy,
  redriveAllowPolicy,
  oneEncryption,
  fifoQueue
)
