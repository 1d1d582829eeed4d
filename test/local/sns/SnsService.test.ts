import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand
} from "@aws-sdk/client-sns"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createResource } from "../createResource.ts"
import { type SnsHarness, startSnsHarness } from "./snsHarness.ts"

let sns: SnsHarness
beforeAll(async () => {
  sns = await startSnsHarness()
})
afterAll(() => sns.close())

describe("the SNS of the embedded AWS", () => {
  it("subscribes an endpoint once, and refuses other attributes for it", async () => {
    const { TopicArn, queueArn, SubscriptionArn } = await sns.topicWithQueue({ RawMessageDelivery: "true" })
    const again = (RawMessageDelivery: string) =>
      sns.client.send(
        new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes: { RawMessageDelivery } })
      )
    expect((await again("true")).SubscriptionArn).toBe(SubscriptionArn)
    await expect(again("false")).rejects.toMatchObject({ name: "InvalidParameterException" })
    await sns.client.send(new UnsubscribeCommand({ SubscriptionArn }))
    const left = await sns.client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    expect(left.Subscriptions ?? []).toEqual([])
  })

  it("pages through more than a hundred topics", async () => {
    for (let index = 0; index < 101; index += 1)
      await sns.client.send(new CreateTopicCommand({ Name: sns.unique("page") }))
    const seen = new Set<string>()
    let NextToken: string | undefined
    do {
      const page = await sns.client.send(new ListTopicsCommand(NextToken === undefined ? {} : { NextToken }))
      for (const { TopicArn } of page.Topics ?? []) seen.add(TopicArn ?? "")
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    expect([...seen].filter((arn) => arn.includes(":page-"))).toHaveLength(101)
  })

  it("refuses a FIFO queue on a standard topic", async () => {
    const { TopicArn } = await sns.topicWithQueue()
    const Endpoint = sns.queues.create(`${sns.unique("queue")}.fifo`)
    await expect(sns.client.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }))).rejects.toMatchObject({
      name: "InvalidParameterException"
    })
  })

  it("denies a role that may not publish, in SNS's own error", async () => {
    const { TopicArn, queueArn } = await sns.topicWithQueue()
    const role = await sns.aws.role({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sns:GetTopicAttributes", Resource: "*" }]
    })
    const asRole = new SNSClient(sns.aws.client(role))
    await expect(asRole.send(new PublishCommand({ TopicArn, Message: "m" }))).rejects.toMatchObject({
      name: "AuthorizationErrorException"
    })
    const shown = await asRole.send(new GetTopicAttributesCommand({ TopicArn }))
    expect(shown.Attributes).toMatchObject({ SubscriptionsConfirmed: "1" })
    expect(sns.queues.messages(queueArn)).toEqual([])
    asRole.destroy()
  })

  it("lists mails instead of sending them, and publishes for an alarm only where the topic's policy lets it", async () => {
    const { TopicArn = "" } = await sns.client.send(new CreateTopicCommand({ Name: sns.unique("alerts") }))
    await sns.client.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "operator@example.com" }))
    sns.aws.service.publish(TopicArn, { message: "it burns", subject: "ALARM" })
    expect(sns.deliveries).toMatchObject([
      { protocol: "email", endpoint: "operator@example.com", published: { subject: "ALARM", message: "it burns" } }
    ])
    expect(sns.aws.service.published().at(-1)).toMatchObject({ topicArn: TopicArn, message: "it burns" })
    await createResource(sns.aws.service.resources, "aws:sns/topicPolicy:TopicPolicy", {
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
    expect(() => sns.aws.service.publish(TopicArn, { message: "unheard" })).toThrow(/not authorized/)
    sns.aws.service.publish(TopicArn, { message: "heard" }, { service: "events.amazonaws.com" })
    expect(sns.deliveries.at(-1)).toMatchObject({ published: { message: "heard" } })
  })
})

describe("the SNS resources", () => {
  it("create a topic with a subscription that delivers raw and has a dead-letter queue", async () => {
    const { resources } = sns.aws.service
    const topic = await createResource(resources, "aws:sns/topic:Topic", { displayName: "Orders" }, "orders")
    expect(topic.state["name"]).toMatch(/^orders-[0-9a-f]{7}$/)
    const queueArn = sns.queues.create(sns.unique("queue"), false)
    const deadLetters = sns.queues.create(sns.unique("dead-letters"))
    const subscription = await createResource(resources, "aws:sns/topicSubscription:TopicSubscription", {
      topic: topic.state["arn"],
      protocol: "sqs",
      endpoint: queueArn,
      rawMessageDelivery: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters })
    })
    expect(subscription.id).toBe(subscription.state["arn"])
    await sns.client.send(new PublishCommand({ TopicArn: topic.id, Message: "m" }))
    expect(sns.queues.messages(deadLetters)).toMatchObject([{ body: "m" }])
  })

  it("refuse an unknown property by name, and what SNS refuses in SNS's words", async () => {
    const { resources } = sns.aws.service
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
    ).rejects.toThrow("Invalid parameter: SQS endpoint ARN")
  })
})
