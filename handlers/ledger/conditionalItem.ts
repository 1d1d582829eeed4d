/**
 * Changes an item of the table that several may change at once: written under a condition on its revision, and again from
 * what it has become when somebody else was faster.
 */
import { Effect, Random } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import type { ConditionFailed, DynamoDb, Item } from "../aws/DynamoDb.ts"

/** Which item to change. */
export interface ConditionalItem {
  readonly dynamoDb: DynamoDb["Service"]
  readonly tableName: string
  readonly key: { readonly lineageId: string }
  /** What the item was a moment ago, to start from. @default it is read */
  readonly seen?: { readonly stored: Item | undefined } | undefined
  /** How often it is tried on what the item has become meanwhile. Range: 1 and more. */
  readonly maxTries: number
  /** The longest pause between two tries, where many change one item: apart from each other they do not meet again. @default 0 */
  readonly longestPauseMilliseconds?: number | undefined
}

/** What a change makes of an item. */
export interface ItemChange<Answer> {
  /** All of its attributes but the key, `revision` and `writer`; `undefined` leaves it as it is. */
  readonly item: Item | undefined
  readonly answer: Answer
}

/** A change that is done: its answer, and the item as it is stored now. */
export interface ChangedItem<Answer> {
  readonly answer: Answer
  readonly stored: Item | undefined
}

/** The revision after that of what is stored. */
export const nextRevision = (stored: Item | undefined): number => {
  const revision = stored?.["revision"]
  return isRevision(revision) ? revision + 1 : 1
}

const isRevision = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value)

/** The condition that an item still is what was read, whatever its revision may be; an item that cannot be read can be replaced. */
export const unchanged = (stored: Item | undefined) => {
  if (stored === undefined) return { condition: "attribute_not_exists(lineageId)" }
  const revision = stored["revision"]
  return revision === undefined
    ? { condition: "attribute_not_exists(revision)" }
    : { condition: "revision = :revision", attributes: { values: { ":revision": revision } } }
}

/**
 * Changes an item; `change` is called again for each try. A write whose answer was lost on the way is known by its writer,
 * and is not done twice. Fails as `ConditionFailed` when somebody else was faster each time, and as `change` does.
 */
export const changeItem = Effect.fnUntraced(function* <Answer, E, R>(
  { dynamoDb, tableName, key, seen, maxTries, longestPauseMilliseconds = 0 }: ConditionalItem,
  change: (stored: Item | undefined) => Effect.Effect<ItemChange<Answer>, E, R>
): Effect.fn.Return<ChangedItem<Answer>, AwsError | ConditionFailed | E, R> {
  const writer = String(yield* Random.nextInt)
  let written: ChangedItem<Answer> | undefined
  for (let tries = 1; ; tries++) {
    const stored = tries === 1 && seen !== undefined ? seen.stored : yield* dynamoDb.get(tableName, key)
    if (written !== undefined && stored?.["writer"] === writer) return written
    const { item, answer } = yield* change(stored)
    if (item === undefined) return { answer, stored }
    const next = { ...item, ...key, revision: nextRevision(stored), writer }
    written = { answer, stored: next }
    const refused = yield* dynamoDb.put({ tableName, item: next, ...unchanged(stored) }).pipe(
      Effect.as(undefined),
      Effect.catchTag("ConditionFailed", (error) => Effect.succeed(error))
    )
    if (refused === undefined) return written
    if (tries >= maxTries) return yield* Effect.fail(refused)
    if (longestPauseMilliseconds > 0)
      yield* Effect.sleep((yield* Random.next) * Math.min(longestPauseMilliseconds, 5 * 2 ** tries))
  }
})
