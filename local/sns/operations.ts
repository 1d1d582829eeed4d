/** The operations of SNS's API. https://docs.aws.amazon.com/sns/latest/api/API_Operations.html */
import type { Account } from "../Account.ts"
import type { XmlContent } from "../xml.ts"
import type { Publication, Subscription, Topic } from "./model.ts"
import type { Publisher } from "./Publisher.ts"
import { entries, type Fields } from "./queryProtocol.ts"
import { SnsError } from "./SnsError.ts"
import { applySubscriptionAttributes, subscriptionAttributes } from "./subscriptionAttributes.ts"
import type { Topics } from "./Topics.ts"
import { maximumMessageBytes, publicationBytes } from "./validatePublication.ts"

/** What the operations work on. */
export interface OperationContext {
  readonly account: Account
  readonly topics: Topics
  readonly publisher: Publisher
}

/** Runs an operation: fields in, result out. Throws `SnsError`. */
export type Operation = (context: OperationContext, fields: Fields) => XmlContent

/** AWS answers at most 100 topics or subscriptions a page. */
const pageSize = 100

const page = <A>(all: ReadonlyArray<A>, fields: Fields, name: string, write: (each: A) => XmlContent): XmlContent => {
  const start = Number(fields.text("NextToken") ?? 0)
  const end = start + pageSize
  return {
    [name]: { member: all.slice(start, end).map(write) },
    NextToken: end < all.length ? `${end}` : undefined
  }
}

const publication = (fields: Fields): Publication => ({
  message: fields.text("Message") ?? "",
  subject: fields.text("Subject"),
  attributes: fields.messageAttributes(),
  structure: fields.text("MessageStructure"),
  messageGroupId: fields.text("MessageGroupId"),
  messageDeduplicationId: fields.text("MessageDeduplicationId")
})

const publish: Operation = ({ topics, publisher }, fields) => {
  const topic = topics.get(fields.text("TopicArn") ?? fields.text("TargetArn"))
  const { messageId, sequenceNumber } = publisher.publish(topic, publication(fields))
  return { MessageId: messageId, SequenceNumber: sequenceNumber }
}

/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const publishBatch: Operation = ({ topics, publisher }, fields) => {
  const topic = topics.get(fields.text("TopicArn"))
  const batch = fields.list("PublishBatchRequestEntries.member", "Id").map((entry) => ({
    id: entry.text("Id") ?? "",
    publication: publication(entry)
  }))
  if (batch.length === 0) throw new SnsError("EmptyBatchRequest", "The batch request doesn't contain any entries.")
  if (batch.length > 10)
    throw new SnsError("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
  if (new Set(batch.map(({ id }) => id)).size < batch.length)
    throw new SnsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
  if (batch.some(({ id }) => !/^[A-Za-z0-9_-]{1,80}$/.test(id)))
    throw new SnsError(
      "InvalidBatchEntryId",
      "The Id of a batch entry in a batch request doesn't abide by the specification."
    )
  if (batch.reduce((sum, entry) => sum + publicationBytes(entry.publication), 0) > maximumMessageBytes)
    throw new SnsError(
      "BatchRequestTooLong",
      "The length of all the batch messages put together is more than the limit."
    )
  const successful: Array<XmlContent> = []
  const failed: Array<XmlContent> = []
  for (const { id, publication } of batch) {
    try {
      const { messageId, sequenceNumber } = publisher.publish(topic, publication)
      successful.push({ Id: id, MessageId: messageId, SequenceNumber: sequenceNumber })
    } catch (error) {
      if (!(error instanceof SnsError)) throw error
      failed.push({ Id: id, Code: error.code, Message: error.message, SenderFault: true })
    }
  }
  return { Successful: { member: successful }, Failed: { member: failed } }
}

const writeTopic = (topic: Topic): XmlContent => ({ TopicArn: topic.arn })

const writeSubscription =
  ({ account }: OperationContext) =>
  (subscription: Subscription): XmlContent => ({
    SubscriptionArn: subscription.arn,
    Owner: account.accountId,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: subscription.topicArn
  })

const topicOf = ({ topics }: OperationContext, fields: Fields) => topics.get(fields.text("TopicArn"))

/** The operations by name. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["Publish", publish],
  ["PublishBatch", publishBatch],
  [
    "CreateTopic",
    ({ topics }, fields) =>
      writeTopic(
        topics.create(
          fields.required("Name"),
          fields.map("Attributes.entry", "key", "value"),
          fields.map("Tags.member", "Key", "Value")
        )
      )
  ],
  [
    "DeleteTopic",
    ({ topics }, fields) => {
      topics.delete(fields.required("TopicArn"))
      return undefined
    }
  ],
  ["ListTopics", ({ topics }, fields) => page(topics.all(), fields, "Topics", writeTopic)],
  [
    "GetTopicAttributes",
    (context, fields) => ({ Attributes: entries(context.topics.attributesOf(topicOf(context, fields))) })
  ],
  [
    "SetTopicAttributes",
    (context, fields) => {
      context.topics.setAttribute(
        topicOf(context, fields),
        fields.required("AttributeName"),
        fields.text("AttributeValue") ?? ""
      )
      return undefined
    }
  ],
  [
    "Subscribe",
    (context, fields) => ({
      SubscriptionArn: context.topics.subscribe(
        topicOf(context, fields),
        fields.required("Protocol"),
        fields.text("Endpoint") ?? "",
        fields.map("Attributes.entry", "key", "value")
      ).arn
    })
  ],
  [
    "Unsubscribe",
    ({ topics }, fields) => {
      topics.unsubscribe(fields.required("SubscriptionArn"))
      return undefined
    }
  ],
  [
    "ListSubscriptions",
    (context, fields) =>
      page(
        context.topics.all().flatMap((topic) => [...topic.subscriptions.values()]),
        fields,
        "Subscriptions",
        writeSubscription(context)
      )
  ],
  [
    "ListSubscriptionsByTopic",
    (context, fields) =>
      page([...topicOf(context, fields).subscriptions.values()], fields, "Subscriptions", writeSubscription(context))
  ],
  [
    "GetSubscriptionAttributes",
    ({ account, topics }, fields) => ({
      Attributes: entries(
        subscriptionAttributes(topics.subscription(fields.text("SubscriptionArn")), account.accountId)
      )
    })
  ],
  [
    "SetSubscriptionAttributes",
    ({ topics }, fields) => {
      applySubscriptionAttributes(
        topics.subscription(fields.text("SubscriptionArn")),
        new Map([[fields.required("AttributeName"), fields.text("AttributeValue") ?? ""]])
      )
      return undefined
    }
  ],
  [
    "ListTagsForResource",
    ({ topics }, fields) => ({
      Tags: { member: [...topics.get(fields.text("ResourceArn")).tags].map(([Key, Value]) => ({ Key, Value })) }
    })
  ],
  [
    "TagResource",
    ({ topics }, fields) => {
      const topic = topics.get(fields.text("ResourceArn"))
      for (const [key, value] of fields.map("Tags.member", "Key", "Value")) topic.tags.set(key, value)
      return undefined
    }
  ],
  [
    "UntagResource",
    ({ topics }, fields) => {
      const topic = topics.get(fields.text("ResourceArn"))
      for (const key of fields.texts("TagKeys.member")) topic.tags.delete(key)
      return undefined
    }
  ]
])
