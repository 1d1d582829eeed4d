import { describe, expect, it } from "vitest"
import { createIam } from "../../../local/iam/createIam.ts"
import { createSns } from "../../../local/sns/SnsService.ts"
import { createResource } from "../createResource.ts"
import { manualClock } from "../ManualClock.ts"
import { FakeQueues } from "./FakeQueues.ts"

const account = { accountId: "123456789012", region: "eu-central-1", endpoint: "http://127.0.0.1:9" }
const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:notifier"

/** A topic with a subscribed function that admits the topic, or another one. */
const setup = async (options: { readonly admitted?: string; readonly missing?: true } = {}) => {
  const events: Array<unknown> = []
  const queues = new FakeQueues()
  const deadLetterQueueArn = queues.create("undelivered")
  const topicArn = "arn:aws:sns:eu-central-1:123456789012:alerts"
  const sns = createSns({
    ...{ account, clock: manualClock(Date.UTC(2026, 0, 31)), iam: createIam(account), sqs: queues },
    lambda: {
      invokeAsync: (arn, event) => {
        if (options.missing) throw new Error(`ResourceNotFoundException: Function not found: ${arn}`)
        events.push(event)
        return "request"
      },
      resourcePolicy: () => ({
        Version: "2012-10-17",
        Statement: {
          ...{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "lambda:InvokeFunction" },
          ...{ Resource: functionArn, Condition: { ArnLike: { "aws:SourceArn": options.admitted ?? topicArn } } }
        }
      })
    }
  })
  await createResource(sns.resources, "aws:sns/topic:Topic", { name: "alerts" })
  const redrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn })
  const inputs = { topic: topicArn, protocol: "lambda", endpoint: functionArn, redrivePolicy }
  const { id } = await createResource(sns.resources, "aws:sns/topicSubscription:TopicSubscription", inputs)
  return { sns, topicArn, events, deadLetters: () => queues.messages(deadLetterQueueArn), subscriptionArn: id }
}

describe("delivery to functions", () => {
  it("invokes them with one record, as SNS makes it", async () => {
    const { sns, topicArn, events, deadLetters, subscriptionArn } = await setup()
    const attributes = { alert: { DataType: "String", StringValue: "{}" } }
    const { messageId } = sns.publish(topicArn, { message: "hello", subject: "greeting", attributes })
    sns.publish(topicArn, { message: "bare" })
    expect(events[0]).toEqual({
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: subscriptionArn,
          Sns: {
            Type: "Notification",
            MessageId: messageId,
            TopicArn: topicArn,
            Subject: "greeting",
            Message: "hello",
            Timestamp: "2026-01-31T00:00:00.000Z",
            SignatureVersion: "1",
            Signature: expect.any(String),
            SigningCertUrl: expect.stringMatching(/^https:/),
            UnsubscribeUrl: expect.stringContaining(subscriptionArn),
            MessageAttributes: { alert: { Type: "String", Value: "{}" } }
          }
        }
      ]
    })
    expect(events[1]).toMatchObject({ Records: [{ Sns: { Subject: null, MessageAttributes: {} } }] })
    expect(deadLetters()).toEqual([])
  })

  it.each([
    ["does not admit the topic", { admitted: "arn:aws:sns:eu-central-1:123456789012:another" }],
    ["is not there", { missing: true }]
  ] as const)("puts what a function that %s does not get into the dead-letter queue", async (_, options) => {
    const { sns, topicArn, events, deadLetters } = await setup(options)
    sns.publish(topicArn, { message: "hello" })
    expect(events).toEqual([])
    expect(JSON.parse(deadLetters()[0]?.body ?? "")).toMatchObject({ Type: "Notification", Message: "hello" })
  })

  it.each([
    ["an endpoint that is no function", { endpoint: "https://example.com" }, "Lambda endpoint ARN"],
    ["a FIFO topic", { topic: "arn:aws:sns:eu-central-1:123456789012:orders.fifo" }, "FIFO topics deliver to SQS"]
  ])("is refused for %s", async (_, inputs, message) => {
    const { sns, topicArn } = await setup()
    await createResource(sns.resources, "aws:sns/topic:Topic", { name: "orders.fifo", fifoTopic: true })
    await expect(
      createResource(sns.resources, "aws:sns/topicSubscription:TopicSubscription", {
        ...{ topic: topicArn, protocol: "lambda", endpoint: functionArn },
        ...inputs
      })
    ).rejects.toThrow(message)
  })
})
