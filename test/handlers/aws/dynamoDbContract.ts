/** What any DynamoDb service does with single items: the fake and the real adapter both pass it. */
import { assert, it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"

/**
 * Registers the contract's tests.
 *
 * @param tableName a table with key `id` (string); each test uses keys of its own
 */
export const dynamoDbContract = (layer: Layer.Layer<DynamoDb>, tableName: string): void => {
  const check = (title: string, use: (dynamoDb: DynamoDb["Service"]) => Effect.Effect<void, unknown>) =>
    it.live(title, () => Effect.flatMap(DynamoDb, use).pipe(Effect.provide(layer)))

  check("gives back an item as it was put, and nothing where there is none", (dynamoDb) =>
    Effect.gen(function* () {
      const item = { id: "same", text: "é☕", number: 1.5, list: [1, "two", null, { three: true }], none: null }
      yield* dynamoDb.put({ tableName, item })
      assert.deepStrictEqual(yield* dynamoDb.get(tableName, { id: "same" }), item)
      assert.isUndefined(yield* dynamoDb.get(tableName, { id: "never" }))
    })
  )

  check(
    "gives back many items in the order of their keys, one asked for twice twice, and nothing where there is none",
    (dynamoDb) =>
      Effect.gen(function* () {
        const ids = Array.from({ length: 130 }, (_, index) => `many-${index}`)
        yield* Effect.forEach(ids, (id) => dynamoDb.put({ tableName, item: { id, of: "many" } }), { concurrency: 20 })
        const asked = [...ids, "never", "many-3"].reverse().map((id) => ({ id }))
        const found = yield* dynamoDb.getMany(tableName, asked)
        assert.deepStrictEqual(
          found,
          asked.map(({ id }) => (id === "never" ? undefined : { id, of: "many" }))
        )
        assert.deepStrictEqual(yield* dynamoDb.getMany(tableName, []), [])
      })
  )

  check("leaves out attributes that are undefined", (dynamoDb) =>
    Effect.gen(function* () {
      yield* dynamoDb.put({ tableName, item: { id: "sparse", gone: undefined } })
      assert.deepStrictEqual(yield* dynamoDb.get(tableName, { id: "sparse" }), { id: "sparse" })
    })
  )

  check("puts under a condition once, and says when it does not hold", (dynamoDb) =>
    Effect.gen(function* () {
      const put = (value: number) =>
        dynamoDb.put({ tableName, item: { id: "once", value }, condition: "attribute_not_exists(id)" })
      yield* put(1)
      const error = yield* Effect.flip(put(2))
      assert.include(error, { _tag: "ConditionFailed", item: undefined })
      assert.deepStrictEqual(yield* dynamoDb.get(tableName, { id: "once" }), { id: "once", value: 1 })
    })
  )

  check("tells the item that a condition was not met by, where it is asked for and there is one", (dynamoDb) =>
    Effect.gen(function* () {
      const item = { id: "told", number: 1, list: ["one", { two: true }] }
      yield* dynamoDb.put({ tableName, item })
      const put = (id: string, condition: string) =>
        Effect.flip(
          dynamoDb.put({ tableName, item: { id }, condition, returnValuesOnConditionCheckFailure: "ALL_OLD" })
        )
      const told = yield* put("told", "attribute_not_exists(id)")
      assert.deepStrictEqual("item" in told ? told.item : told, item)
      assert.include(yield* put("nowhere", "attribute_exists(id)"), { _tag: "ConditionFailed", item: undefined })
    })
  )

  check("looks at the item that is there, and replaces it as a whole", (dynamoDb) =>
    Effect.gen(function* () {
      yield* dynamoDb.put({ tableName, item: { id: "replaced", tracked: true } })
      yield* dynamoDb.put({
        tableName,
        item: { id: "replaced", storedAt: true },
        condition: "attribute_exists(tracked) AND attribute_not_exists(storedAt)"
      })
      assert.deepStrictEqual(yield* dynamoDb.get(tableName, { id: "replaced" }), { id: "replaced", storedAt: true })
    })
  )
}
