/**
 * DynamoDB's batched read: up to a hundred keys a request, of which DynamoDB may leave some over.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb"
import { Effect } from "effect"
import { DependencyFailure } from "../failure/errors.ts"
import type { AwsError } from "./AwsError.ts"
import { marshall, unmarshall } from "./attributeValue.ts"
import type { Item, ReadMany } from "./DynamoDb.ts"
import { sdkCall } from "./sdkCall.ts"

/** What one request is answered with. */
export interface BatchGetAnswer {
  /** In no particular order. */
  readonly items: ReadonlyArray<Item>
  /** Keys that have to be asked for again. */
  readonly leftOver: ReadonlyArray<Item>
}

/** Keys that one request takes. */
const maxKeys = 100

/** How many requests in a row may leave keys over, and the pause after the first one, which then doubles. */
const maxLeftOver = 5
const pauseMilliseconds = 25

/**
 * The items of these keys, in their order; `undefined` where there is none. Fails where a request fails, or where DynamoDB
 * keeps leaving keys over.
 *
 * @param send makes one request; its keys are distinct, as DynamoDB demands
 */
export const getInBatches = Effect.fnUntraced(function* (
  keys: ReadonlyArray<Item>,
  send: (keys: ReadonlyArray<Item>) => Effect.Effect<BatchGetAnswer, AwsError>
) {
  const names = Object.keys(keys[0] ?? {})
  const addressOf = (item: Item): string => JSON.stringify(names.map((name) => item[name]))
  const found = new Map<string, Item>()
  let wanted: ReadonlyArray<Item> = [...new Map(keys.map((key) => [addressOf(key), key])).values()]
  let timesLeftOver = 0
  while (wanted.length > 0) {
    const { items, leftOver } = yield* send(wanted.slice(0, maxKeys))
    for (const item of items) found.set(addressOf(item), item)
    wanted = [...leftOver, ...wanted.slice(maxKeys)]
    timesLeftOver = leftOver.length === 0 ? 0 : timesLeftOver + 1
    if (timesLeftOver >= maxLeftOver)
      return yield* Effect.fail<AwsError>(
        new DependencyFailure({
          reason: "dynamodb BatchGetItem: UnprocessedKeys",
          detail: `${leftOver.length} keys were left over, ${timesLeftOver} times in a row.`,
          dependency: "dynamodb"
        })
      )
    if (timesLeftOver > 0) yield* Effect.sleep(pauseMilliseconds * 2 ** (timesLeftOver - 1))
  }
  return keys.map((key) => found.get(addressOf(key)))
})

/** Many items in requests of up to a hundred. Needs `dynamodb:BatchGetItem`. */
export const batchedReads: ReadMany = (client) => (tableName, keys) =>
  getInBatches(keys, (asked) =>
    Effect.map(
      sdkCall({ service: "dynamodb", operation: "BatchGetItem" }, (abortSignal) =>
        client.send(
          new BatchGetItemCommand({
            RequestItems: { [tableName]: { Keys: asked.map(marshall), ConsistentRead: true } }
          }),
          { abortSignal }
        )
      ),
      ({ Responses, UnprocessedKeys }) => ({
        items: (Responses?.[tableName] ?? []).map(unmarshall),
        leftOver: (UnprocessedKeys?.[tableName]?.Keys ?? []).map(unmarshall)
      })
    )
  )
