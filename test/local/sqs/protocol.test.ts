import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Principal } from "../../../local/EmbeddedService.ts"
import { createSqs } from "../../../local/sqs/createSqs.ts"
import type { SqsService } from "../../../local/sqs/SqsService.ts"
import { FakeClock } from "./FakeClock.ts"
import { call, createQueue, receiveNow, requestTo } from "./requests.ts"
import { createTestSqs, startTestSqs, testAccount } from "./startTestSqs.ts"

const role: Principal = { kind: "role", arn: "arn:aws:sts::1:assumed-role/r/s", roleName: "reader", sessionName: "run" }

describe("the JSON protocol", () => {
  it("names an error in the body as SQS models it, and in the header as the query protocol did", async () => {
    const sqs = createTestSqs(new FakeClock())
    const { status, headers, members } = await call(sqs, "GetQueueUrl", { QueueName: "none" })
    expect(status).toBe(400)
    expect(headers?.["x-amzn-query-error"]).toBe("AWS.SimpleQueueService.NonExistentQueue;Sender")
    expect(members).toEqual({
      __type: "com.amazonaws.sqs#QueueDoesNotExist",
      message: "The specified queue does not exist."
    })
  })

  it("answers an operation that it does not know, inherited names included, with UnknownOperationException", async () => {
    const sqs = createTestSqs(new FakeClock())
    for (const operation of ["Nonsense", "toString", "__proto__"]) {
      const { status, members } = await call(sqs, operation, {})
      expect(status).toBe(400)
      expect(members["__type"]).toBe("com.amazon.coral.service#UnknownOperationException")
    }
  })

  it("refuses a body that is not JSON, or a member of the wrong type, with SerializationException", async () => {
    const sqs = createTestSqs(new FakeClock())
    const { url } = await createQueue(sqs, "queue")
    const notJson = await sqs.handle({ ...requestTo("SendMessage", {}), body: Buffer.from("{") })
    expect(JSON.parse(String(notJson.body))).toMatchObject({
      __type: "com.amazon.coral.service#SerializationException"
    })
    for (const wrong of [{ MessageBody: 1 }, { MessageBody: "b", DelaySeconds: "1" }, { MessageAttributes: [] }]) {
      const { members } = await call(sqs, "SendMessage", { QueueUrl: url, MessageBody: "b", ...wrong })
      expect(members["__type"]).toBe("com.amazon.coral.service#SerializationException")
    }
  })

  it("names a role's session as the sender", async () => {
    const sqs = createTestSqs(new FakeClock())
    const { arn, url } = await createQueue(sqs, "queue")
    await call(sqs, "SendMessage", { QueueUrl: url, MessageBody: "body" }, role)
    const [message] = await receiveNow(sqs, arn)
    expect(message?.attributes["SenderId"]).toBe("reader:run")
  })

  it("spells the gateway's refusal as an SQS error", () => {
    const sqs = createTestSqs(new FakeClock())
    const { status, headers } = sqs.error(requestTo("SendMessage", {}), 403, "AccessDenied", "no")
    expect(status).toBe(403)
    expect(headers?.["x-amzn-query-error"]).toBe("AccessDenied;Sender")
  })
})

describe("what a request needs", () => {
  let sqs: SqsService
  let queue: { readonly arn: string; readonly url: string }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] })
  const needed = (operation: string, input: object) =>
    sqs.authorizations(requestTo(operation, input)).map(({ action, resource }) => [action, resource])

  beforeAll(async () => {
    sqs = createTestSqs(new FakeClock())
    queue = await createQueue(sqs, "queue", { Policy })
  })

  it("is the action on the queue, with the queue's own policy", () => {
    const needs = sqs.authorizations(requestTo("ReceiveMessage", { QueueUrl: queue.url }))
    expect(needs).toEqual([
      { action: "sqs:ReceiveMessage", resource: queue.arn, resourcePolicy: { Version: "2012-10-17", Statement: [] } }
    ])
  })

  it("is the single action for a batch", () => {
    for (const action of ["SendMessage", "DeleteMessage", "ChangeMessageVisibility"]) {
      expect(needed(`${action}Batch`, { QueueUrl: queue.url })).toEqual([[`sqs:${action}`, queue.arn]])
    }
  })

  it("is nothing for a queue that is not there, or for no queue, so that SQS itself answers", () => {
    expect(needed("SendMessage", { QueueUrl: `${queue.url}-none` })).toEqual([])
    expect(needed("SendMessage", {})).toEqual([])
    expect(sqs.authorizations({ ...requestTo("SendMessage", {}), body: Buffer.from("{") })).toEqual([])
  })

  it("is about the account for CreateQueue and ListQueues", () => {
    const arn = (name: string) => `arn:aws:sqs:${testAccount.region}:${testAccount.accountId}:${name}`
    expect(needed("CreateQueue", { QueueName: "new" })).toEqual([["sqs:CreateQueue", arn("new")]])
    expect(needed("ListQueues", {})).toEqual([["sqs:ListQueues", arn("*")]])
  })

  it("is receiving, deleting and sending too for a move task", () => {
    const input = { SourceArn: queue.arn, DestinationArn: queue.arn }
    const actions = ["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage"]
    expect(needed("StartMessageMoveTask", input)).toEqual(actions.map((action) => [`sqs:${action}`, queue.arn]))
  })
})

describe("a move task of a role that may not send", () => {
  it("fails with AccessDenied and leaves the message where it was, uncounted", async () => {
    const clock = new FakeClock()
    const decide = () => ({ allowed: false, message: "no" })
    const sqs = createSqs({ account: testAccount, clock, iam: { decide } })
    const deadLetters = await createQueue(sqs, "dead-letters")
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 1 })
    const source = await createQueue(sqs, "source", { RedrivePolicy, VisibilityTimeout: "0" })
    sqs.send(source.arn, { body: "poison" })
    await receiveNow(sqs, source.arn)
    await receiveNow(sqs, source.arn)
    await call(sqs, "StartMessageMoveTask", { SourceArn: deadLetters.arn }, role)
    clock.advance(0)
    const { members } = await call(sqs, "ListMessageMoveTasks", { SourceArn: deadLetters.arn })
    expect(members).toMatchObject({ Results: [{ Status: "FAILED", FailureReason: "AccessDenied" }] })
    const [message] = await receiveNow(sqs, deadLetters.arn)
    expect(message?.attributes["ApproximateReceiveCount"]).toBe("2")
  })
})

describe("the SDK client", () => {
  let running: Awaited<ReturnType<typeof startTestSqs>>

  beforeAll(async () => {
    running = await startTestSqs()
  })
  afterAll(() => running.close())

  it("gets an error that it can tell by its class name, message and query code", async () => {
    const QueueUrl = `${running.endpoint}/${testAccount.accountId}/none`
    const sent = running.client.send(new SendMessageCommand({ QueueUrl, MessageBody: "body" }))
    await expect(sent).rejects.toMatchObject({
      name: "QueueDoesNotExist",
      Code: "AWS.SimpleQueueService.NonExistentQueue",
      message: "The specified queue does not exist."
    })
  })
})
