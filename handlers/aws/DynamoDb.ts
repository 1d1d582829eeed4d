/** DynamoDB as an Effect service over plain JavaScript values (marshalled by the adapter). */
import { Context, Data, type Effect } from "effect"
import type { AwsError } from "./AwsError.ts"

/** A condition expression was not met; nothing was written. */
export class ConditionFailed extends Data.TaggedError("ConditionFailed")<{ readonly tableName: string }> {}

/** An item, as plain JavaScript values. */
export type Item = Readonly<Record<string, unknown>>

/** Names and values that an expression refers to. Values are plain JavaScript values. */
export interface ExpressionAttributes {
  readonly names?: Readonly<Record<string, string>> | undefined
  readonly values?: Readonly<Record<string, unknown>> | undefined
}

/** DynamoDB: the single-item calls and the index query that the handlers make. */
export class DynamoDb extends Context.Service<
  DynamoDb,
  {
    /** Strongly consistent read; `undefined` when there is no such item. */
    readonly get: (tableName: string, key: Item) => Effect.Effect<Item | undefined, AwsError>
    /** Puts an item, under a condition where one is given. */
    readonly put: (request: {
      readonly tableName: string
      readonly item: Item
      readonly condition?: string | undefined
      readonly attributes?: ExpressionAttributes | undefined
    }) => Effect.Effect<void, AwsError | ConditionFailed>
    /** Updates an item and answers what it is now (`ReturnValues: ALL_NEW`). */
    readonly update: (request: {
      readonly tableName: string
      readonly key: Item
      readonly update: string
      readonly condition?: string | undefined
      readonly attributes?: ExpressionAttributes | undefined
    }) => Effect.Effect<Item, AwsError | ConditionFailed>
    /** One page of an index or table query. */
    readonly query: (request: {
      readonly tableName: string
      readonly indexName?: string | undefined
      readonly keyCondition: string
      readonly attributes: ExpressionAttributes
      readonly scanIndexForward?: boolean | undefined
      readonly limit?: number | undefined
      readonly startKey?: Item | undefined
    }) => Effect.Effect<{ readonly items: ReadonlyArray<Item>; readonly lastKey?: Item | undefined }, AwsError>
  }
>()("resilient-queue/aws/DynamoDb") {}
