import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { RequestRejected } from "../../../handlers/aws/AwsError.ts"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { type InspectedMessage, QueueInspection } from "../../../handlers/aws/QueueInspection.ts"
import { type OutgoingMessage, Sqs } from "../../../handlers/aws/Sqs.ts"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence, encodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import { drainParking, inHandSeconds } from "../../../handlers/operations/drainParking.ts"

const now = Date.UTC(2026, 0, 31)

const message = (index: number, given: Partial<InspectedMessage> = {}): InspectedMessage => ({
  messageId: `m-${index}`,
  receiptHandle: `r-${index}`,
  body: `body ${index}`,
  attributes: { color: { dataType: "String", stringValue: "blue" } },
  sentAt: now - 60_000,
  messageGroupId: undefined,
  ...given
})

const tooLarge = new RequestRejected({
  service: "sqs",
  operation: "SendMessage",
  code: "InvalidParameterValue",
  message: "too large"
})

/** A parking queue with these messages; each call is written down. */
const drained = (
  parked: ReadonlyArray<InspectedMessage>,
  options: {
    readonly refuses?: string
    readonly counted?: number
    readonly fifo?: boolean
    readonly limit?: number
  } = {}
) => {
  const calls: Array<string> = []
  const sent: Array<OutgoingMessage> = []
  const records: Array<Readonly<Record<string, unknown>>> = []
  const waiting = [...parked]
  const suffix = options.fifo === true ? ".fifo" : ""
  const services = Layer.mergeAll(
    Layer.mock(QueueInspection, {
      depth: () =>
        Effect.succeed({
          visible: options.counted ?? parked.length,
          inFlight: 0,
          delayed: 0,
          retentionSeconds: 1,
          visibilityTimeoutSeconds: 1
        }),
      receive: () => Effect.sync(() => waiting.splice(0, 2))
    }),
    Layer.mock(HealerLedger, {
      modify: (lineageId, change) =>
        Effect.sync(() => {
          calls.push(`note ${lineageId}`)
          return change(undefined).answer
        }),
      expectEvidence: (queue) => Effect.sync(() => void calls.push(`expect in ${queue}`))
    }),
    Layer.mock(Sqs, {
      send: (queueUrl, outgoing) =>
        Effect.suspend(() => {
          calls.push(`send ${outgoing.body} to ${queueUrl}`)
          if (outgoing.body === options.refuses) return Effect.fail(tooLarge)
          sent.push(outgoing)
          return Effect.succeed("sent")
        }),
      delete: (queueUrl, receiptHandle) =>
        Effect.sync(() => void calls.push(`delete ${receiptHandle} from ${queueUrl}`))
    }),
    Layer.mock(DynamoDb, { put: ({ item }) => Effect.sync(() => void records.push(item)) }),
    ConfigProvider.layer(ConfigProvider.fromUnknown({ FAILED_TABLE: "failures" }))
  )
  return Effect.gen(function* () {
    yield* TestClock.setTime(now)
    const fiber = yield* Effect.forkChild(
      Effect.exit(
        drainParking({
          parkingQueueUrl: `parking${suffix}`,
          deadLetterQueueUrl: `dead${suffix}`,
          by: "Ada",
          reason: "mended",
          limit: options.limit
        })
      )
    )
    yield* TestClock.adjust("1 minute")
    const exit = yield* Fiber.join(fiber)
    return { calls, sent, records, exit, left: waiting.length }
  }).pipe(Effect.provide(services))
}

