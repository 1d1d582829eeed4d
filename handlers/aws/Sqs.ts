/** SQS as an Effect service: the four calls that consumer and healer make. */
import { Context, type Effect } from "effect"
import type { AwsError } from "./AwsError.ts"

/** A message attribute as SQS knows it: a data type and either a string or a binary value. */
export interface MessageAttribute {
  /** `String`, `Number`, `Binary`, or one with a custom label such as `Number.int`. */
  readonly dataType: string
  readonly stringValue?: string | undefined
  readonly binaryValue?: Uint8Array | undefined
}

/** Message attributes by name; at most ten a message. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

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
    readonly send: (queueUrl: string, message: OutgoingMessage) => Effect.Effect<string, AwsError>
    /** Makes a received message visible again after 0–43,200 seconds. */
    readonly changeVisibility: (
      queueUrl: string,
      receiptHandle: string,
      visibilityTimeoutSeconds: number
    ) => Effect.Effect<void, AwsError>
    /** Deletes one received message. */
    readonly delete: (queueUrl: string, receiptHandle: string) => Effect.Effect<void, AwsError>
  }
>()("resilient-queue/aws/Sqs") {}
