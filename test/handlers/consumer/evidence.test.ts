import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { AuthFailure, Timeout, ValidationError } from "../../../handlers/failure/errors.ts"
import { unavailable } from "../aws/injectedFailures.ts"
import { healedEvidence, sqsEvent, sqsRecord } from "./records.ts"
import { makeTestConsumer } from "./testConsumer.ts"

const tenAttributes = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
)
const large = JSON.stringify({ name: "x".repeat(1_048_576 - 100) })
const bad = new ValidationError({ reason: "bad" })

describe("a message with no room for evidence", () => {
  it.effect.each([
    ["ten attributes", { attributes: tenAttributes }],
    ["nearly the size limit", { body: large }]
  ] as const)("keeps its attributes, and its evidence goes to the ledger: %s", ([, options]) =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(bad) })
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", options))), [])
      const [sent] = consumer.sqs.sent
      assert.isUndefined(sent?.message.attributes["resilience"])
      assert.deepStrictEqual(
        consumer.ledger.expected.map(({ body, evidence }) => [body, evidence.failure?.class, evidence.lineageId]),
        [[sent?.message.body, "ValidationError", "a"]]
      )
    })
  )

  it.effect("is finished all the same when the ledger does not take its evidence", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(bad) })
      consumer.ledger.fail("keepEvidence")
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", { attributes: tenAttributes }))), [])
      assert.strictEqual(consumer.metrics.total("HealingErrors"), 1)
    })
  )

  it.effect("that was healed before stays in its queue when the ledger does not take its evidence", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(bad) })
      consumer.ledger.kept.set("a", healedEvidence({ lineageId: "first", healAttempts: 2 }))
      consumer.ledger.fail("keepEvidence", unavailable)
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", { attributes: tenAttributes }))), ["a"])
      assert.deepStrictEqual(consumer.sqs.sent, [])
    })
  )

  it.effect("goes without it to a queue that takes less than it was made to", () =>
    Effect.gen(function* () {
      const body = JSON.stringify({ name: "x".repeat(262_144 - 100) })
      for (const ids of [["a"], ["a", "b"]]) {
        const consumer = makeTestConsumer({ process: () => Effect.fail(bad) })
        consumer.sqs.takeAtMost(262_144)
        assert.deepStrictEqual(yield* consumer.run(sqsEvent(...ids.map((id) => sqsRecord(id, { body })))), [])
        assert.deepStrictEqual(
          consumer.sqs.sent.map(({ message }) => [message.body, message.attributes]),
          ids.map(() => [body, {}])
        )
        assert.deepStrictEqual(
          consumer.ledger.expected.map(({ evidence }) => evidence.lineageId),
          ids
        )
      }
    })
  )

  it.effect("stays for SQS to move where nobody would look for its evidence", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.fail(bad) })
      consumer.sqs.takeAtMost(100_000)
      const record = sqsRecord("a", { body: JSON.stringify({ name: "x".repeat(100_000 - 100) }) })
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(record)), ["a"])
      assert.deepStrictEqual(consumer.ledger.expected, [])
    })
  )

  it.effect("is known again by what the ledger kept", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const consumer = makeTestConsumer({
        process: (_, { lineageId, healAttempts }) => Effect.sync(() => void seen.push(`${lineageId} ${healAttempts}`))
      })
      consumer.ledger.kept.set("a", healedEvidence({ lineageId: "first", healAttempts: 2 }))
      yield* consumer.run(sqsEvent(sqsRecord("a", { attributes: tenAttributes })))
      assert.deepStrictEqual(seen, ["first 2"])
      assert.deepStrictEqual(consumer.ledger.recovered, ["first"])
    })
  )

  it.effect("is not tried when the ledger cannot say how often it was healed", () =>
    Effect.gen(function* () {
      const handled: Array<string> = []
      const consumer = makeTestConsumer({ process: ({ name }) => Effect.sync(() => void handled.push(name)) })
      consumer.ledger.fail("evidenceOf", unavailable)
      assert.deepStrictEqual(yield* consumer.run(sqsEvent(sqsRecord("a", { attributes: tenAttributes }))), ["a"])
      assert.deepStrictEqual(handled, [])
    })
  )

  it.effect(
    "is left to SQS at its last receive when the ledger cannot be asked: sent on, it would be a new message",
    () =>
      Effect.gen(function* () {
        for (const error of [unavailable, new AuthFailure({ reason: "AccessDenied", dependency: "dynamodb" })]) {
          const consumer = makeTestConsumer({ process: () => Effect.void })
          consumer.ledger.fail("evidenceOf", error)
          const last = sqsRecord("a", { attributes: tenAttributes, receiveCount: 3 })
          assert.deepStrictEqual(yield* consumer.run(sqsEvent(last)), ["a"])
          assert.deepStrictEqual(consumer.sqs.sent, [])
        }
      })
  )
})

describe("the ledger", () => {
  it.effect("is asked for evidence only where there was no room for it", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.void })
      yield* consumer.run(sqsEvent(sqsRecord("a"), sqsRecord("b", { evidence: {} })))
      assert.deepStrictEqual(consumer.ledger.calls, ["confirmRecovered"])
    })
  )
})

describe("the log", () => {
  it.effect("has one line a failed record, with its reason and ids, and never its body", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        process: () => Effect.fail(new Timeout({ reason: "slow: token=abc123", dependency: "gateway" }))
      })
      yield* consumer.run(sqsEvent(sqsRecord("a", { body: { name: "personal data" } })))
      const [line, ...more] = consumer.logs()
      assert.deepStrictEqual(more, [])
      assert.include(line, {
        level: "WARN",
        message: "record failed",
        requestId: "request-1",
        messageId: "a",
        lineageId: "a",
        receiveCount: 1,
        class: "TIMEOUT",
        reason: "slow: token=[redacted]",
        dependency: "gateway",
        action: "retry"
      })
      assert.notInclude(consumer.output.lines.join(), "personal data")
    })
  )

  it.effect("has the stack of a defect, which the message has not", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.die(new TypeError("x is undefined")) })
      yield* consumer.run(sqsEvent(sqsRecord("a")))
      assert.include(consumer.output.lines.join(), "evidence.test.ts")
    })
  )

  it.effect("has one line for all processed records, with the ids of each, the lineage's where it is another", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.void })
      yield* consumer.run(sqsEvent(sqsRecord("a"), sqsRecord("b", { evidence: { lineageId: "first" } })))
      const [line, ...more] = consumer.logs()
      assert.deepStrictEqual(more, [])
      assert.include(Object(line), { level: "INFO", message: "records processed", requestId: "request-1" })
      assert.deepStrictEqual(Object(line).records, [
        { messageId: "a", receiveCount: 1, milliseconds: 0 },
        { messageId: "b", lineageId: "first", receiveCount: 1, milliseconds: 0 }
      ])
    })
  )
})
