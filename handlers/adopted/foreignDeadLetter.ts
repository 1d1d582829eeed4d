/**
 * Dead letters that AWS services wrote: which service did, and what its target was to get. Pure and total.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
import { Option, Schema } from "effect"
import type { MessageAttributes } from "../aws/MessageAttribute.ts"
import { jsonMember } from "./jsonMember.ts"

/** A dead letter, without its evidence. */
export interface ForeignDeadLetter {
  readonly body: string
  readonly attributes: MessageAttributes
}

const destinationRecord = Schema.fromJsonString(
  Schema.Struct({
    version: Schema.String,
    requestContext: Schema.Struct({ requestId: Schema.NonEmptyString, condition: Schema.String })
  })
)

const decodeDestinationRecord = Schema.decodeUnknownOption(destinationRecord)

const destinationOf = (body: string) =>
  body.includes('"requestContext"') ? Option.getOrUndefined(decodeDestinationRecord(body)) : undefined

/** What EventBridge, and what Lambda's dead-letter queue, write beside a message: said of this failure, not of the next one. */
const serviceAttributes = [
  {
    mark: "RULE_ARN",
    names: ["RULE_ARN", "TARGET_ARN", "ERROR_CODE", "ERROR_MESSAGE", "EXHAUSTED_RETRY_CONDITION", "RETRY_ATTEMPTS"]
  },
  { mark: "RequestID", names: ["RequestID", "ErrorCode", "ErrorMessage"] }
]

const withoutServiceAttributes = (attributes: MessageAttributes): MessageAttributes => {
  const written = new Set(
    serviceAttributes.flatMap(({ mark, names }) => (Object.hasOwn(attributes, mark) ? names : []))
  )
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !written.has(name)))
}

/** The id of the Lambda request that failed, where a function's dead-letter queue or on-failure destination names it. */
export const failedRequestId = ({ body, attributes }: ForeignDeadLetter): string | undefined =>
  attributes["RequestID"]?.stringValue ?? destinationOf(body)?.requestContext.requestId

/**
 * What the target was to get, byte for byte: of a destination's record the payload, else the body. What a service wrote
 * beside it about its failure is taken off, or the next failure would be taken for this one. `undefined` for a record
 * without payload (a stream's): there is nothing to send.
 */
export const originalOf = ({ body, attributes }: ForeignDeadLetter): ForeignDeadLetter | undefined => {
  const original = destinationOf(body) === undefined ? body : jsonMember(body, "requestPayload")
  return original === undefined ? undefined : { body: original, attributes: withoutServiceAttributes(attributes) }
}

const Envelope = Schema.fromJsonString(
  Schema.Struct({
    Type: Schema.Literal("Notification"),
    MessageId: Schema.NonEmptyString,
    TopicArn: Schema.NonEmptyString,
    Message: Schema.String,
    Subject: Schema.optionalKey(Schema.NullOr(Schema.String)),
    Timestamp: Schema.optionalKey(Schema.String),
    SignatureVersion: Schema.optionalKey(Schema.String),
    Signature: Schema.optionalKey(Schema.String),
    SigningCertURL: Schema.optionalKey(Schema.String),
    UnsubscribeURL: Schema.optionalKey(Schema.String),
    MessageAttributes: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
  })
)

const decodeEnvelope = Schema.decodeUnknownOption(Envelope)

const subscriptionOf = (unsubscribeUrl: string | undefined): string | undefined =>
  unsubscribeUrl !== undefined && URL.canParse(unsubscribeUrl)
    ? (new URL(unsubscribeUrl).searchParams.get("SubscriptionArn") ?? undefined)
    : undefined

/**
 * The payload that a function was to get: SNS delivers its notifications to functions in an event of their own,
 * everything else is the payload itself.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export const functionPayload = (original: string): string => {
  const envelope = original.includes('"TopicArn"') ? Option.getOrUndefined(decodeEnvelope(original)) : undefined
  if (envelope === undefined) return original
  const { SigningCertURL, UnsubscribeURL, ...notification } = envelope
  const Sns = {
    ...notification,
    Subject: notification.Subject ?? null,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
    MessageAttributes: notification.MessageAttributes ?? {}
  }
  return JSON.stringify({
    Records: [
      { EventVersion: "1.0", EventSubscriptionArn: subscriptionOf(UnsubscribeURL), EventSource: "aws:sns", Sns }
    ]
  })
}

/** Printed again, because Lambda may have put a payload into its records with other white space. */
const sameSpelling = (payload: string): string => {
  try {
    return JSON.stringify(JSON.parse(payload))
  } catch {
    return payload
  }
}

/** What a function's payload is known by in the ledger, when it comes back as a dead letter. */
export const payloadContent = (payload: string) => ({ body: sameSpelling(payload), attributes: {} })
