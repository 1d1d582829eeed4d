import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand
} from "@aws-sdk/client-sns"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { systemClock } from "../../../local/EmbeddedService.ts"
import type { Delivery } from "../../../local/sns/model.ts"
import { createSns, type SnsService } from "../../../local/sns/SnsService.ts"
import { createResource } from "../createResource.ts"
import { type OnGateway, onGateway } from "../onGateway.ts"
import { FakeQueues } from "./FakeQueues.ts"

const queues = new FakeQueues()
let now = Date.UTC(2025, 0, 1)
let aws: OnGateway<SnsService>
let client: SNSClient
let deliveries: Array<Delivery> = []
beforeAll(async () => {
  aws = await onGateway((account, iam) =>
    createSns({ account, iam, sqs: queues, clock: { ...systemClock, now: () => now } })
  )
  client = new SNSClient(aws.client())
  aws.service.onDelivery((delivery) => deliveries.push(delivery))
})
afterAll(async () => {
  client.destroy()
  await aws.close()
})
beforeEach(() => {
  deliveries = []
})

let names = 0
const unique = (purpose: string) => {
  names += 1
  return `${purpose}-${names}`
}

const topicWithQueue = async (attributes: Record<string, string> = {}) => {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: unique("topic") }))
  const queueArn = queues.create(unique("queue"))
  const { SubscriptionArn } = await client.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes: attributes })
  )
  return { TopicArn, queueArn, SubscriptionArn }
}

const manyAttributes = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { DataType: "String", StringValue: "x" }])
  )

