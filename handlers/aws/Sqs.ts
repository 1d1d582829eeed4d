/** SQS as an Effect service: the four calls that consumer and healer make. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  SQSClient
} from "@aws-sdk/client-sqs"
import { Context, Effect, Layer } from "effect"
import type { AwsError } from "./AwsError.ts"
import { type MessageAttributes, sdkAttributes } from "./MessageAttribute.ts"
import { clientConfig, present, sdkCall } from "./sdkCall.ts"

export type { MessageAttribute, MessageAttributes } from "./MessageAttribute.ts"

/** A message to send. */
export interface OutgoingMessage {
  readonly body: string
  readonly attributes: MessageAttributes
  /** 0–900; not on FIFO queues. */
  readonly delaySeconds?: number | undefined
  /** FIFO queues only. */
  readonly messageGroupId?: string | undefined
  /** FIFO queues only. */
  readonly messageDeduplicationId?: string | undefined
}

/** SQS: send, change visibility, delete. */
export class Sqs extends Context.Service<
  Sqs,
  {
    /** Sends one message; succeeds with its message id once SQS has accepted it. */
    readonly send: (
      queueUrl: string,
      message: OutgoingMessage,
      options?: {
        /** Whether a request whose answer is lost is not repeated: a repeat would be a second message. @default false */
        readonly once?: boolean | undefined
      }
    ) => Effect.Effect<string, AwsError>
    /** Makes a received message visible again after 0–43,200 seconds. */
    readonly changeVisibility: (
      queueUrl: string,
      receiptHandle: string,
      visibilityTimeoutSeconds: number
    ) => Effect.Effect<void, AwsError>
    /** Deletes one received message. */
    readonly delete: (queueUrl: string, receiptHandle: string) => Effect.Effect<void, AwsError>
  }
>()("resilient-queue/aws/Sqs") {
  /** The real one; region, credentials and endpoint come from the environment. */
  static readonly layer = Layer.effect(
    Sqs,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => ({
          client: new SQSClient(clientConfig),
          once: new SQSClient({ ...clientConfig, maxAttempts: 1 })
        })),
        ({ client, once }) =>
          Effect.sync(() => {
            client.destroy()
            once.destroy()
          })
      ),
      ({ client, once }) =>
        Sqs.of({
          send: Effect.fnUntraced(function* (queueUrl, message, options) {
            const { MessageId } = yield* sdkCall({ service: "sqs", operation: "SendMessage" }, (abortSignal) =>
              (options?.once === true ? once : client).send(
                new SendMessageCommand({
                  QueueUrl: queueUrl,
                  MessageBody: message.body,
                  MessageAttributes: sdkAttributes(message.attributes),
                  DelaySeconds: message.delaySeconds,
                  MessageGroupId: message.messageGroupId,
                  MessageDeduplicationId: message.messageDeduplicationId
                }),
                { abortSignal }
              )
            )
            return yield* present(MessageId, "a message id")
          }),
          changeVisibility: (queueUrl, receiptHandle, visibilityTimeoutSeconds) =>
            Effect.asVoid(
              sdkCall({ service: "sqs", operation: "ChangeMessageVisibility" }, (abortSignal) =>
                client.send(
                  new ChangeMessageVisibilityCommand({
                    QueueUrl: queueUrl,
                    ReceiptHandle: receiptHandle,
                    VisibilityTimeout: visibilityTimeoutSeconds
                  }),
                  { abortSignal }
                )
              )
            ),
          delete: (queueUrl, receiptHandle) =>
            Effect.asVoid(
              sdkCall({ service: "sqs", operation: "DeleteMessage" }, (abortSignal) =>
                client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }), {
                  abortSignal
                })
              )
            )
        })
    )
  )
}
