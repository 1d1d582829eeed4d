/** The topics of an account and their subscriptions: creating, finding, changing. */
import { randomUUID } from "node:crypto"
import { type Account, arnOf } from "../Account.ts"
import { parsePolicyDocument } from "../iam/policyDocument.ts"
import type { Subscription, Topic } from "./model.ts"
import { invalidParameter, SnsError } from "./SnsError.ts"
import { applySubscriptionAttributes, validateEndpoint } from "./subscriptionAttributes.ts"

/** https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html; delivery feedback is accepted and not acted on. */
const settable =
  /^(Policy|DisplayName|DeliveryPolicy|KmsMasterKeyId|TracingConfig|SignatureVersion|ContentBasedDeduplication|FifoThroughputScope|ArchivePolicy|\w+FeedbackRoleArn|\w+FeedbackSampleRate)$/

/** The topics of an account. */
export class Topics {
  readonly #account: Account
  readonly #topics = new Map<string, Topic>()

  constructor(account: Account) {
    this.#account = account
  }

  /** Every topic. */
  all(): ReadonlyArray<Topic> {
    return [...this.#topics.values()]
  }

  /** A topic, or `undefined`. */
  find(arn: string): Topic | undefined {
    return this.#topics.get(arn)
  }

  /** A topic. Throws `NotFound`, or `InvalidParameter` for text that is no ARN. */
  get(arn: string | undefined): Topic {
    if (arn === undefined || !/^arn:[^:]+:sns:[^:]*:\d{12}:.+$/.test(arn)) throw invalidParameter("TopicArn")
    const topic = this.#topics.get(arn)
    if (!topic) throw new SnsError("NotFound", "Topic does not exist")
    return topic
  }

  /** Creates a topic, or answers the one that has this name and these attributes. */
  create(name: string, attributes: ReadonlyMap<string, string>, tags: ReadonlyMap<string, string>): Topic {
    const fifo = attributes.get("FifoTopic") === "true"
    if (!/^[A-Za-z0-9_-]{1,256}(\.fifo)?$/.test(name)) throw invalidParameter("Topic Name")
    if (fifo !== name.endsWith(".fifo"))
      throw invalidParameter(
        fifo
          ? "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long."
          : "Topic Name"
      )
    const arn = arnOf(this.#account, "sns", name)
    const existing = this.#topics.get(arn)
    if (existing) {
      for (const [key, value] of attributes)
        if (key !== "FifoTopic" && existing.attributes.get(key) !== value)
          throw invalidParameter("Attributes Reason: Topic already exists with different attributes")
      return existing
    }
    const topic: Topic = {
      arn,
      fifo,
      attributes: new Map(),
      tags: new Map(tags),
      policy: undefined,
      subscriptions: new Map(),
      recent: new Map()
    }
    for (const [key, value] of attributes) if (key !== "FifoTopic") this.setAttribute(topic, key, value)
    this.#topics.set(arn, topic)
    return topic
  }

  /** Deletes a topic and its subscriptions; a topic that is not there is no error. */
  delete(arn: string): void {
    this.#topics.delete(arn)
  }

  /** Sets one attribute. Throws `InvalidParameter`. */
  setAttribute(topic: Topic, name: string, value: string): void {
    if (!settable.test(name)) throw invalidParameter("AttributeName")
    if (name === "ContentBasedDeduplication" && !topic.fifo)
      throw invalidParameter("Content-based deduplication can only be set for FIFO topics")
    if (name === "Policy") topic.policy = value === "" ? undefined : this.#policy(value)
    topic.attributes.set(name, value)
  }

  #policy(text: string): Topic["policy"] {
    try {
      return parsePolicyDocument(text)
    } catch (error) {
      throw invalidParameter(`Policy Error: ${error instanceof Error ? error.message : "null"}`)
    }
  }

  /** Attributes as GetTopicAttributes answers them. */
  attributesOf(topic: Topic): Record<string, string> {
    return {
      TopicArn: topic.arn,
      Owner: this.#account.accountId,
      DisplayName: "",
      Policy: JSON.stringify(this.#defaultPolicy(topic)),
      SubscriptionsConfirmed: `${topic.subscriptions.size}`,
      SubscriptionsPending: "0",
      SubscriptionsDeleted: "0",
      ...(topic.fifo ? { FifoTopic: "true", ContentBasedDeduplication: "false" } : {}),
      ...Object.fromEntries(topic.attributes)
    }
  }

  /** What AWS shows for a topic without a policy: its own account may use it. */
  #defaultPolicy(topic: Topic) {
    return {
      Version: "2008-10-17",
      Id: "__default_policy_ID",
      Statement: [
        {
          Sid: "__default_statement_ID",
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Subscribe", "SNS:Publish"],
          Resource: topic.arn,
          Condition: { StringEquals: { "AWS:SourceOwner": this.#account.accountId } }
        }
      ]
    }
  }

  /**
   * Subscribes an endpoint, or answers the subscription that it has. E-mail addresses count as confirmed at once: nobody
   * is there to click.
   */
  subscribe(topic: Topic, protocol: string, endpoint: string, attributes: ReadonlyMap<string, string>): Subscription {
    validateEndpoint(topic, protocol, endpoint)
    for (const existing of topic.subscriptions.values()) {
      if (existing.protocol !== protocol || existing.endpoint !== endpoint) continue
      for (const [key, value] of attributes)
        if (existing.attributes.get(key) !== value)
          throw invalidParameter("Attributes Reason: Subscription already exists with different attributes")
      return existing
    }
    const subscription: Subscription = {
      arn: `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      protocol,
      endpoint,
      attributes: new Map(),
      filter: undefined,
      deadLetterQueueArn: undefined
    }
    applySubscriptionAttributes(subscription, attributes)
    topic.subscriptions.set(subscription.arn, subscription)
    return subscription
  }

  /** A subscription. Throws `NotFound`, or `InvalidParameter` for text that is no ARN. */
  subscription(arn: string | undefined): Subscription {
    const topicArn = arn?.split(":").slice(0, 6).join(":")
    if (arn === undefined || arn.split(":").length !== 7 || topicArn === undefined)
      throw invalidParameter("SubscriptionArn Reason: An ARN must have at least 6 elements, not 1")
    const subscription = this.#topics.get(topicArn)?.subscriptions.get(arn)
    if (!subscription) throw new SnsError("NotFound", "Subscription does not exist")
    return subscription
  }

  /** Ends a subscription; one that is not there is no error. */
  unsubscribe(arn: string): void {
    const topicArn = arn.split(":").slice(0, 6).join(":")
    this.#topics.get(topicArn)?.subscriptions.delete(arn)
  }
}
