import { assert, describe, it } from "@effect/vitest"
import { Effect, type Fiber } from "effect"
import { TestClock } from "effect/testing"
import { sqsEvent, sqsRecord } from "./records.ts"
import { makeTestConsumer, type TestConsumerOptions } from "./testConsumer.ts"

/** What a function with ten seconds left has answered after eight, when its records' time is over. */
const answered = (fiber: Fiber.Fiber<unknown>): unknown => {
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
