/** What people ask SQS, apart from what functions do: so that no bundle of a function grows by it. */
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message as SdkMessage,
  SQSClient
} from "@aws-sdk/client-sqs"
import { Context, Effect, Layer } from "effect"
import type { AwsError } from "./AwsError.ts"
import type { MessageAttributes } from "./MessageAttribute.ts"
import { clientConfig, present, sdkCall } from "./sdkCall.ts"

/** How full a queue is, and how long it keeps a message. SQS's counts are approximate: it says so itself. */
export interface QueueDepth {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
  readonly retentionSeconds: number
  readonly visibilityTimeoutSeconds: number
}

/** A received message, with all that is needed to send it on as it is. */
export interface InspectedMessage {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly attributes: MessageAttributes
  /** When it was sent to this queue, epoch milliseconds. */
  readonly sentAt: number
  readonly messageGroupId: string | undefined
}

const attributeNames = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "MessageRetentionPeriod",
  "VisibilityTimeout"
] as const

const inspected = (message: SdkMessage): InspectedMessage => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  attributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType ?? "String",
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue })
      }
    ])
  ),
  sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
  messageGroupId: message.Attributes?.MessageGroupId
})

/** SQS as a person uses it: depths, and messages in hand. */
export class QueueInspection extends Context.Service<
  QueueInspection,
  {
    /** Needs `sqs:GetQueueAttributes`. */
    readonly depth: (queueUrl: string) => Effect.Effect<QueueDepth, AwsError>
    /** Up to ten messages, invisible to others for so long; none when none is visible. Needs `sqs:ReceiveMessage`. */
    readonly receive: (
      queueUrl: string,
      visibilityTimeoutSeconds: number
    ) => Effect.Effect<ReadonlyArray<InspectedMessage>, AwsError>
  }
>()("resilient-queue/aws/QueueInspection") {
  /** The real one; region, credentials and endpoint come from the environment. */
  static readonly layer = Layer.effect(
    QueueInspection,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => new SQSClient(clientConfig)),
        (client) => Effect.sync(() => client.destroy())
      ),
      (client) =>
        QueueInspection.of({
          depth: Effect.fnUntraced(function* (queueUrl) {
            const { Attributes } = yield* sdkCall({ service: "sqs", operation: "GetQueueAttributes" }, (abortSignal) =>
              client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...attributeNames] }), {
                abortSignal
              })
            )
            const attributes = yield* present(Attributes, "the queue's attributes")
            const number = (name: (typeof attributeNames)[number]): number => Number(attributes[name] ?? 0)
            return {
              visible: number("ApproximateNumberOfMessages"),
              inFlight: number("ApproximateNumberOfMessagesNotVisible"),
              delayed: number("ApproximateNumberOfMessagesDelayed"),
              retentionSeconds: number("MessageRetentionPeriod"),
              visibilityTimeoutSeconds: number("VisibilityTimeout")
            }
          }),
          receive: Effect.fnUntraced(function* (queueUrl, visibilityTimeoutSeconds) {
            const { Messages } = yield* sdkCall({ service: "sqs", operation: "ReceiveMessage" }, (abortSignal) =>
              client.send(
                new ReceiveMessageCommand({
                  QueueUrl: queueUrl,
                  MaxNumberOfMessages: 10,
                  // A long poll asks all of SQS's servers: a short one may find nothing where there is something.
                  WaitTimeSeconds: 1,
                  VisibilityTimeout: visibilityTimeoutSeconds,
                  MessageAttributeNames: ["All"],
                  MessageSystemAttributeNames: ["SentTimestamp", "MessageGroupId"]
                }),
                { abortSignal }
              )
            )
            return (Messages ?? []).map(inspected)
          })
        })
    )
  )
}
