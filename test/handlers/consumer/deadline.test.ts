import { assert, describe, it } from "@effect/vitest"
import { Effect, type Fiber } from "effect"
import { TestClock } from "effect/testing"
import { DependencyFailure, ValidationError } from "../../../handlers/failure/errors.ts"
import { sqsEvent, sqsRecord } from "./records.ts"
import { makeTestConsumer, type TestConsumerOptions } from "./testConsumer.ts"

/** What a function with ten seconds left has answered after eight, when its records' time is over. */
const answered = (fiber: Fiber.Fiber<unknown, unknown>): unknown => {
  const exit = fiber.pollUnsafe()
  return exit?._tag === "Success" ? exit.value : exit
}

/** A consumer with ten seconds left, and its answer to these records after eight. */
const afterEightSeconds = Effect.fnUntraced(function* (
  options: TestConsumerOptions,
  event: ReturnType<typeof sqsEvent>
) {
  const consumer = makeTestConsumer({ remainingMilliseconds: 10_000, ...options })
  const fiber = yield* Effect.forkChild(consumer.run(event))
  yield* TestClock.adjust(8000)
  return { consumer, answer: answered(fiber) }
})

const stubborn = {
  "a region that cannot be interrupted": Effect.uninterruptible(Effect.sleep("1 hour")),
  "a slow release": Effect.never.pipe(Effect.ensuring(Effect.sleep("4 seconds"))),
  "a release that never ends": Effect.acquireUseRelease(
    Effect.void,
    () => Effect.never,
    () => Effect.never
  )
}

describe("the deadline of the records", () => {
  it.effect.each(Object.entries(stubborn))("does not wait for %s", ([, work]) =>
    Effect.gen(function* () {
      const { consumer, answer } = yield* afterEightSeconds(
        { process: ({ name }) => (name === "stubborn" ? work : Effect.void) },
        sqsEvent(sqsRecord("stubborn"), sqsRecord("fast"))
      )
      assert.deepStrictEqual(answer, ["stubborn"])
      assert.strictEqual(consumer.metrics.total("MessagesFailed", "Timeout"), 1)
      assert.strictEqual(consumer.metrics.flushes.length, 1)
    })
  )

  it.effect("holds for the decoding of bodies, too", () =>
    Effect.gen(function* () {
      const { answer } = yield* afterEightSeconds(
        {
          process: () => Effect.uninterruptible(Effect.never),
          dependencies: () => ["gateway"]
        },
        sqsEvent(sqsRecord("a"))
      )
      assert.deepStrictEqual(answer, ["a"])
    })
  )

  it.effect("is told of in the log where a record goes on, and when that ends; nothing else of it is done", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const { consumer } = yield* afterEightSeconds(
        {
          fifo: true,
          process: ({ name }) =>
            Effect.uninterruptible(
              Effect.delay(
                Effect.sync(() => void log.push(name)),
                "9 seconds"
              )
            ).pipe(Effect.andThen(Effect.sync(() => void log.push(`after ${name}`))))
        },
        sqsEvent(sqsRecord("a1", { group: "a" }), sqsRecord("a2", { group: "a" }))
      )
      const lines = () => consumer.output.lines.filter((line) => line.includes('"messageIds":["a1"]')).length
      assert.strictEqual(lines(), 1)
      assert.deepStrictEqual(log, [])
      yield* TestClock.adjust(2000)
      assert.strictEqual(lines(), 2)
      assert.deepStrictEqual(log, ["a1"])
    })
  )
})

describe("a batch that waits and ends in time", () => {
  it.effect("is told of nowhere as late", () =>
    Effect.gen(function* () {
      const slow = Effect.sleep("1 second")
      const { consumer, answer } = yield* afterEightSeconds(
        {
          process: ({ name }) => (name === "bad" ? Effect.andThen(slow, new ValidationError({ reason: "bad" })) : slow)
        },
        sqsEvent(sqsRecord("bad"), sqsRecord("good"), sqsRecord("healed", { evidence: {} }))
      )
      assert.deepStrictEqual(answer, [])
      assert.notMatch(consumer.output.lines.join(), /have ended|in time/)
    })
  )
})