describe("the SNS of the embedded AWS", () => {
  it("wraps a message in an envelope with its attributes, subject and topic", async () => {
    const { TopicArn, queueArn } = await topicWithQueue()
    const published = await client.send(
      new PublishCommand({
        TopicArn,
        Message: "hello",
        Subject: "greeting",
        MessageAttributes: {
          kind: { DataType: "String", StringValue: "order" },
          bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 255]) }
        }
      })
    )
    const [message] = queues.messages(queueArn)
    expect(JSON.parse(message?.body ?? "")).toMatchObject({
      Type: "Notification",
      MessageId: published.MessageId,
      TopicArn,
      Subject: "greeting",
      Message: "hello",
      Timestamp: "2025-01-01T00:00:00.000Z",
      MessageAttributes: {
        kind: { Type: "String", Value: "order" },
        bytes: { Type: "Binary", Value: Buffer.from([1, 2, 255]).toString("base64") }
      }
    })
    expect(message?.messageAttributes).toEqual({})
  })

  it("hands any message over byte for byte when delivery is raw, with its attributes as SQS attributes", async () => {
    const { TopicArn, queueArn } = await topicWithQueue({ RawMessageDelivery: "true" })
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
        fc.string({ unit: "grapheme", minLength: 1 }),
        async (body, value) => {
          await client.send(
            new PublishCommand({
              TopicArn,
              Message: body,
              MessageAttributes: { note: { DataType: "String", StringValue: value } }
            })
          )
          expect(queues.messages(queueArn).at(-1)).toMatchObject({
            body,
            messageAttributes: { note: { DataType: "String", StringValue: value } }
          })
        }
      ),
      { numRuns: 40 }
    )
  })

  it("does not deliver more than ten attributes raw: the message goes to the dead-letter queue whole", async () => {
    const deadLetters = queues.create(unique("dead-letters"))
    const { TopicArn, queueArn } = await topicWithQueue({
      RawMessageDelivery: "true",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters })
    })
    await client.send(new PublishCommand({ TopicArn, Message: "ten", MessageAttributes: manyAttributes(10) }))
    await client.send(new PublishCommand({ TopicArn, Message: "eleven", MessageAttributes: manyAttributes(11) }))
    expect(queues.messages(queueArn).map(({ body }) => body)).toEqual(["ten"])
    const [dead] = queues.messages(deadLetters)
    expect(JSON.parse(dead?.body ?? "")).toMatchObject({ Message: "eleven" })
    expect(Object.keys(JSON.parse(dead?.body ?? "").MessageAttributes)).toHaveLength(11)
    expect(deliveries.at(-1)).toMatchObject({ outcome: "dead-lettered" })
  })

  it("dead-letters what a queue's policy refuses, unchanged", async () => {
    const deadLetters = queues.create(unique("dead-letters"))
    const { TopicArn, queueArn } = await topicWithQueue({
      RawMessageDelivery: "true",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters })
    })
    queues.setPolicy(queueArn, JSON.stringify({ Version: "2012-10-17", Statement: [] }))
    const attributes = { kind: { DataType: "String", StringValue: "order" } }
    await client.send(new PublishCommand({ TopicArn, Message: "refused", MessageAttributes: attributes }))
    expect(queues.messages(queueArn)).toEqual([])
    expect(queues.messages(deadLetters)).toMatchObject([{ body: "refused", messageAttributes: attributes }])
  })

  it("lets a queue accept one topic by aws:SourceArn and refuse another", async () => {
    const mine = await topicWithQueue()
    const { TopicArn: other } = await client.send(new CreateTopicCommand({ Name: unique("topic") }))
    await client.send(new SubscribeCommand({ TopicArn: other, Protocol: "sqs", Endpoint: mine.queueArn }))
    queues.setPolicy(
      mine.queueArn,
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: mine.queueArn,
            Condition: { ArnEquals: { "aws:SourceArn": mine.TopicArn } }
          },
          {
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: mine.queueArn,
            Condition: { Bool: { "aws:SecureTransport": "false" } }
          }
        ]
      })
    )
    await client.send(new PublishCommand({ TopicArn: mine.TopicArn, Message: "mine" }))
    await client.send(new PublishCommand({ TopicArn: other, Message: "other" }))
    expect(queues.messages(mine.queueArn)).toHaveLength(1)
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(["delivered", "lost"])
  })

  it("dead-letters what a queue is no longer there for, or does not take", async () => {
    const deadLetters = queues.create(unique("dead-letters"))
    const redrive = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters }) }
    const { TopicArn, queueArn } = await topicWithQueue(redrive)
    queues.refuse(queueArn, "message must be shorter than 1024 bytes")
    await client.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: "arn:aws:sqs:eu-central-1:123456789012:gone",
        Attributes: redrive
      })
    )
    await client.send(new PublishCommand({ TopicArn, Message: "m" }))
    expect(queues.messages(deadLetters)).toHaveLength(2)
    expect(deliveries.map(({ reason }) => reason)).toEqual([
      "message must be shorter than 1024 bytes",
      "there is no queue arn:aws:sqs:eu-central-1:123456789012:gone"
    ])
  })

  it("refuses a message of more than 256 KiB, attributes counted, and takes one of just that", async () => {
    const { TopicArn, queueArn } = await topicWithQueue({ RawMessageDelivery: "true" })
    const attributes = { n: { DataType: "String", StringValue: "v" } }
    const room = 262_144 - "nStringv".length
    await client.send(new PublishCommand({ TopicArn, Message: "x".repeat(room), MessageAttributes: attributes }))
    expect(queues.messages(queueArn)).toHaveLength(1)
    await expect(
      client.send(new PublishCommand({ TopicArn, Message: "x".repeat(room + 1), MessageAttributes: attributes }))
    ).rejects.toMatchObject({ name: "InvalidParameterException", message: "Invalid parameter: Message too long" })
    expect(queues.messages(queueArn)).toHaveLength(1)
  })

  it("refuses bad messages as AWS does", async () => {
    const { TopicArn } = await topicWithQueue()
    const refusal = (more: Omit<ConstructorParameters<typeof PublishCommand>[0], "TopicArn">) =>
      client.send(new PublishCommand({ TopicArn, ...more })).catch((error: unknown) => error)
    expect(await refusal({ Message: "" })).toMatchObject({ name: "InvalidParameterException" })
    expect(await refusal({ Message: "m", Subject: "two\nlines" })).toMatchObject({ name: "InvalidParameterException" })
    expect(
      await refusal({ Message: "m", MessageAttributes: { a: { DataType: "Text", StringValue: "x" } } })
    ).toMatchObject({ name: "InvalidParameterValueException" })
    expect(
      await refusal({ Message: "m", MessageAttributes: { a: { DataType: "String", StringValue: "" } } })
    ).toMatchObject({ name: "InvalidParameterValueException" })
    expect(await refusal({ Message: "no json", MessageStructure: "json" })).toMatchObject({
      name: "InvalidParameterException"
    })
    await expect(client.send(new PublishCommand({ TopicArn: `${TopicArn}-not`, Message: "m" }))).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Topic does not exist"
    })
  })

  it("answers a batch entry by entry", async () => {
    const { TopicArn, queueArn } = await topicWithQueue({ RawMessageDelivery: "true" })
    const answer = await client.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: "one", Message: "1", MessageAttributes: { k: { DataType: "Number", StringValue: "7" } } },
          { Id: "two", Message: "" }
        ]
      })
    )
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["one"])
    expect(answer.Failed).toMatchObject([{ Id: "two", Code: "InvalidParameter", SenderFault: true }])
    expect(queues.messages(queueArn)).toMatchObject([
      { body: "1", messageAttributes: { k: { DataType: "Number", StringValue: "7" } } }
    ])
    await expect(
      client.send(
        new PublishBatchCommand({
          TopicArn,
          PublishBatchRequestEntries: [
            { Id: "same", Message: "1" },
            { Id: "same", Message: "2" }
          ]
        })
      )
    ).rejects.toMatchObject({ name: "BatchEntryIdsNotDistinctException" })
  })

  it("applies a changed filter policy, and shows the subscription's attributes", async () => {
    const { TopicArn, queueArn, SubscriptionArn } = await topicWithQueue({ RawMessageDelivery: "true" })
    const policy = JSON.stringify({ kind: ["order"] })
    await client.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue: policy
      })
    )
    const attributes = (kind: string) => ({ kind: { DataType: "String", StringValue: kind } })
    await client.send(new PublishCommand({ TopicArn, Message: "in", MessageAttributes: attributes("order") }))
    await client.send(new PublishCommand({ TopicArn, Message: "out", MessageAttributes: attributes("refund") }))
    await client.send(new PublishCommand({ TopicArn, Message: "none" }))
    expect(queues.messages(queueArn).map(({ body }) => body)).toEqual(["in"])
    const shown = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))
    expect(shown.Attributes).toMatchObject({ FilterPolicy: policy, RawMessageDelivery: "true", Endpoint: queueArn })
  })

  it("subscribes an endpoint once, and refuses other attributes for it", async () => {
    const { TopicArn, queueArn, SubscriptionArn } = await topicWithQueue({ RawMessageDelivery: "true" })
    const again = (RawMessageDelivery: string) =>
      client.send(
        new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes: { RawMessageDelivery } })
      )
    expect((await again("true")).SubscriptionArn).toBe(SubscriptionArn)
    await expect(again("false")).rejects.toMatchObject({ name: "InvalidParameterException" })
    await client.send(new UnsubscribeCommand({ SubscriptionArn }))
    const left = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    expect(left.Subscriptions ?? []).toEqual([])
  })

  it("pages through more than a hundred topics", async () => {
    for (let index = 0; index < 101; index += 1) await client.send(new CreateTopicCommand({ Name: unique("page") }))
    const seen = new Set<string>()
    let NextToken: string | undefined
    do {
      const page = await client.send(new ListTopicsCommand(NextToken === undefined ? {} : { NextToken }))
      for (const { TopicArn } of page.Topics ?? []) seen.add(TopicArn ?? "")
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    expect([...seen].filter((arn) => arn.includes(":page-"))).toHaveLength(101)
  })

  it("publishes to a FIFO topic once per deduplication id and five minutes, keeping the group", async () => {
    const { TopicArn } = await client.send(
      new CreateTopicCommand({ Name: `${unique("topic")}.fifo`, Attributes: { FifoTopic: "true" } })
    )
    const queueArn = queues.create(`${unique("queue")}.fifo`)
    await client.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: queueArn,
        Attributes: { RawMessageDelivery: "true" }
      })
    )
    const publish = () =>
      client.send(new PublishCommand({ TopicArn, Message: "m", MessageGroupId: "g", MessageDeduplicationId: "d" }))
    const first = await publish()
    const second = await publish()
    expect(second.MessageId).toBe(first.MessageId)
    expect(queues.messages(queueArn)).toMatchObject([{ messageGroupId: "g", messageDeduplicationId: "d" }])
    now += 5 * 60_000
    await publish()
    expect(queues.messages(queueArn)).toHaveLength(2)
    await expect(client.send(new PublishCommand({ TopicArn, Message: "m" }))).rejects.toMatchObject({
      name: "InvalidParameterException"
    })
  })

  it("refuses a FIFO queue on a standard topic", async () => {
    const { TopicArn } = await topicWithQueue()
    const Endpoint = queues.create(`${unique("queue")}.fifo`)
    await expect(client.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }))).rejects.toMatchObject({
      name: "InvalidParameterException"
    })
  })

  it("denies a role that may not publish, in SNS's own error", async () => {
    const { TopicArn, queueArn } = await topicWithQueue()
    const role = await aws.role({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sns:GetTopicAttributes", Resource: "*" }]
    })
    const asRole = new SNSClient(aws.client(role))
    await expect(asRole.send(new PublishCommand({ TopicArn, Message: "m" }))).rejects.toMatchObject({
      name: "AuthorizationErrorException"
    })
    const shown = await asRole.send(new GetTopicAttributesCommand({ TopicArn }))
    expect(shown.Attributes).toMatchObject({ SubscriptionsConfirmed: "1" })
    expect(queues.messages(queueArn)).toEqual([])
    asRole.destroy()
  })

  it("lists mails instead of sending them, and publishes for an alarm only where the topic's policy lets it", async () => {
    const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: unique("alerts") }))
    await client.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "operator@example.com" }))
    aws.service.publish(TopicArn, { message: "it burns", subject: "ALARM" })
    expect(deliveries).toMatchObject([
      { protocol: "email", endpoint: "operator@example.com", published: { subject: "ALARM", message: "it burns" } }
    ])
    expect(aws.service.published().at(-1)).toMatchObject({ topicArn: TopicArn, message: "it burns" })
    await createResource(aws.service.resources, "aws:sns/topicPolicy:TopicPolicy", {
      arn: TopicArn,
      policy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sns:Publish",
            Resource: TopicArn
          }
        ]
      }
    })
    expect(() => aws.service.publish(TopicArn, { message: "unheard" })).toThrow(/not authorized/)
    aws.service.publish(TopicArn, { message: "heard" }, { service: "events.amazonaws.com" })
    expect(deliveries.at(-1)).toMatchObject({ published: { message: "heard" } })
  })
})

