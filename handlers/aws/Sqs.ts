/** SQS as an Effect service: the calls that consumer and healer make. */
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient
} from "@aws-sdk/client-sqs"
import { Context, Effect, Layer, type Result } from "effect"
import { messageBytes } from "../failure/room.ts"
import type { AwsError } from "./AwsError.ts"
import { type MessageAttributes, sdkAttributes } from "./MessageAttribute.ts"
import { clientConfig, lazyClient, present, sdkCall } from "./sdkCall.ts"
import { batchesOf, runBatches } from "./sqsBatches.ts"

export type { MessageAttribute, MessageAttributes } from "./MessageAttribute.ts"

/** A message to send. */
export interface OutgoingMessage {
  /** Its text: up to 1 MiB with the attributes. */
  readonly body: string
  /** Its message attributes, at most ten. */
  readonly attributes: MessageAttributes
  /** 0–900; not on FIFO queues. */
  readonly delaySeconds?: number | undefined
  /** Its order on a FIFO queue; on a standard queue its share of a fair one. */
  readonly messageGroupId?: string | undefined
  /** FIFO queues only. */
  readonly messageDeduplicationId?: string | undefined
}

/** How a message is sent. */
export interface SendOptions {
  /** Whether a request whose answer is lost is not repeated: a repeat would be a second message. @default false */
  readonly once?: boolean | undefined
}

/** A received message, and when it is to be visible again. */
export interface VisibilityChange {
  /** What SQS gave with this receive of it. */
  readonly receiptHandle: string
  /** After how many seconds. Range: 0–43,200. */
  readonly visibilityTimeoutSeconds: number
}

const sdkMessage = (message: OutgoingMessage) => ({
  MessageBody: message.body,
  MessageAttributes: sdkAttributes(message.attributes),
  DelaySeconds: message.delaySeconds,
  MessageGroupId: message.messageGroupId,
  MessageDeduplicationId: message.messageDeduplicationId
})

/** SQS: send, change visibility, delete; one by one, or many in requests of ten. */
export class Sqs extends Context.Service<
  Sqs,
  {
    /** Sends one message; succeeds with its message id once SQS has accepted it. */
    readonly send: (
      queueUrl: string,
      message: OutgoingMessage,
      options?: SendOptions
    ) => Effect.Effect<string, AwsError>
    /** Sends many messages; one result each, its message id once SQS has accepted it. */
    readonly sendBatch: (
      queueUrl: string,
      messages: ReadonlyArray<OutgoingMessage>,
      options?: SendOptions
    ) => Effect.Effect<ReadonlyArray<Result.Result<string, AwsError>>>
    /** Makes a received message visible again after 0–43,200 seconds. */
    readonly changeVisibility: (
      queueUrl: string,
      receiptHandle: string,
      visibilityTimeoutSeconds: number
    ) => Effect.Effect<void, AwsError>
    /** Makes received messages visible again, each at its own time; one result each. */
    readonly changeVisibilityBatch: (
      queueUrl: string,
      changes: ReadonlyArray<VisibilityChange>
    ) => Effect.Effect<ReadonlyArray<Result.Result<unknown, AwsError>>>
    /** Deletes one received message. */
    readonly delete: (queueUrl: string, receiptHandle: string) => Effect.Effect<void, AwsError>
    /** Deletes received messages; one result each. */
    readonly deleteBatch: (
      queueUrl: string,
      receiptHandles: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyArray<Result.Result<unknown, AwsError>>>
  }
>()("resilient-queue/aws/Sqs") {
  /** The real one; region, credentials and endpoint come from the environment. */
  static readonly layer = Layer.effect(
    Sqs,
    Effect.map(
      Effect.all({
        client: lazyClient(() => new SQSClient(clientConfig)),
        once: lazyClient(() => new SQSClient({ ...clientConfig, maxAttempts: 1 }))
      }),
      ({ client, once }) =>
        Sqs.of({
          send: Effect.fnUntraced(function* (queueUrl, message, options) {
            const { MessageId } = yield* sdkCall({ service: "sqs", operation: "SendMessage" }, (abortSignal) =>
              (options?.once === true ? once : client)
                .get()
                .send(new SendMessageCommand({ QueueUrl: queueUrl, ...sdkMessage(message) }), { abortSignal })
            )
            return yield* present(MessageId, "a message id")
          }),
          sendBatch: (queueUrl, messages, options) =>
            runBatches(
              "SendMessageBatch",
              batchesOf(messages, ({ body, attributes }) => messageBytes(body, attributes)),
              (entries, abortSignal) =>
                (options?.once === true ? once : client).get().send(
                  new SendMessageBatchCommand({
                    QueueUrl: queueUrl,
                    Entries: entries.map(({ id, entry }) => ({ Id: id, ...sdkMessage(entry) }))
                  }),
                  { abortSignal }
                )
            ),
          changeVisibilityBatch: (queueUrl, changes) =>
            runBatches("ChangeMessageVisibilityBatch", batchesOf(changes), (entries, abortSignal) =>
              client.get().send(
                new ChangeMessageVisibilityBatchCommand({
                  QueueUrl: queueUrl,
                  Entries: entries.map(({ id, entry }) => ({
                    Id: id,
                    ReceiptHandle: entry.receiptHandle,
                    VisibilityTimeout: entry.visibilityTimeoutSeconds
                  }))
                }),
                { abortSignal }
              )
            ),
          deleteBatch: (queueUrl, receiptHandles) =>
            runBatches("DeleteMessageBatch", batchesOf(receiptHandles), (entries, abortSignal) =>
              client.get().send(
                new DeleteMessageBatchCommand({
                  QueueUrl: queueUrl,
                  Entries: entries.map(({ id, entry }) => ({ Id: id, ReceiptHandle: entry }))
                }),
                { abortSignal }
              )
            ),
          changeVisibility: (queueUrl, receiptHandle, visibilityTimeoutSeconds) =>
            Effect.asVoid(
              sdkCall({ service: "sqs", operation: "ChangeMessageVisibility" }, (abortSignal) =>
                client.get().send(
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
                client.get().send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }), {
                  abortSignal
                })
              )
            )
        })
    )
  )
}
