/** The dead letters of each origin that can be adopted, in full, as the services write them and Lambda hands them over. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { makeWorld, type World } from "../healer/world.ts"
import { adopt, start } from "./adopting.ts"

const messageId = "059f36b4-87a3-44ab-83d2-661975830a7d"

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const eventOf = (
  body: string,
  strings: Readonly<Record<string, string>> = {},
  attributes: Readonly<Record<string, string>> = {}
) => ({
  Records: [
    {
      messageId,
      receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
      body,
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: `${start}`,
        SenderId: "AIDAIENQZJOLO23YVJ4VO",
        ApproximateFirstReceiveTimestamp: `${start + 10}`,
        ...attributes
      },
      messageAttributes: Object.fromEntries(
        Object.entries(strings).map(([name, stringValue]) => [
          name,
          { stringValue, stringListValues: [], binaryListValues: [], dataType: "String" }
        ])
      ),
      md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-2:123456789012:dead-letters",
      awsRegion: "us-east-2"
    }
  ]
})

/** What went back to the queue, without the evidence beside it. */
const sentBack = (world: World) =>
  world.sentTo(world.queues.main).map(({ message }) => {
    const { [evidenceAttributeName]: evidence, ...attributes } = message.attributes
    expect(evidence?.stringValue).toContain(messageId)
    return { body: message.body, attributes }
  })

const healQueue = Effect.fnUntraced(function* (event: unknown) {
  yield* TestClock.setTime(start)
  const world = makeWorld()
  expect(yield* adopt(world, "queue").heal(event)).toEqual({ batchItemFailures: [] })
  return world
})

/** What the function was invoked with, in the end: nothing delays an invocation, so the letter is held first. */
const healFunction = Effect.fnUntraced(function* (event: unknown) {
  yield* TestClock.setTime(start)
  const world = makeWorld()
  const { heal, invocations } = adopt(world, "function")
  for (let turn = 0; turn < 50 && invocations.length === 0; turn++) {
    yield* heal(event)
    yield* TestClock.adjust("30 seconds")
  }
  return { world, invocations }
})

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
it.effect("SQS redrive: the message goes back byte for byte, with its sender's attributes", () =>
  Effect.gen(function* () {
    const body = '{ "orderId": "A-1",\r\n "total": 12345678901234567890 }'
    const world = yield* healQueue(
      eventOf(
        body,
        { tenant: "blue", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
        {
          DeadLetterQueueSourceArn: "arn:aws:sqs:us-east-2:123456789012:orders",
          AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        }
      )
    )
    expect(sentBack(world)).toEqual([
      {
        body,
        attributes: {
          tenant: { dataType: "String", stringValue: "blue" },
          traceparent: { dataType: "String", stringValue: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }
        }
      }
    ])
    expect(world.item(messageId)).toMatchObject({ status: "healing", class: "Unknown", correlationId: "A-1" })
  })
)

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const notification = JSON.stringify(
  {
    Type: "Notification",
    MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    TopicArn: "arn:aws:sns:us-west-2:123456789012:MyTopic",
    Subject: "My First Message",
    Message: "Hello world!",
    Timestamp: "2012-05-02T00:54:06.655Z",
    SignatureVersion: "1",
    Signature: "EXAMPLEw6JRN",
    SigningCertURL:
      "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem",
    UnsubscribeURL:
      "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-west-2:123456789012:MyTopic:c9135db0-26c4-47ec-8998-413945fb5a96"
  },
  undefined,
  2
)

// https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
it.effect("SNS subscription of a queue: the notification goes to it as SNS would have delivered it", () =>
  Effect.gen(function* () {
    const world = yield* healQueue(eventOf(notification))
    expect(sentBack(world)).toEqual([{ body: notification, attributes: {} }])
    expect(world.item(messageId)).toMatchObject({ status: "healing", class: "Unknown" })
  })
)

it.effect("SNS subscription of a function: the function is invoked with SNS's event", () =>
  Effect.gen(function* () {
    const { invocations } = yield* healFunction(eventOf(notification))
    expect(invocations.map((payload) => JSON.parse(payload))).toMatchObject([
      { Records: [{ EventSource: "aws:sns", Sns: { Message: "Hello world!", Subject: "My First Message" } }] }
    ])
  })
)

const scheduledEvent =
  '{"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012","time":"2015-10-08T16:53:06Z","region":"us-east-1","resources":["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"],"detail":{}}'

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const ofRule = (code: string, message: string, more: Readonly<Record<string, string>> = {}) => ({
  RULE_ARN: "arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule",
  TARGET_ARN: "arn:aws:sqs:us-east-1:123456789012:orders",
  ERROR_CODE: code,
  ERROR_MESSAGE: message,
  ...more
})

it.effect("EventBridge rule: the event goes back without what EventBridge wrote beside it", () =>
  Effect.gen(function* () {
    const exhausted = { EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts", RETRY_ATTEMPTS: "185" }
    const world = yield* healQueue(eventOf(scheduledEvent, ofRule("THROTTLING", "Rate exceeded", exhausted)))
    expect(sentBack(world)).toEqual([{ body: scheduledEvent, attributes: {} }])
    expect(world.item(messageId)).toMatchObject({ status: "healing", class: "DependencyFailure" })
  })
)

it.effect("EventBridge rule without permission: an operator is told, and the event is kept", () =>
  Effect.gen(function* () {
    const message = "Lack of permissions to invoke cross account target."
    const world = yield* healQueue(eventOf(scheduledEvent, ofRule("NO_PERMISSIONS", message)))
    expect(world.sent).toEqual([])
    expect(world.alerts).toHaveLength(1)
    expect(world.item(messageId)).toMatchObject({ status: "awaiting-operator", class: "AuthFailure" })
    const archived = world.objects.get(world.item(messageId)?.archiveKey ?? "") ?? ""
    expect(JSON.parse(archived)).toMatchObject({ body: scheduledEvent })
  })
)

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
it.effect(
  "Lambda on-failure destination: the function is invoked with the payload of the failed invocation, byte for byte",
  () =>
    Effect.gen(function* () {
      const payload = '{ "ORDER_IDS": ["9e07af03-ce31-4ff3-xmpl-36dce652cb4f"], "total": 1.10 }'
      const record = `{
      "version": "1.0",
      "timestamp": "2019-11-14T18:16:05.568Z",
      "requestContext": {
        "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
        "functionArn": "arn:aws:lambda:us-east-2:123456789012:function:my-function:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3
      },
      "requestPayload": ${payload},
      "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
      "responsePayload": {
        "errorMessage": "RequestId: e4b46cbf-b738-xmpl-8880-a18cdf61200e Process exited before completing request"
      }
    }`
      const { invocations, world } = yield* healFunction(eventOf(record))
      expect(invocations).toEqual([payload])
      expect(world.item(messageId)).toMatchObject({ attempts: 1, class: "Unknown" })
    })
)
