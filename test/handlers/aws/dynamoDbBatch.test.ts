/** What becomes of keys that DynamoDB leaves over. */
import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { getInBatches } from "../../../handlers/aws/dynamoDbBatch.ts"

const keys = Array.from({ length: 250 }, (_, index) => ({ id: `k${index}` }))

it.effect("keys that are left over are asked for again with the next ones, after a pause", () =>
  Effect.gen(function* () {
    const requests: Array<number> = []
    const reading = yield* Effect.forkChild(
      getInBatches(keys, (asked) =>
        Effect.sync(() => {
          requests.push(asked.length)
          const done = requests.length === 1 ? 40 : asked.length
          return { items: asked.slice(0, done).map((key) => ({ ...key, found: true })), leftOver: asked.slice(done) }
        })
      )
    )
    yield* TestClock.adjust(24)
    expect(requests).toEqual([100])
    yield* TestClock.adjust(1)
    expect(yield* Fiber.join(reading)).toEqual(keys.map((key) => ({ ...key, found: true })))
    expect(requests).toEqual([100, 100, 100, 10])
  })
)

it.effect("where some are left over again and again, the read fails as a failure of DynamoDB", () =>
  Effect.gen(function* () {
    let requests = 0
    const reading = yield* Effect.forkChild(
      Effect.flip(
        getInBatches(keys.slice(0, 2), ([, last = {}]) =>
          Effect.sync(() => {
            requests += 1
            return { items: [], leftOver: [last] }
          })
        )
      )
    )
    yield* TestClock.adjust("1 minute")
    expect(yield* Fiber.join(reading)).toMatchObject({
      _tag: "DependencyFailure",
      reason: "dynamodb BatchGetItem: UnprocessedKeys",
      dependency: "dynamodb"
    })
    expect(requests).toBe(5)
  })
)
