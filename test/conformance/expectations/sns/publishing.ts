/** What AWS documents about topics, and what SNS refuses. */
import assert from "node:assert/strict"
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand
} from "@aws-sdk/client-sns"
import { expectationsOf, refuses } from "../../Expectation.ts"
import { createTopic, publish, text, topicWithQueue } from "../../fixtures/snsTopic.ts"
import { receiveCount } from "../../fixtures/sqsQueue.ts"

const reference = (operation: string) => `https://docs.aws.amazon.com/sns/latest/api/API_${operation}.html`

/** Topics, subscriptions and refusals. */
export const snsPublishingExpectations = expectationsOf("sns", [
  {
    title: "Creating a topic again answers the topic that there is",
    link: reference("CreateTopic"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      const Name = topicArn.split(":").at(-1)
      assert.equal((await context.sns.send(new CreateTopicCommand({ Name }))).TopicArn, topicArn)
    }
  },
  {
    title: "A topic shows the attributes that were set",
    link: reference("SetTopicAttributes"),
    run: async (context) => {
      const TopicArn = await createTopic(context)
      await context.sns.send(
        new SetTopicAttributesCommand({ TopicArn, AttributeName: "DisplayName", AttributeValue: "Orders & more" })
      )
      const { Attributes } = await context.sns.send(new GetTopicAttributesCommand({ TopicArn }))
      assert.equal(Attributes?.["DisplayName"], "Orders & more")
      assert.equal(Attributes?.["TopicArn"], TopicArn)
    }
  },
  {
    title: "Publishing to a topic that does not exist is refused with NotFound",
    link: reference("Publish"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      await refuses(publish(context, `${topicArn}-not`, "m"), "NotFoundException")
    }
  },
  {
    title: "An empty message is refused",
    link: reference("Publish"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      await refuses(publish(context, topicArn, ""), "InvalidParameterException")
    }
  },
  {
    title: "A message of 256 KiB is accepted, and one byte more is refused",
    link: reference("Publish"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      await publish(context, topicArn, "x".repeat(262_144))
      await refuses(publish(context, topicArn, "x".repeat(262_145)), "InvalidParameterException")
    }
  },
  {
    title: "A subject of more than 100 characters is refused",
    link: reference("Publish"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      await publish(context, topicArn, "m", { Subject: "s".repeat(100) })
      await refuses(publish(context, topicArn, "m", { Subject: "s".repeat(101) }), "InvalidParameterException")
    }
  },
  {
    title: "A message attribute needs a value, of a type that starts with String, Number or Binary",
    link: "https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html",
    run: async (context) => {
      const topicArn = await createTopic(context)
      const publishWith = (DataType: string, StringValue: string) =>
        publish(context, topicArn, "m", { MessageAttributes: { a: { DataType, StringValue } } })
      await refuses(publishWith("String", ""), "InvalidParameterValueException", "ParameterValueInvalid")
      await refuses(publishWith("Text", "x"), "InvalidParameterValueException", "ParameterValueInvalid")
    }
  },
  {
    title: "A batch answers each entry, and refuses ids that are not distinct",
    link: reference("PublishBatch"),
    run: async (context) => {
      const { topicArn, queue } = await topicWithQueue(context, { RawMessageDelivery: "true" })
      const entry = (Id: string) => ({ Id, Message: Id, MessageAttributes: { id: text(Id) } })
      const batch = (ids: ReadonlyArray<string>) =>
        context.sns.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: ids.map(entry) }))
      const { Successful, Failed } = await batch(["one", "two"])
      assert.deepEqual(Successful?.map(({ Id }) => Id).sort(), ["one", "two"])
      assert.equal(Failed?.length ?? 0, 0)
      const bodies = (await receiveCount(context, queue, 2)).map(({ Body }) => Body).sort()
      assert.deepEqual(bodies, ["one", "two"])
      await refuses(batch(["one", "one"]), "BatchEntryIdsNotDistinctException")
    }
  },
  {
    title: "Subscribing an endpoint again answers the subscription that there is, and other attributes are refused",
    link: reference("Subscribe"),
    run: async (context) => {
      const { topicArn, queue, subscriptionArn } = await topicWithQueue(context, { RawMessageDelivery: "true" })
      const again = (RawMessageDelivery: string) =>
        context.sns.send(
          new SubscribeCommand({
            TopicArn: topicArn,
            Protocol: "sqs",
            Endpoint: queue.arn,
            Attributes: { RawMessageDelivery }
          })
        )
      assert.equal((await again("true")).SubscriptionArn, subscriptionArn)
      await refuses(again("false"), "InvalidParameterException")
    }
  },
  {
    title: "A subscription shows its attributes, and is gone after Unsubscribe",
    link: reference("GetSubscriptionAttributes"),
    run: async (context) => {
      const { topicArn, queue, subscriptionArn } = await topicWithQueue(context)
      const SubscriptionArn = subscriptionArn
      await context.sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn,
          AttributeName: "RawMessageDelivery",
          AttributeValue: "true"
        })
      )
      const { Attributes } = await context.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))
      assert.equal(Attributes?.["RawMessageDelivery"], "true")
      assert.equal(Attributes?.["Protocol"], "sqs")
      assert.equal(Attributes?.["Endpoint"], queue.arn)
      await context.sns.send(new UnsubscribeCommand({ SubscriptionArn }))
      const left = await context.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }))
      assert.deepEqual(left.Subscriptions ?? [], [])
    }
  },
  {
    title: "A filter policy that is not valid is refused",
    link: "https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html",
    run: async (context) => {
      const { subscriptionArn } = await topicWithQueue(context)
      const set = (AttributeValue: string) =>
        context.sns.send(
          new SetSubscriptionAttributesCommand({
            SubscriptionArn: subscriptionArn,
            AttributeName: "FilterPolicy",
            AttributeValue
          })
        )
      await refuses(set("not json"), "InvalidParameterException")
      await refuses(set('{"kind":"order"}'), "InvalidParameterException")
    }
  },
  {
    title: "The endpoint of a subscription with protocol lambda is the ARN of a function, and gets no raw messages",
    link: reference("Subscribe"),
    run: async (context) => {
      const topicArn = await createTopic(context)
      const functionArn = topicArn.replace(":sns:", ":lambda:").replace(/[^:]+$/, "function:none")
      const subscribeTo = (Endpoint: string, Attributes: Record<string, string> = {}) =>
        context.sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "lambda", Endpoint, Attributes }))
      await refuses(subscribeTo("https://example.com"), "InvalidParameterException")
      await refuses(subscribeTo(functionArn, { RawMessageDelivery: "true" }), "InvalidParameterException")
    }
  },
  {
    title: "A FIFO topic refuses a message without a message group",
    link: "https://docs.aws.amazon.com/sns/latest/dg/fifo-message-grouping.html",
    run: async (context) => {
      const topicArn = await createTopic(context, { FifoTopic: "true", ContentBasedDeduplication: "true" })
      await refuses(publish(context, topicArn, "m"), "InvalidParameterException")
      const { SequenceNumber } = await publish(context, topicArn, "m", { MessageGroupId: "group" })
      assert.ok(SequenceNumber, "a FIFO topic answers a sequence number")
    }
  }
])
