/** Topics, subscriptions, and what is published to them. */
import type { PolicyDocument } from "../EmbeddedService.ts"
import type { WireMessageAttribute } from "../sqs/SqsService.ts"
import type { FilterPolicy } from "./filterPolicy.ts"

/** A topic. */
export interface Topic {
  readonly arn: string
  readonly fifo: boolean
  /** As SetTopicAttributes sets them: DisplayName, Policy, ContentBasedDeduplication … */
  readonly attributes: Map<string, string>
  readonly tags: Map<string, string>
  /** Parsed `Policy`; `undefined` when none was set: then only identity policies decide. */
  policy: PolicyDocument | undefined
  readonly subscriptions: Map<string, Subscription>
  /** FIFO: message ids by deduplication id, each until an epoch millisecond. */
  readonly recent: Map<string, { readonly messageId: string; readonly until: number }>
}

/** A subscription of a topic. */
export interface Subscription {
  readonly arn: string
  readonly topicArn: string
  readonly protocol: string
  /** The ARN of a queue or a function, or an e-mail address. */
  readonly endpoint: string
  /** As SetSubscriptionAttributes sets them: RawMessageDelivery, FilterPolicy, RedrivePolicy … */
  readonly attributes: Map<string, string>
  /** Parsed `FilterPolicy`. */
  filter: FilterPolicy | undefined
  /** `deadLetterTargetArn` of the parsed `RedrivePolicy`. */
  deadLetterQueueArn: string | undefined
}

/** A message attribute: SNS and SQS spell them alike. */
export type SnsAttributes = Readonly<Record<string, WireMessageAttribute>>

/** What a publisher hands over. */
export interface Publication {
  readonly message: string
  /** At most 100 ASCII characters. */
  readonly subject?: string | undefined
  readonly attributes?: SnsAttributes | undefined
  /** `json` when `message` holds one message a protocol. */
  readonly structure?: string | undefined
  /** FIFO topics only. */
  readonly messageGroupId?: string | undefined
  /** FIFO topics only. */
  readonly messageDeduplicationId?: string | undefined
}

/** A message that a topic has accepted. */
export interface PublishedMessage extends Publication {
  readonly topicArn: string
  readonly messageId: string
  /** Epoch milliseconds. */
  readonly at: number
  /** FIFO topics only. */
  readonly sequenceNumber?: string | undefined
}

/** What became of a message at one subscription. */
export interface Delivery {
  readonly published: PublishedMessage
  readonly subscriptionArn: string
  readonly protocol: string
  readonly endpoint: string
  /** `lost`: undeliverable, and no dead-letter queue took it. */
  readonly outcome: "delivered" | "dead-lettered" | "lost"
  /** Why it was not delivered. */
  readonly reason?: string | undefined
}
