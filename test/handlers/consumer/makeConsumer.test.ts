import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { AuthFailure, DependencyFailure, Timeout, Unknown, ValidationError } from "../../../handlers/failure/errors.ts"
import { defaultRules } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { unavailable } from "../aws/injectedFailures.ts"
import { sqsEvent, sqsRecord } from "./records.ts"
import { deadLetterQueueUrl, mainQueueUrl, makeTestConsumer } from "./testConsumer.ts"

const timeout = new Timeout({ reason: "slow", dependency: "gateway" })

describe("a batch", () => {
  it.effect("is finished when every record succeeds", () =>
    Effect.gen(function* () {
      const handled: Array<string> = []
      const consumer = makeTestConsumer({ process: ({ name }) => Effect.sync(() => void handled.push(name)) })
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a"), sqsRecord("b"))), [])
      assert.deepStrictEqual(handled, ["a", "b"])
      assert.strictEqual(consumer.metrics.total("MessagesProcessed"), 2)
      assert.strictEqual(consumer.metrics.flushes.length, 1)
      assert.deepStrictEqual(consumer.sqs.calls, [])
    })
  )

  it.effect("does not fail the neighbours of a record that fails, dies or throws", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        process: ({ name }) => {
          if (name === "throws") throw new TypeError("no such thing")
          if (name === "dies") return Effect.die(new Error("broken"))
          return name === "fails" ? Effect.fail(timeout) : Effect.void
        }
      })
      const failed = yield* consumer.run(
        sqsEvent(...["good", "throws", "dies", "fails", "fine"].map((id) => sqsRecord(id)))
      )
      assert.deepStrictEqual(failed, ["throws", "dies", "fails"])
      assert.strictEqual(consumer.metrics.total("MessagesFailed", "Unknown"), 2)
      assert.strictEqual(consumer.metrics.total("MessagesFailed", "Timeout"), 1)
    })
  )

  it.effect("fails loudly, and acknowledges nothing, when the event is not one of SQS", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.void })
      const exit = yield* Effect.exit(consumer.runUnknown({ Records: [{ eventSource: "aws:s3" }] }))
      assert.isTrue(Exit.isFailure(exit))
    })
  )

  it.effect("is classified as a whole before anything is done about it", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const consumer = makeTestConsumer({
        concurrency: 1,
        process: ({ name }) =>
          Effect.suspend(() => {
            order.push(`${name} ${consumer.sqs.calls.length}`)
            return Effect.fail(new ValidationError({ reason: "bad" }))
          })
      })
      yield* consumer.run(sqsEvent(sqsRecord("a"), sqsRecord("b")))
      assert.deepStrictEqual(order, ["a 0", "b 0"])
      assert.deepStrictEqual(consumer.sqs.calls, ["send", "send"])
    })
  )

  it.effect("waits with every failure of a dependency as long as one of its answers asks", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        process: ({ name }) =>
          name.startsWith("good")
            ? Effect.void
            : Effect.fail(
                new DependencyFailure({
                  reason: "HTTP 503",
                  dependency: "gateway",
                  retryAfterSeconds: name === "a" ? 7200 : undefined
                })
              )
      })
      yield* consumer.run(sqsEvent(...["a", "b", "good1", "good2"].map((id) => sqsRecord(id))))
      assert.deepStrictEqual(
        consumer.sqs.visibility.map((each) => each.visibilityTimeoutSeconds),
        [7200, 7200]
      )
    })
  )
})

describe("a permanent failure", () => {
  it.effect("leaves the main queue at its first receive, with its reason", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(5000)
      const consumer = makeTestConsumer({
        process: () =>
          Effect.fail(new AuthFailure({ reason: "HTTP 401", dependency: "gateway", detail: "password=hunter2" }))
      })
      const failed = yield* consumer.run(sqsEvent(sqsRecord("a", { sentAt: 4000 })))
      assert.deepStrictEqual(failed, [])
      assert.strictEqual(consumer.sqs.sent[0]?.queueUrl, deadLetterQueueUrl)
      assert.deepStrictEqual(consumer.evidenceSent(), {
        version: 1,
        lineageId: "a",
        firstSeen: 4000,
        healAttempts: 0,
        failure: {
          class: "AuthFailure",
          reason: "HTTP 401",
          detail: "password=[redacted]",
          dependency: "gateway",
          receiveCount: 1,
          requestId: "request-1",
          logGroup: "/aws/lambda/consumer",
          logStream: "2026/01/01/[$LATEST]stream",
          at: 5000
        }
      })
    })
  )

  it.effect("stays in the main queue when the dead-letter queue does not take it", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(new ValidationError({ reason: "bad" })) })
      consumer.sqs.fail("send")
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a"))), ["a"])
      assert.deepStrictEqual(consumer.sqs.sent, [])
    })
  )

  it.effect("keeps body and user attributes byte for byte", () =>
    Effect.gen(function* () {
      const body = '{ "name" : "caf\\u00e9 ☕" , "count": 1.5 }'
      const consumer = makeTestConsumer({ process: () => Effect.void })
      yield* consumer.run(
        sqsEvent(
          sqsRecord("a", {
            body,
            attributes: {
              text: { dataType: "String", stringValue: "x" },
              number: { dataType: "Number.int", stringValue: "42" },
              bytes: { dataType: "Binary", binaryValue: "AP/+gA==" }
            }
          })
        )
      )
      const message = consumer.sqs.sent[0]?.message
      assert.strictEqual(message?.body, body)
      assert.deepStrictEqual(message?.attributes["text"], { dataType: "String", stringValue: "x" })
      assert.deepStrictEqual(message?.attributes["number"], { dataType: "Number.int", stringValue: "42" })
      assert.deepStrictEqual(message?.attributes["bytes"], {
        dataType: "Binary",
        binaryValue: Uint8Array.from([0, 255, 254, 128])
      })
    })
  )
})

