import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Timeout, ValidationError } from "../../../handlers/failure/errors.ts"
import { sqsEvent, sqsRecord } from "./records.ts"
import { makeTestConsumer } from "./testConsumer.ts"

const records = sqsEvent(
  sqsRecord("a1", { group: "a" }),
  sqsRecord("b1", { group: "b" }),
  sqsRecord("a2", { group: "a" }),
  sqsRecord("b2", { group: "b" }),
  sqsRecord("a3", { group: "a" })
)

describe("a FIFO queue", () => {
  it.effect("handles a message group in order, and groups side by side", () =>
    Effect.gen(function* () {
      const handled: Array<string> = []
      const consumer = makeTestConsumer({
        fifo: true,
        process: ({ name }) =>
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => void handled.push(name))
          )
      })
      assert.deepStrictEqual(yield* consumer.run(records), [])
      assert.deepStrictEqual(
        handled.filter((name) => name.startsWith("a")),
        ["a1", "a2", "a3"]
      )
      assert.deepStrictEqual(
        handled.filter((name) => name.startsWith("b")),
        ["b1", "b2"]
      )
      assert.notDeepEqual(handled, ["a1", "a2", "a3", "b1", "b2"])
    })
  )

  it.effect("stops the group that failed, not the queue, and lets the group wait as one", () =>
    Effect.gen(function* () {
      const handled: Array<string> = []
      const consumer = makeTestConsumer({
        fifo: true,
        process: ({ name }) =>
          Effect.suspend(() => {
            handled.push(name)
            return name === "a1" ? Effect.fail(new Timeout({ reason: "slow", retryAfterSeconds: 600 })) : Effect.void
          })
      })
      const failed = yield* consumer.run(records)
      assert.deepStrictEqual(failed.toSorted(), ["a1", "a2", "a3"])
      assert.deepStrictEqual(handled.toSorted(), ["a1", "b1", "b2"])
      assert.deepStrictEqual(
        consumer.sqs.visibility.map((each) => `${each.receiptHandle} ${each.visibilityTimeoutSeconds}`),
        ["receipt-a1 600", "receipt-a2 600", "receipt-a3 600"]
      )
    })
  )

  it.effect("finishes nothing behind a success of its group that could not be confirmed", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        fifo: true,
        process: ({ name }) => (name === "a3" ? Effect.fail(new ValidationError({ reason: "bad" })) : Effect.void)
      })
      consumer.ledger.fail("confirmRecovered")
      const failed = yield* consumer.run(
        sqsEvent(
          sqsRecord("a1", { group: "a", evidence: {} }),
          sqsRecord("a2", { group: "a" }),
          sqsRecord("a3", { group: "a" }),
          sqsRecord("b1", { group: "b", evidence: { lineageId: "b" } })
        )
      )
      assert.deepStrictEqual(failed, ["a1", "a2", "a3"])
      assert.deepStrictEqual(consumer.sqs.sent, [])
      assert.deepStrictEqual(consumer.ledger.recovered, ["b"])
      assert.strictEqual(consumer.metrics.total("MessagesProcessed"), 1)
    })
  )

  it.effect("lets go behind it only what SQS would move to the dead-letter queue now, with its reason", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ fifo: true, process: () => Effect.fail(new Timeout({ reason: "slow" })) })
      const failed = yield* consumer.run(
        sqsEvent(sqsRecord("a1", { group: "a" }), sqsRecord("a2", { group: "a", receiveCount: 3 }))
      )
      assert.deepStrictEqual(failed, ["a1"])
      assert.strictEqual(consumer.evidenceSent()?.failure?.untried, true)
    })
  )

  it.effect("keeps the message group of a dead letter, and sends it once however often it is repeated", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        fifo: true,
        process: () => Effect.fail(new ValidationError({ reason: "bad" }))
      })
      yield* consumer.run(sqsEvent(sqsRecord("a1", { group: "a" })))
      yield* consumer.run(sqsEvent(sqsRecord("a1", { group: "a" })))
      const [first, second] = consumer.sqs.sent
      assert.strictEqual(first?.message.messageGroupId, "a")
      assert.isDefined(first?.message.messageDeduplicationId)
      assert.strictEqual(first?.message.messageDeduplicationId, second?.message.messageDeduplicationId)
      assert.isUndefined(first?.message.delaySeconds)
    })
  )
})

describe("an isolated message", () => {
  it.effect("runs when its neighbours are finished and gone from the queue, and leaves it before the next one", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const consumer = makeTestConsumer({
        process: ({ name }) => Effect.sync(() => void log.push(`${name} after ${consumer.sqs.deleted.length}`))
      })
      const failed = yield* consumer.run(
        sqsEvent(
          sqsRecord("suspect1", { evidence: { isolated: true, lineageId: "1" } }),
          sqsRecord("good1"),
          sqsRecord("suspect2", { evidence: { isolated: true, lineageId: "2" } }),
          sqsRecord("good2")
        )
      )
      assert.deepStrictEqual(failed, [])
      assert.deepStrictEqual(log, ["good1 after 0", "good2 after 0", "suspect1 after 2", "suspect2 after 3"])
      assert.deepStrictEqual(consumer.ledger.recovered, ["1", "2"])
    })
  )

  it.effect("is not deleted when it fails, nor is a neighbour that failed", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(new Timeout({ reason: "slow" })) })
      const failed = yield* consumer.run(
        sqsEvent(sqsRecord("suspect", { evidence: { isolated: true } }), sqsRecord("neighbour"))
      )
      assert.deepStrictEqual(failed, ["neighbour", "suspect"])
      assert.deepStrictEqual(consumer.sqs.deleted, [])
    })
  )

  it.effect("keeps its place in its message group", () =>
    Effect.gen(function* () {
      const handled: Array<string> = []
      const consumer = makeTestConsumer({
        fifo: true,
        process: ({ name }) => Effect.sync(() => void handled.push(name))
      })
      yield* consumer.run(
        sqsEvent(
          sqsRecord("a1", { group: "a" }),
          sqsRecord("a2", { group: "a", evidence: { isolated: true } }),
          sqsRecord("a3", { group: "a" })
        )
      )
      assert.deepStrictEqual(handled, ["a1", "a2", "a3"])
    })
  )
})
