import { CreateTopicCommand, PublishBatchCommand, PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type SnsHarness, startSnsHarness } from "./snsHarness.ts"

let sns: SnsHarness
beforeAll(async () => {
  sns = await startSnsHarness()
})
afterAll(() => sns.close())

describe("publishing", () => {
  it("refuses a message of more than 256 KiB, attributes counted, and takes one of just that", async () => {
    const { TopicArn, queueArn } = await sns.topicWithQueue({ RawMessageDelivery: "true" })
    const attributes = { n: { DataType: "String", StringValue: "v" } }
    const room = 262_144 - "nStringv".length
    await sns.client.send(new PublishCommand({ TopicArn, Message: "x".repeat(room), MessageAttributes: attributes }))
    expect(sns.queues.messages(queueArn)).toHaveLength(1)
    await expect(
      sns.client.send(new PublishCommand({ TopicArn, Message: "x".repeat(room + 1), MessageAttributes: attributes }))
    ).rejects.toMatchObject({ name: "InvalidParameterException", message: "Invalid parameter: Message too long" })
    expect(sns.queues.messages(queueArn)).toHaveLength(1)
  })

  it("refuses bad messages as AWS does", async () => {
    const { TopicArn } = await sns.topicWithQueue()
    const refusal = (more: Omit<ConstructorParameters<typeof PublishCommand>[0], "TopicArn">) =>
      sns.client.send(new PublishCommand({ TopicArn, ...more })).catch((error: unknown) => error)
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
    await expect(
      sns.client.send(new PublishCommand({ TopicArn: `${TopicArn}-not`, Message: "m" }))
    ).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Topic does not exist"
    })
  })

  it("answers a batch entry by entry", async () => {
    const { TopicArn, queueArn } = await sns.topicWithQueue({ RawMessageDelivery: "true" })
    const answer = await sns.client.send(
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
    expect(sns.queues.messages(queueArn)).toMatchObject([
      { body: "1", messageAttributes: { k: { DataType: "Number", StringValue: "7" } } }
    ])
    await expect(
      sns.client.send(
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

  it("publishes to a FIFO topic once per deduplication id and five minutes, keeping the group", async () => {
    const { TopicArn } = await sns.client.send(
      new CreateTopicCommand({ Name: `${sns.unique("topic")}.fifo`, Attributes: { FifoTopic: "true" } })
    )
    const queueArn = sns.queues.create(`${sns.unique("queue")}.fifo`)
    await sns.client.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: queueArn,
        Attributes: { RawMessageDelivery: "true" }
      })
    )
    const publish = () =>
      sns.client.send(new PublishCommand({ TopicArn, Message: "m", MessageGroupId: "g", MessageDeduplicationId: "d" }))
    const first = await publish()
    const second = await publish()
    expect(second.MessageId).toBe(first.MessageId)
    expect(sns.queues.messages(queueArn)).toMatchObject([{ messageGroupId: "g", messageDeduplicationId: "d" }])
    sns.advance(5 * 60_000)
    await publish()
    expect(sns.queues.messages(queueArn)).toHaveLength(2)
    await expect(sns.client.send(new PublishCommand({ TopicArn, Message: "m" }))).rejects.toMatchObject({
      name: "InvalidParameterException"
    })
  })
})