describe("a transient failure", () => {
  it.effect("is retried by SQS after a backoff of its own", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(timeout) })
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", { receiveCount: 2 }))), ["a"])
      const change = consumer.sqs.visibility[0]
      assert.strictEqual(change?.queueUrl, mainQueueUrl)
      assert.strictEqual(change?.receiptHandle, "receipt-a")
      // Base 10 s, factor 2: at most 20 s before the second retry.
      assert.isTrue(change !== undefined && change.visibilityTimeoutSeconds >= 1)
      assert.isTrue(change !== undefined && change.visibilityTimeoutSeconds <= 20)
      assert.deepStrictEqual(consumer.sqs.sent, [])
    })
  )

  it.effect("waits no longer than SQS allows, however long it was asked to", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        process: () => Effect.fail(new Timeout({ reason: "slow", retryAfterSeconds: 80_000 }))
      })
      yield* consumer.run(sqsEvent(sqsRecord("a")))
      assert.strictEqual(consumer.sqs.visibility[0]?.visibilityTimeoutSeconds, 43_200)
    })
  )

  it.effect("is retried all the same when the visibility timeout cannot be changed", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(timeout) })
      consumer.sqs.fail("changeVisibility")
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a"))), ["a"])
    })
  )

  it.effect("goes to the dead-letter queue with its reason at the last allowed receive", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(timeout) })
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", { receiveCount: 3 }))), [])
      assert.strictEqual(consumer.evidenceSent()?.failure?.class, "Timeout")
      assert.strictEqual(consumer.evidenceSent()?.failure?.receiveCount, 3)
    })
  )

  it.effect("follows the policy's rule and not the class's name", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        process: () => Effect.fail(timeout),
        rules: { Timeout: { action: "archive" } }
      })
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a"))), [])
      assert.strictEqual(consumer.sqs.sent.length, 1)
    })
  )
})

describe("the deadline", () => {
  it.effect("interrupts what still runs, as Timeout, and reports what never started untouched", () =>
    Effect.gen(function* () {
      const interrupted: Array<string> = []
      const consumer = makeTestConsumer({
        concurrency: 2,
        remainingMilliseconds: 10_000,
        process: ({ name }) =>
          name === "fast"
            ? Effect.void
            : Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => void interrupted.push(name))))
      })
      const fiber = yield* Effect.forkChild(
        consumer.run(sqsEvent(...["fast", "slow", "slower", "waiting"].map((id) => sqsRecord(id))))
      )
      yield* TestClock.adjust(8000)
      const failed = yield* Fiber.join(fiber)
      assert.deepStrictEqual(failed, ["slow", "slower", "waiting"])
      assert.deepStrictEqual(interrupted.toSorted(), ["slow", "slower"])
      assert.strictEqual(consumer.metrics.total("MessagesFailed", "Timeout"), 2)
      assert.deepStrictEqual(
        consumer.sqs.visibility.map((each) => each.receiptHandle),
        ["receipt-slow", "receipt-slower"]
      )
    })
  )

  it.effect("gives a record that never started its reason before SQS moves it to the dead-letter queue", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ remainingMilliseconds: 300, process: () => Effect.void })
      const failed = yield* consumer.run(sqsEvent(sqsRecord("a", { receiveCount: 3 }), sqsRecord("b")))
      assert.deepStrictEqual(failed, ["b"])
      assert.strictEqual(consumer.evidenceSent()?.failure?.reason, "not tried at its last receive: no time was left")
      assert.strictEqual(consumer.evidenceSent()?.failure?.untried, true)
      assert.strictEqual(consumer.metrics.total("MessagesFailed"), 0)
    })
  )

  it.effect.each([
    [["Timeout"], "Unknown"],
    [["Timeout", "Unknown"], "DependencyFailure"],
    [["Timeout", "Unknown", "DependencyFailure"], undefined]
  ] as const)(
    "gives it a class that the policy heals, so that nothing is archived untried: not %s",
    ([classes, name]) =>
      Effect.gen(function* () {
        const consumer = makeTestConsumer({
          remainingMilliseconds: 300,
          process: () => Effect.void,
          rules: {
            ...defaultRules,
            ...Object.fromEntries(classes.map((each) => [each, { action: "archive" as const }]))
          }
        })
        const failed = yield* consumer.run(sqsEvent(sqsRecord("a", { receiveCount: 3 })))
        assert.deepStrictEqual(failed, name === undefined ? ["a"] : [])
        assert.strictEqual(consumer.evidenceSent()?.failure?.class, name)
      })
  )
})