describe("draining the parking queue", () => {
  it("hides what is in hand for longer than it takes to send it, at any rate that is allowed", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1000, noNaN: true }), (messagesPerSecond) => {
        assert.isAbove(inHandSeconds(messagesPerSecond), 10 / messagesPerSecond + 60)
        assert.isAtMost(inHandSeconds(messagesPerSecond), 43_200)
      })
    )
  })

  it.effect("notes, sends and only then deletes each message, and records the run", () =>
    Effect.gen(function* () {
      const { calls, sent, records, exit } = yield* drained([message(1), message(2)])
      assert.strictEqual(exit._tag, "Success")
      assert.deepStrictEqual(calls, [
        ...["note m-1", "send body 1 to dead", "delete r-1 from parking"],
        ...["note m-2", "send body 2 to dead", "delete r-2 from parking"]
      ])
      const [first] = sent
      assert.strictEqual(first?.attributes["color"]?.stringValue, "blue")
      const evidence = decodeEvidence(first?.attributes[evidenceAttributeName]?.stringValue)
      assert.deepStrictEqual([evidence?.lineageId, evidence?.firstSeen], ["m-1", now - 60_000])
      assert.deepStrictEqual(
        records.map(({ by, reason, sent: count }) => [by, reason, count]),
        [
          ["Ada", "mended", 0],
          ["Ada", "mended", 2]
        ]
      )
    })
  )

  it.effect("deletes nothing that the dead-letter queue has not taken, and records how far it came", () =>
    Effect.gen(function* () {
      const { calls, records, exit } = yield* drained([message(1), message(2), message(3)], { refuses: "body 2" })
      assert.strictEqual(exit._tag, "Failure")
      assert.deepStrictEqual(
        calls.filter((call) => call.startsWith("delete")),
        ["delete r-1 from parking"]
      )
      assert.strictEqual(records.at(-1)?.["sent"], 1)
    })
  )

  it.effect("leaves evidence as it is, and keeps it in the ledger where the message has no room", () =>
    Effect.gen(function* () {
      const text = encodeEvidence({ version: 1, lineageId: "l-1", firstSeen: now, healAttempts: 2 })
      const attribute = { dataType: "String", stringValue: text }
      const full = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, attribute]))
      const { calls, sent } = yield* drained([
        message(1, { attributes: { [evidenceAttributeName]: attribute }, messageGroupId: "tenant-1" }),
        message(2, { attributes: full })
      ])
      assert.deepStrictEqual(sent[0]?.attributes, { [evidenceAttributeName]: attribute })
      assert.deepStrictEqual(sent[1]?.attributes, full)
      assert.deepStrictEqual(
        sent.map(({ messageGroupId }) => messageGroupId),
        ["tenant-1", undefined]
      )
      assert.deepStrictEqual(calls.slice(0, 5), [
        ...["note l-1", "send body 1 to dead", "delete r-1 from parking"],
        ...["note m-2", "expect in dead-letter"]
      ])
    })
  )

  it.effect("keeps group and order on a FIFO queue, with an id that takes a repeated send out", () =>
    Effect.gen(function* () {
      const parked = [1, 2, 3].map((index) => message(index, { messageGroupId: "customer-1" }))
      const once = yield* drained(parked, { fifo: true })
      assert.deepStrictEqual(
        once.sent.map(({ body, messageGroupId }) => [body, messageGroupId]),
        parked.map(({ body }) => [body, "customer-1"])
      )
      const ids = once.sent.map(({ messageDeduplicationId }) => messageDeduplicationId)
      assert.strictEqual(new Set(ids).size, 3)
      const again = yield* drained(parked, { fifo: true })
      assert.deepStrictEqual(
        again.sent.map(({ messageDeduplicationId }) => messageDeduplicationId),
        ids
      )
    })
  )

  it.effect("sends back no more than were there when it began, or than was asked for", () =>
    Effect.gen(function* () {
      const parked = [1, 2, 3, 4, 5].map((index) => message(index))
      assert.strictEqual((yield* drained(parked, { counted: 3 })).sent.length, 3)
      assert.strictEqual((yield* drained(parked, { limit: 1 })).sent.length, 1)
      const empty = yield* drained([])
      assert.deepStrictEqual([empty.calls, empty.records], [[], []])
    })
  )
})
