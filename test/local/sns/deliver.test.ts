import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand
} from "@aws-sdk/client-sns"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type SnsHarness, startSnsHarness } from "./snsHarness.ts"

let sns: SnsHarness
beforeAll(async () => {
  sns = await startSnsHarness()
})
afterAll(() => sns.close())

const manyAttributes = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { DataType: "String", StringValue: "x" }])
  )

describe("delivery to queues", () => {
  it("wraps a message in an envelope with its attributes, subject and topic", async () => {
    const { TopicArn, queueArn } = await sns.topicWithQueue()
    const published = await sns.client.send(
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
    const [message] = sns.queues.messages(queueArn)
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
    const { TopicArn, queueArn } = await sns.topicWithQueue({ RawMessageDelivery: "true" })
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
        fc.string({ unit: "grapheme", minLength: 1 }),
        async (body, value) => {
          await sns.client.send(
            new PublishCommand({
              TopicArn,
              Message: body,
              MessageAttributes: { note: { DataType: "String", StringValue: value } }
            })
          )
          expect(sns.queues.messages(queueArn).at(-1)).toMatchObject({
            body,
            messageAttributes: { note: { DataType: "String", StringValue: value } }
          })
        }
      ),
      { numRuns: 40 }
    )
  })

  it("does not deliver more than ten attributes raw: the message goes to the dead-letter queue whole", async () => {
    const deadLetters = sns.queues.create(sns.unique("dead-letters"))
    const { TopicArn, queueArn } = await sns.topicWithQueue({
      RawMessageDelivery: "true",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters })
    })
    await sns.client.send(new PublishCommand({ TopicArn, Message: "ten", MessageAttributes: manyAttributes(10) }))
    await sns.client.send(new PublishCommand({ TopicArn, Message: "eleven", MessageAttributes: manyAttributes(11) }))
    expect(sns.queues.messages(queueArn).map(({ body }) => body)).toEqual(["ten"])
    const [dead] = sns.queues.messages(deadLetters)
    expect(JSON.parse(dead?.body ?? "")).toMatchObject({ Message: "eleven" })
    expect(Object.keys(JSON.parse(dead?.body ?? "").MessageAttributes)).toHaveLength(11)
    expect(sns.deliveries.at(-1)).toMatchObject({ outcome: "dead-lettered" })
  })

  it("dead-letters what a queue's policy refuses, unchanged", async () => {
    const deadLetters = sns.queues.create(sns.unique("dead-letters"))
    const { TopicArn, queueArn } = await sns.topicWithQueue({
      RawMessageDelivery: "true",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters })
    })
    sns.queues.setPolicy(queueArn, JSON.stringify({ Version: "2012-10-17", Statement: [] }))
    const attributes = { kind: { DataType: "String", StringValue: "order" } }
    await sns.client.send(new PublishCommand({ TopicArn, Message: "refused", MessageAttributes: attributes }))
    expect(sns.queues.messages(queueArn)).toEqual([])
    expect(sns.queues.messages(deadLetters)).toMatchObject([{ body: "refused", messageAttributes: attributes }])
  })

  it("lets a queue accept one topic by aws:SourceArn and refuse another", async () => {
    const mine = await sns.topicWithQueue()
    const { TopicArn: other } = await sns.client.send(new CreateTopicCommand({ Name: sns.unique("topic") }))
    await sns.client.send(new SubscribeCommand({ TopicArn: other, Protocol: "sqs", Endpoint: mine.queueArn }))
    sns.queues.setPolicy(
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
    await sns.client.send(new PublishCommand({ TopicArn: mine.TopicArn, Message: "mine" }))
    await sns.client.send(new PublishCommand({ TopicArn: other, Message: "other" }))
    expect(sns.queues.messages(mine.queueArn)).toHaveLength(1)
    expect(sns.deliveries.slice(-2).map(({ outcome }) => outcome)).toEqual(["delivered", "lost"])
  })

  it("dead-letters what a queue is no longer there for, or does not take", async () => {
    const deadLetters = sns.queues.create(sns.unique("dead-letters"))
    const redrive = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters }) }
    const { TopicArn, queueArn } = await sns.topicWithQueue(redrive)
    sns.queues.refuse(queueArn, "message must be shorter than 1024 bytes")
    await sns.client.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: "arn:aws:sqs:eu-central-1:123456789012:gone",
        Attributes: redrive
      })
    )
    await sns.client.send(new PublishCommand({ TopicArn, Message: "m" }))
    expect(sns.queues.messages(deadLetters)).toHaveLength(2)
    expect(sns.deliveries.slice(-2).map(({ reason }) => reason)).toEqual([
      "message must be shorter than 1024 bytes",
      "there is no queue arn:aws:sqs:eu-central-1:123456789012:gone"
    ])
  })

  it("applies a changed filter policy, and shows the subscription's attributes", async () => {
    const { TopicArn, queueArn, SubscriptionArn } = await sns.topicWithQueue({ RawMessageDelivery: "true" })
    const policy = JSON.stringify({ kind: ["order"] })
    await sns.client.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue: policy
      })
    )
    const attributes = (kind: string) => ({ kind: { DataType: "String", StringValue: kind } })
    await sns.client.send(new PublishCommand({ TopicArn, Message: "in", MessageAttributes: attributes("order") }))
    await sns.client.send(new PublishCommand({ TopicArn, Message: "out", MessageAttributes: attributes("refund") }))
    await sns.client.send(new PublishCommand({ TopicArn, Message: "none" }))
    expect(sns.queues.messages(queueArn).map(({ body }) => body)).toEqual(["in"])
    const shown = await sns.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))
    expect(shown.Attributes).toMatchObject({ FilterPolicy: policy, RawMessageDelivery: "true", Endpoint: queueArn })
  })
})
