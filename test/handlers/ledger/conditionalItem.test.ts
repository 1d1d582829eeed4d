import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { ConditionFailed, type DynamoDb, type Item } from "../../../handlers/aws/DynamoDb.ts"
import { changeItem } from "../../../handlers/ledger/conditionalItem.ts"
import { unavailable } from "../aws/injectedFailures.ts"
import { makeFakeTable } from "./fakeTable.ts"

const key = { lineageId: "l-1" }

const counter = (dynamoDb: DynamoDb["Service"]) => ({ dynamoDb, tableName: "failures", key, maxTries: 5 })

/** Adds one, and answers what it is then. */
const addOne = (stored: Item | undefined) =>
  Effect.sync(() => {
    const count = Number(stored?.["count"] ?? 0) + 1
    return { item: { count }, answer: count }
  })

/** A table whose `puts` break as told: the SDK tries a call again whose answer was lost, and is told that its condition is not met. */
const breakingTable = (puts: Array<"answer lost" | "fails" | undefined>) => {
  const table = makeFakeTable()
  const service: DynamoDb["Service"] = {
    ...table.service,
    put: (request) => {
      const how = puts.shift()
      if (how === "fails") return Effect.fail(unavailable)
      const put = table.service.put(request)
      return how === "answer lost"
        ? Effect.andThen(put, Effect.fail(new ConditionFailed({ tableName: request.tableName })))
        : put
    }
  }
  return { ...table, service }
}

const settled = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  })

describe("changing an item that others may change", () => {
  it.effect("makes it, and changes it from what it is", () =>
    Effect.gen(function* () {
      const { service, items } = makeFakeTable()
      for (const expected of [1, 2, 3])
        assert.strictEqual((yield* changeItem(counter(service), addOne)).answer, expected)
      assert.deepInclude(items.get("l-1"), { count: 3, revision: 3 })
    })
  )

  it.effect("loses none of many changes at once", () =>
    Effect.gen(function* () {
      const { service, items } = makeFakeTable()
      const changes = Array.from({ length: 8 }, () =>
        changeItem({ ...counter(service), maxTries: 50, longestPauseMilliseconds: 100 }, addOne)
      )
      const answers = yield* settled(Effect.all(changes, { concurrency: "unbounded" }))
      assert.deepStrictEqual(answers.map(({ answer }) => answer).toSorted(), [1, 2, 3, 4, 5, 6, 7, 8])
      assert.deepInclude(items.get("l-1"), { count: 8 })
    })
  )

  it.effect("is done once when the answer to its write was lost", () =>
    Effect.gen(function* () {
      const { service, items } = breakingTable(["answer lost"])
      assert.strictEqual((yield* changeItem(counter(service), addOne)).answer, 1)
      assert.deepInclude(items.get("l-1"), { count: 1, revision: 1 })
    })
  )

  it.effect("starts from what was seen a moment ago, and from what it is when that holds no more", () =>
    Effect.gen(function* () {
      const { service, items } = makeFakeTable()
      yield* changeItem(counter(service), addOne)
      const { stored } = yield* changeItem(counter(service), addOne)
      yield* changeItem(counter(service), addOne)
      assert.strictEqual((yield* changeItem({ ...counter(service), seen: { stored } }, addOne)).answer, 4)
      assert.deepInclude(items.get("l-1"), { count: 4 })
    })
  )

  it.effect("replaces what has no revision, or one that is none", () =>
    Effect.gen(function* () {
      for (const revision of [undefined, "first", 1.5]) {
        const { service, items } = makeFakeTable()
        items.set("l-1", { ...key, ...(revision === undefined ? {} : { revision }), count: 7 })
        yield* changeItem(counter(service), addOne)
        assert.deepInclude(items.get("l-1"), { count: 8, revision: 1 })
      }
    })
  )

  it.effect("leaves it as it is where nothing is to be written", () =>
    Effect.gen(function* () {
      const { service, items } = makeFakeTable()
      const answer = yield* changeItem(counter(service), () => Effect.succeed({ item: undefined, answer: "no" }))
      assert.deepStrictEqual(answer, { answer: "no", stored: undefined })
      assert.strictEqual(items.size, 0)
    })
  )

  it.effect("fails as its write does, and when somebody else is faster each time", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* Effect.flip(changeItem(counter(breakingTable(["fails"]).service), addOne)), unavailable)
      const { service } = makeFakeTable()
      const overtaken = (stored: Item | undefined) =>
        Effect.andThen(Effect.orDie(changeItem(counter(service), addOne)), addOne(stored))
      const error = yield* settled(Effect.flip(changeItem(counter(service), overtaken)))
      assert.strictEqual(error._tag, "ConditionFailed")
    })
  )
})
