import { describe, expect, it } from "vitest"
import type { LogEvent } from "../../local/cloudwatch/CloudWatch.ts"
import type { QueuedMessage } from "../../local/EmbeddedAws.ts"
import { printEvents } from "../../local/events.ts"
import { logText, orderName, publicationText } from "../../local/eventsText.ts"
import type { PublishedMessage } from "../../local/sns/model.ts"
import type { SqsEvent } from "../../local/sqs/SqsService.ts"

const named = (messageId: string) => (messageId === "m-1" ? "order O1234" : undefined)
const logged = (message: string | Readonly<Record<string, unknown>>) =>
  logText(
    {
      logGroup: "/aws/lambda/consumer",
      logStream: "s",
      at: 0,
      message: typeof message === "string" ? message : JSON.stringify(message)
    },
    named
  )
const published = (message: Readonly<Record<string, unknown>>, more: Partial<PublishedMessage> = {}) =>
  publicationText({ topicArn: "t", messageId: "p", at: 0, message: JSON.stringify(message), ...more }, named)

describe("a line of a function's log", () => {
  it.each([
    [
      "a success",
      {
        message: "records processed",
        records: [
          { lineageId: "m-1", messageId: "m-2", milliseconds: 120 },
          { lineageId: "m-3", messageId: "m-3", milliseconds: 130 }
        ]
      },
      "order O1234 stored in 120 ms; message m-3 stored in 130 ms"
    ],
    [
      "a failure that is retried",
      {
        message: "record failed",
        messageId: "m-1",
        receiveCount: 1,
        class: "TIMEOUT",
        reason: "slow",
        dependency: "payments",
        action: "retry",
        delaySeconds: 4
      },
      "order O1234: failed at receive 1 — TIMEOUT: slow (payments) → again in 4 s"
    ],
    [
      "a failure that is dead-lettered, of a message that nobody has named",
      {
        message: "record failed",
        messageId: "0f8fad5b-d9cb-469f-a165-70867728950e",
        receiveCount: 3,
        class: "VALIDATION_ERROR",
        reason: "quantity is 0",
        action: "dead-letter"
      },
      "message 0f8fad5b…: failed at receive 3 — VALIDATION_ERROR: quantity is 0 → dead-letter queue"
    ],
    [
      "an act of the healer, which knows the order's id",
      {
        message: "A failed message was archived.",
        lineageId: "x",
        correlationId: "O9",
        class: "BAD_PAYLOAD",
        reason: "not JSON"
      },
      "order O9: A failed message was archived — BAD_PAYLOAD: not JSON"
    ],
    ["anything else, by the function's name", { level: "WARN", message: "slow start" }, "consumer: slow start"]
  ])("tells of %s", (_, line, expected) => expect(logged(line)).toBe(expected))

  it("is found behind the prefix that a runtime writes before it", () => {
    expect(
      logged(
        '2026-01-01T00:00:00Z\tid\tINFO\t{"message":"records processed","records":[{"lineageId":"m-1","milliseconds":1}]}'
      )
    ).toBe("order O1234 stored in 1 ms")
  })

  it("tells of an invocation that ended badly, in either log format", () => {
    expect(logged({ time: "t", type: "platform.report", record: { status: "timeout" } })).toBe(
      "consumer: invocation ended with timeout"
    )
    expect(logged("2026-01-01 id Task timed out after 3.00 seconds")).toContain("Task timed out after 3.00 seconds")
  })

  it.each([
    ["metrics", { _aws: { Timestamp: 1 }, MessagesProcessed: 1 }],
    ["the start of an invocation", { time: "t", type: "platform.start", record: { requestId: "r" } }],
    ["the report of one that went well", { time: "t", type: "platform.report", record: { status: "success" } }],
    ["what the topic's message has said", { message: "order accepted", orderId: "O1" }],
    ["Lambda's bookkeeping", "START RequestId: r Version: $LATEST"]
  ])("says nothing about %s", (_, line) => expect(logged(line)).toBeUndefined())

  it("brings no control characters to the terminal, and no more than a line", () => {
    const line = logged({
      message: "record failed",
      correlationId: "\u001b[2J\u202eevil",
      reason: `a\nb\r${"x".repeat(1000)}`
    })
    expect(line).toMatch(/^order \[2J evil: failed at receive \? — a b x+…$/)
    expect(line?.length).toBe(300)
  })
})

describe("a message of a topic", () => {
  it("is an order that was accepted, by its id", () => {
    expect(published({ orderId: "O1" })).toBe("order O1 accepted")
    expect(orderName('{"orderId":"0f8fad5b-d9cb-469f-a165-70867728950e"}')).toBe("order 0f8fad5b…")
    expect(orderName("not JSON")).toBeUndefined()
  })

  it("is an alert, by its subject and the message that it is about", () => {
    const told = (about: Readonly<Record<string, unknown>>) =>
      published(
        {},
        {
          subject: "[orders] AUTH_FAILURE: 401",
          attributes: { alert: { DataType: "String", StringValue: JSON.stringify(about) } }
        }
      )
    expect(told({})).toBe("ALERT [orders] AUTH_FAILURE: 401")
    expect(told({ lineageId: "m-1" })).toBe("ALERT order O1234: [orders] AUTH_FAILURE: 401")
  })

  it("is an alarm, by its name and the reason, or that it is over", () => {
    expect(published({ AlarmName: "depth", NewStateValue: "ALARM", NewStateReason: "12 > 10" })).toBe(
      "ALARM depth: 12 > 10"
    )
    expect(published({ AlarmName: "depth", NewStateValue: "OK", NewStateReason: "3 < 10" })).toBe("alarm depth is OK")
  })

  it("says nothing when it is none of these", () => expect(published({ hello: 1 })).toBeUndefined())
})

describe("the log of a running instance", () => {
  it("names messages by the order that SNS brought, from the first to the last line, until it is ended", () => {
    const lines: Array<string> = []
    let queued: (message: QueuedMessage) => void = () => undefined
    let log: (event: LogEvent) => void = () => undefined
    let publish: (message: PublishedMessage) => void = () => undefined
    let moved: (event: SqsEvent) => void = () => undefined
    const ended: Array<string> = []
    const end = printEvents(
      {
        onQueued: (listener) => {
          queued = listener
          return () => ended.push("queued")
        },
        cloudwatch: {
          onLog: (listener) => {
            log = listener
            return () => ended.push("log")
          }
        },
        sns: {
          onPublish: (listener) => {
            publish = listener
            return () => ended.push("publish")
          }
        },
        sqs: {
          subscribe: (listener) => {
            moved = listener
            return () => ended.push("sqs")
          }
        }
      },
      (line) => lines.push(line.slice(9)),
      () => 0
    )
    const queueArn = "arn:aws:sqs:eu-west-1:123456789012:orders"
    const message = JSON.stringify({ orderId: "O1" })
    publish({ topicArn: "t", messageId: "p", at: 0, message })
    queued({ queueArn, messageId: "m-9", body: message })
    const failed = JSON.stringify({ message: "record failed", messageId: "m-9", receiveCount: 1, action: "retry" })
    log({ logGroup: "/aws/lambda/consumer", logStream: "s", at: 0, message: failed })
    moved({ kind: "received", queueArn, messageId: "m-9" })
    moved({ kind: "dead-lettered", queueArn, messageId: "m-9" })
    moved({ kind: "dead-lettered", queueArn, messageId: "0f8fad5b-d9cb" })
    expect(lines).toEqual([
      "order O1 accepted",
      "order O1: failed at receive 1 → again after the visibility timeout",
      "order O1: moved by SQS from orders to its dead-letter queue, without a reason",
      "message 0f8fad5b…: moved by SQS from orders to its dead-letter queue, without a reason"
    ])
    end()
    expect(ended.sort()).toEqual(["log", "publish", "queued", "sqs"])
  })
})
