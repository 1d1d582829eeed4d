/**
 * The attributes of a subscription, checked as SNS checks them.
 * https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
 */
import { parseFilterPolicy } from "./filterPolicy.ts"
import type { Subscription, Topic } from "./model.ts"
import { invalidParameter } from "./SnsError.ts"

const queueArn = /^arn:[^:]+:sqs:[^:]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/

const functionArn = /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?$/

/** Throws for an endpoint that does not go with the protocol or the topic, and for protocols that are not known here. */
export const validateEndpoint = (topic: Topic, protocol: string, endpoint: string): void => {
  switch (protocol) {
    case "sqs":
      if (!queueArn.test(endpoint)) throw invalidParameter("SQS endpoint ARN")
      if (endpoint.endsWith(".fifo") && !topic.fifo)
        throw invalidParameter(
          "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
        )
      return
    case "lambda":
      if (!functionArn.test(endpoint)) throw invalidParameter("Lambda endpoint ARN")
      if (topic.fifo)
        throw invalidParameter("Invalid parameter: Invalid protocol type: lambda. FIFO topics deliver to SQS queues.")
      return
    case "email":
    case "email-json":
      if (!/^[^@\s]+@[^@\s]+$/.test(endpoint)) throw invalidParameter("Email address")
      return
    default:
      throw invalidParameter(
        `Protocol: the embedded AWS delivers to sqs, lambda, email and email-json, not to "${protocol}"`
      )
  }
}

const deadLetterTarget = (text: string): string => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw invalidParameter("RedrivePolicy: failed to parse JSON.")
  }
  const target: unknown =
    typeof parsed === "object" && parsed !== null && "deadLetterTargetArn" in parsed
      ? parsed.deadLetterTargetArn
      : undefined
  if (typeof target !== "string" || !queueArn.test(target))
    throw invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn")
  return target
}

/** Sets attributes by name; all of them are checked before one is set. Throws `InvalidParameter`. */
export const applySubscriptionAttributes = (
  subscription: Subscription,
  attributes: ReadonlyMap<string, string>
): void => {
  const changes: Array<() => void> = []
  for (const [name, value] of attributes) {
    changes.push(change(subscription, name, value), () => subscription.attributes.set(name, value))
  }
  for (const apply of changes) apply()
}

const change = (subscription: Subscription, name: string, value: string): (() => void) => {
  switch (name) {
    case "RawMessageDelivery":
      if (value !== "true" && value !== "false")
        throw invalidParameter(
          `Attributes Reason: RawMessageDelivery: Invalid value [${value}]. Must be true or false.`
        )
      if (value === "true" && subscription.protocol !== "sqs")
        throw invalidParameter(
          `Attributes Reason: Delivery protocol [${subscription.protocol}] does not support raw message delivery.`
        )
      return () => {}
    case "FilterPolicy": {
      const filter = value === "" || value === "{}" ? undefined : parseFilterPolicy(value)
      return () => {
        subscription.filter = filter
      }
    }
    case "FilterPolicyScope":
      if (value !== "MessageAttributes")
        throw invalidParameter(`FilterPolicyScope: the embedded AWS filters by MessageAttributes, not by "${value}"`)
      return () => {}
    case "RedrivePolicy": {
      const target = value === "" || value === "{}" ? undefined : deadLetterTarget(value)
      return () => {
        subscription.deadLetterQueueArn = target
      }
    }
    case "DeliveryPolicy":
    case "SubscriptionRoleArn":
      return () => {}
    default:
      throw invalidParameter("AttributeName")
  }
}

/** Attributes as GetSubscriptionAttributes answers them. */
export const subscriptionAttributes = (subscription: Subscription, owner: string): Record<string, string> => ({
  SubscriptionArn: subscription.arn,
  TopicArn: subscription.topicArn,
  Owner: owner,
  Protocol: subscription.protocol,
  Endpoint: subscription.endpoint,
  RawMessageDelivery: "false",
  PendingConfirmation: "false",
  ConfirmationWasAuthenticated: "true",
  ...(subscription.filter ? { FilterPolicyScope: "MessageAttributes" } : {}),
  ...Object.fromEntries(subscription.attributes)
})