describe("the end of the function's time", () => {
  const bad = Effect.fail(new ValidationError({ reason: "bad" }))
  const tenAttributes = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
  )

  /** A consumer with ten seconds left, and what it has answered just before they are over. */
  const beforeItEnds = Effect.fnUntraced(function* (
    consumer: ReturnType<typeof makeTestConsumer>,
    event: ReturnType<typeof sqsEvent>
  ) {
    const fiber = yield* Effect.forkChild(consumer.run(event))
    yield* TestClock.adjust(9900)
    return answered(fiber)
  })

  it.effect("is not spent on a dead-letter queue that does not answer: its neighbours are finished", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: ({ name }) => (name === "bad" ? bad : Effect.void) })
      consumer.sqs.hang("send")
      const event = sqsEvent(sqsRecord("bad"), sqsRecord("good"), sqsRecord("healed", { evidence: {} }))
      assert.deepStrictEqual(yield* beforeItEnds(consumer, event), ["bad"])
      assert.deepStrictEqual(consumer.ledger.recovered, ["lineage-1"])
      assert.strictEqual(consumer.metrics.total("MessagesProcessed"), 2)
      assert.include(consumer.output.lines.join(), "the batch could not be settled in time")
    })
  )

  it.effect.each([
    ["a visibility timeout", "changeVisibility", "failing"],
    ["the confirmation of a recovery", "confirmRecovered", "healed"],
    ["evidence that is to be kept", "keepEvidence", "full"]
  ] as const)("is not spent on %s", ([, operation, unfinished]) =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({
        process: ({ name }) => {
          if (name === "failing") return Effect.fail(new DependencyFailure({ reason: "503", dependency: "gateway" }))
          return name === "full" ? bad : Effect.void
        }
      })
      consumer.sqs.hang(operation)
      consumer.ledger.hang(operation)
      const event = sqsEvent(
        sqsRecord("failing"),
        sqsRecord("healed", { evidence: {} }),
        sqsRecord("full", { attributes: tenAttributes }),
        sqsRecord("good")
      )
      assert.deepStrictEqual(
        yield* beforeItEnds(consumer, event),
        unfinished === "failing" ? ["failing"] : ["failing", unfinished]
      )
    })
  )

  it.effect("is not spent on a ledger or a breaker that does not answer: others have half of the time", () =>
    Effect.gen(function* () {
      const handled: Array<string> = []
      const consumer = makeTestConsumer({
        process: ({ name }) =>
          name === "down"
            ? Effect.fail(new DependencyFailure({ reason: "503", dependency: "gateway" }))
            : Effect.sync(() => void handled.push(name))
      })
      consumer.ledger.hang("evidenceOf")
      consumer.breakers.hang("observe")
      const event = sqsEvent(sqsRecord("full", { attributes: tenAttributes }), sqsRecord("good"), sqsRecord("down"))
      assert.deepStrictEqual(yield* beforeItEnds(consumer, event), ["full", "down"])
      assert.deepStrictEqual(handled, ["good"])
      assert.strictEqual(consumer.sqs.visibility.length, 2)
    })
  )

  it.effect("is not spent on a message that cannot be deleted before one that runs alone", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.void })
      consumer.sqs.hang("delete")
      const event = sqsEvent(sqsRecord("good"), sqsRecord("suspect", { evidence: { isolated: true } }))
      assert.deepStrictEqual(yield* beforeItEnds(consumer, event), ["suspect"])
    })
  )

  it.effect("leaves what comes next in a message group where it is", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ fifo: true, process: () => Effect.void })
      consumer.ledger.hang("confirmRecovered")
      const event = sqsEvent(
        sqsRecord("a1", { group: "a", evidence: {} }),
        sqsRecord("a2", { group: "a" }),
        sqsRecord("b1", { group: "b" })
      )
      assert.deepStrictEqual(yield* beforeItEnds(consumer, event), ["a1", "a2"])
    })
  )
})