describe("many failures", () => {
  it.effect("take a request for ten of them, and each has an outcome of its own", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        process: ({ name }) =>
          Effect.fail(name.startsWith("bad") ? new ValidationError({ reason: "bad" }) : new Timeout({ reason: "slow" }))
      })
      consumer.sqs.fail("send")
      consumer.sqs.fail("changeVisibility")
      const ids = ["bad", "slow"].flatMap((kind) => Array.from({ length: 25 }, (_, index) => `${kind}-${index}`))
      const failed = yield* consumer.run(sqsEvent(...ids.map((id) => sqsRecord(id))))
      assert.deepStrictEqual(failed, ["bad-0", ...ids.filter((id) => id.startsWith("slow"))])
      assert.deepStrictEqual(consumer.sqs.requests, { sendBatch: 3, changeVisibilityBatch: 3 })
      assert.strictEqual(consumer.sqs.sent.length, 24)
      assert.strictEqual(consumer.sqs.visibility.length, 24)
    })
  )
})

describe("a healed message", () => {
  it.effect("is confirmed when it succeeds, and counts from when it was first seen", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(60_000)
      const consumer = makeTestConsumer({ process: () => Effect.void })
      yield* consumer.run(sqsEvent(sqsRecord("new-id", { sentAt: 50_000, evidence: { firstSeen: 10_000 } })))
      assert.deepStrictEqual(consumer.ledger.recovered, ["lineage-1"])
      assert.strictEqual(consumer.metrics.total("Recovered"), 1)
      assert.strictEqual(consumer.metrics.total("TimeToRecover"), 50_000)
      assert.strictEqual(consumer.metrics.total("TimeToStore"), 50_000)
    })
  )

  it.effect("keeps its lineage and its count of heals when it fails again", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(new Unknown({ reason: "odd" })) })
      yield* consumer.run(
        sqsEvent(sqsRecord("new-id", { receiveCount: 3, evidence: { healAttempts: 4, firstSeen: 7 } }))
      )
      const evidence = consumer.evidenceSent()
      assert.strictEqual(evidence?.lineageId, "lineage-1")
      assert.strictEqual(evidence?.healAttempts, 4)
      assert.strictEqual(evidence?.firstSeen, 7)
    })
  )

  it.effect("is received again when its recovery cannot be confirmed, and counts as none", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.void })
      consumer.ledger.fail("confirmRecovered", unavailable, 1)
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", { evidence: {} }))), ["a"])
      assert.strictEqual(consumer.metrics.total("HealingErrors"), 1)
      assert.strictEqual(consumer.metrics.total("Recovered"), 0)
      assert.deepStrictEqual(consumer.sqs.sent, [])
    })
  )

  for (const fifo of [false, true])
    it.effect(`takes the word of its recovery to the dead-letter queue at its last receive, FIFO ${fifo}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(60_000)
        const consumer = makeTestConsumer({ process: () => Effect.void, fifo })
        consumer.ledger.fail("confirmRecovered", unavailable, 1)
        const attributes = { mine: { dataType: "String", stringValue: "x" } }
        const record = sqsRecord("a", { evidence: { firstSeen: 7 }, receiveCount: 3, attributes, group: "g" })
        assert.deepStrictEqual(yield* consumer.run(sqsEvent(record)), [])
        const [sent] = consumer.sqs.sent
        assert.strictEqual(sent?.queueUrl, deadLetterQueueUrl)
        assert.strictEqual(sent?.message.body, '{"name":"a"}')
        assert.deepStrictEqual(sent?.message.attributes["mine"], attributes.mine)
        assert.strictEqual(sent?.message.messageGroupId, "g")
        assert.deepStrictEqual(consumer.evidenceSent(), {
          version: 1,
          lineageId: "lineage-1",
          firstSeen: 7,
          healAttempts: 1,
          recoveredAt: 60_000
        })
        assert.strictEqual(consumer.metrics.total("MessagesProcessed"), 1)
        // Counted by whoever confirms it.
        assert.strictEqual(consumer.metrics.total("Recovered"), 0)
      })
    )

  it.effect("is not let go when neither ledger nor dead-letter queue take the word of its recovery", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.void })
      consumer.ledger.fail("confirmRecovered", unavailable, 1)
      consumer.sqs.fail("send", unavailable, 1)
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", { evidence: {}, receiveCount: 3 }))), ["a"])
    })
  )
})