describe("the SNS resources", () => {
  it("create a topic with a subscription that delivers raw and has a dead-letter queue", async () => {
    const { resources } = aws.service
    const topic = await createResource(resources, "aws:sns/topic:Topic", { displayName: "Orders" }, "orders")
    expect(topic.state["name"]).toMatch(/^orders-[0-9a-f]{7}$/)
    const queueArn = queues.create(unique("queue"), false)
    const deadLetters = queues.create(unique("dead-letters"))
    const subscription = await createResource(resources, "aws:sns/topicSubscription:TopicSubscription", {
      topic: topic.state["arn"],
      protocol: "sqs",
      endpoint: queueArn,
      rawMessageDelivery: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters })
    })
    expect(subscription.id).toBe(subscription.state["arn"])
    await client.send(new PublishCommand({ TopicArn: topic.id, Message: "m" }))
    expect(queues.messages(deadLetters)).toMatchObject([{ body: "m" }])
  })

  it("refuse an unknown property by name, and what SNS refuses in SNS's words", async () => {
    const { resources } = aws.service
    await expect(createResource(resources, "aws:sns/topic:Topic", { archivePolicy: "{}" }, "orders")).rejects.toThrow(
      'aws:sns/topic:Topic "orders": the embedded AWS does not know the property "archivePolicy".'
    )
    const topic = await createResource(resources, "aws:sns/topic:Topic", {}, "refusing")
    await expect(
      createResource(
        resources,
        "aws:sns/topicSubscription:TopicSubscription",
        { topic: topic.id, protocol: "sqs", endpoint: "not-an-arn" },
        "subscription"
      )
    ).rejects.toThrow('aws:sns/topicSubscription:TopicSubscription "subscription": Invalid parameter: SQS endpoint ARN')
  })
})
