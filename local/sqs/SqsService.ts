/** What the other parts of the embedded AWS ask of SQS, besides its HTTP API. */
import type { EmbeddedService, Principal } from "../EmbeddedService.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"

/** A message attribute in SQS's own JSON spelling. */
export interface WireMessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  /** Base64. */
  readonly BinaryValue?: string
}

/** A message as a receiver gets it. */
export interface ReceivedMessage {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly md5OfBody: string
  readonly md5OfMessageAttributes?: string
  readonly messageAttributes: Readonly<Record<string, WireMessageAttribute>>
  /** System attributes: ApproximateReceiveCount, SentTimestamp, SenderId, DeadLetterQueueSourceArn, MessageGroupId … */
  readonly attributes: Readonly<Record<string, string>>
}

/** What a queue holds now. */
export interface QueueDepth {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
  /** Age of the oldest message that was not deleted, in seconds; 0 when empty. */
  readonly oldestAgeSeconds: number
}

/** SQS inside the process. */
export interface SqsService extends EmbeddedService {
  readonly resources: ResourceProviders
  /** Sends for another service (SNS, EventBridge): the queue's policy is enforced by the caller through `Iam.decide`. */
  readonly send: (
    queueArn: string,
    message: {
      readonly body: string
      readonly messageAttributes?: Readonly<Record<string, WireMessageAttribute>>
      readonly messageGroupId?: string
      readonly messageDeduplicationId?: string
      readonly senderId?: string
    }
  ) => { readonly messageId: string }
  /** Long-polls for an event source mapping; resolves with none when `waitSeconds` pass or `signal` aborts. */
  readonly receive: (
    queueArn: string,
    options: { readonly maxMessages: number; readonly waitSeconds: number; readonly signal: AbortSignal }
  ) => Promise<ReadonlyArray<ReceivedMessage>>
  readonly delete: (queueArn: string, receiptHandle: string) => void
  readonly changeVisibility: (queueArn: string, receiptHandle: string, seconds: number) => void
  readonly depth: (queueArn: string) => QueueDepth
  /** Attributes as GetQueueAttributes gives them: VisibilityTimeout, RedrivePolicy, Policy, FifoQueue … */
  readonly attributes: (queueArn: string) => Readonly<Record<string, string>>
  readonly queueUrl: (queueArn: string) => string
  readonly queueArns: () => ReadonlyArray<string>
  /** Tells of every message that is sent, received, deleted or moved to a dead-letter queue; for logs and the console. */
  readonly subscribe: (listener: (event: SqsEvent) => void) => () => void
  readonly close: () => void
}

/** Something that happened to a message. */
export interface SqsEvent {
  readonly kind: "sent" | "received" | "deleted" | "dead-lettered"
  readonly queueArn: string
  readonly messageId: string
  readonly principal?: Principal
}
