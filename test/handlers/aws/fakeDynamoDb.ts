/**
 * DynamoDB in memory, for single items: keys by attribute value, and the conditions `attribute_exists` and
 * `attribute_not_exists`, joined by `AND`. Anything else dies, so that no test passes on a condition that was ignored.
 */
import { Effect, Layer } from "effect"
import { ConditionFailed, DynamoDb, type Item } from "../../../handlers/aws/DynamoDb.ts"
import { makeInjectedFailures } from "./injectedFailures.ts"

const holds = (condition: string, item: Item): boolean =>
  condition.split(" AND ").every((part) => {
    const match = /^attribute_(not_)?exists\((\w+)\)$/.exec(part.trim())
    if (match?.[2] === undefined) throw new Error(`The fake does not know the condition: ${condition}`)
    return Object.hasOwn(item, match[2]) === (match[1] === undefined)
  })

/**
 * A fresh DynamoDB; `keys` names the key attribute of each table. Operations for failure injection: `get`, `getMany`, `put`.
 */
export const makeFakeDynamoDb = (keys: Readonly<Record<string, string>>) => {
  const failures = makeInjectedFailures()
  const items = new Map<string, Item>()
  const addressOf = (tableName: string, item: Item): string => {
    const key = keys[tableName]
    if (key === undefined) throw new Error(`The fake has no table ${tableName}`)
    return `${tableName}/${JSON.stringify(item[key])}`
  }
  return {
    ...failures,
    /** Items by `table/"key"`. */
    items,
    layer: Layer.succeed(DynamoDb, {
      get: (tableName, key) =>
        Effect.andThen(
          failures.call("get"),
          Effect.sync(() => items.get(addressOf(tableName, key)))
        ),
      getMany: (tableName, keys) =>
        Effect.andThen(
          failures.call("getMany"),
          Effect.sync(() => keys.map((key) => items.get(addressOf(tableName, key))))
        ),
      put: ({ tableName, item, condition, returnValuesOnConditionCheckFailure }) =>
        Effect.andThen(
          failures.call("put"),
          Effect.suspend(() => {
            const address = addressOf(tableName, item)
            const before = items.get(address)
            if (condition !== undefined && !holds(condition, before ?? {})) {
              const told = returnValuesOnConditionCheckFailure === "ALL_OLD" ? before : undefined
              return Effect.fail(new ConditionFailed({ tableName, item: told }))
            }
            items.set(address, Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)))
            return Effect.void
          })
        ),
      update: () => Effect.die(new Error("The fake knows no updates")),
      query: () => Effect.die(new Error("The fake knows no queries"))
    })
  }
}
