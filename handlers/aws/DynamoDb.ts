/** DynamoDB as an Effect service over plain JavaScript values (marshalled by the adapter). */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand
} from "@aws-sdk/client-dynamodb"
import { Context, Data, Effect, Layer } from "effect"
import type { AwsError } from "./AwsError.ts"
import { marshall, unmarshall } from "./attributeValue.ts"
import { clientConfig, present, sdkCall } from "./sdkCall.ts"
import { awsErrorOf } from "./sdkError.ts"

/** A condition expression was not met; nothing was written. */
export class ConditionFailed extends Data.TaggedError("ConditionFailed")<{
  /** The table that was to be written. */
  readonly tableName: string
  /** The item that the condition was not met by, where it was asked for and there is one. */
  readonly item?: Item | undefined
}> {}

/** An item, as plain JavaScript values. */
export type Item = Readonly<Record<string, unknown>>

/** Names and values that an expression refers to. Values are plain JavaScript values. */
export interface ExpressionAttributes {
  /** Attribute names, by placeholder (`#name`). @default none */
  readonly names?: Readonly<Record<string, string>> | undefined
  /** Values, by placeholder (`:value`). @default none */
  readonly values?: Readonly<Record<string, unknown>> | undefined
}

const expressionAttributes = (attributes: ExpressionAttributes | undefined) => ({
  ExpressionAttributeNames: attributes?.names === undefined ? undefined : { ...attributes.names },
  ExpressionAttributeValues: attributes?.values === undefined ? undefined : marshall(attributes.values)
})

/** A call whose condition may not be met. */
const conditionalCall = <A>(tableName: string, operation: string, send: (signal: AbortSignal) => Promise<A>) =>
  Effect.tryPromise({
    try: send,
    catch: (cause): AwsError | ConditionFailed => {
      if (cause instanceof ConditionalCheckFailedException)
        return new ConditionFailed({ tableName, item: cause.Item === undefined ? undefined : unmarshall(cause.Item) })
      return awsErrorOf({ service: "dynamodb", operation }, cause)
    }
  })

/** One page of a query. */
export interface Page {
  /** The items of this page, in the order of the sort key. */
  readonly items: ReadonlyArray<Item>
  /** Where the next page starts; `undefined` on the last one. */
  readonly lastKey?: Item | undefined
}

/** How items are read that somebody wants many of. */
export type ReadMany = (
  client: DynamoDBClient
) => (tableName: string, keys: ReadonlyArray<Item>) => Effect.Effect<ReadonlyArray<Item | undefined>, AwsError>

const readOne = (client: DynamoDBClient) =>
  Effect.fnUntraced(function* (tableName: string, key: Item) {
    const { Item } = yield* sdkCall({ service: "dynamodb", operation: "GetItem" }, (abortSignal) =>
      client.send(new GetItemCommand({ TableName: tableName, Key: marshall(key), ConsistentRead: true }), {
        abortSignal
      })
    )
    return Item === undefined ? undefined : unmarshall(Item)
  })

/** A request each, ten at a time. */
const readEach: ReadMany = (client) => (tableName, keys) =>
  Effect.forEach(keys, (key) => readOne(client)(tableName, key), { concurrency: 10 })

/** DynamoDB: the single-item calls, the read of many items and the index query that the handlers make. */
export class DynamoDb extends Context.Service<
  DynamoDb,
  {
    /** Strongly consistent read; `undefined` when there is no such item. */
    readonly get: (tableName: string, key: Item) => Effect.Effect<Item | undefined, AwsError>
    /**
     * Strongly consistent read of many items; one each, in the order of their keys, `undefined` where there is none. Fails
     * where any of them cannot be read.
     */
    readonly getMany: (
      tableName: string,
      keys: ReadonlyArray<Item>
    ) => Effect.Effect<ReadonlyArray<Item | undefined>, AwsError>
    /** Puts an item, under a condition where one is given. */
    readonly put: (request: {
      /** The table. */
      readonly tableName: string
      /** The item; it replaces one with the same key. */
      readonly item: Item
      /** A condition expression. @default none */
      readonly condition?: string | undefined
      /** What the expressions refer to. @default none */
      readonly attributes?: ExpressionAttributes | undefined
      /** Whether `ConditionFailed` tells the item that is there: without a read of its own, and without its price. @default no */
      readonly returnValuesOnConditionCheckFailure?: "ALL_OLD" | undefined
    }) => Effect.Effect<void, AwsError | ConditionFailed>
    /** Updates an item and answers what it is now (`ReturnValues: ALL_NEW`). */
    readonly update: (request: {
      /** The table. */
      readonly tableName: string
      /** The item's key; it is made if it is not there. */
      readonly key: Item
      /** An update expression. */
      readonly update: string
      /** A condition expression. @default none */
      readonly condition?: string | undefined
      /** What the expressions refer to. @default none */
      readonly attributes?: ExpressionAttributes | undefined
    }) => Effect.Effect<Item, AwsError | ConditionFailed>
    /** One page of an index or table query. */
    readonly query: (request: {
      /** The table. */
      readonly tableName: string
      /** The index. @default the table itself */
      readonly indexName?: string | undefined
      /** A key condition expression. */
      readonly keyCondition: string
      /** What the expressions refer to. */
      readonly attributes: ExpressionAttributes
      /** Whether the sort key ascends. @default true */
      readonly scanIndexForward?: boolean | undefined
      /** The most items of a page. @default as many as fit into 1 MB */
      readonly limit?: number | undefined
      /** Where the page starts: `lastKey` of the one before. @default at the beginning */
      readonly startKey?: Item | undefined
    }) => Effect.Effect<Page, AwsError>
  }
>()("resilient-queue/aws/DynamoDb") {
  /** The real one, with a way to read many items: `batchedReads`, for who needs it in the bundle. */
  static readonly layerReading = (readMany: ReadMany) =>
    Layer.effect(
      DynamoDb,
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => new DynamoDBClient(clientConfig)),
          (client) => Effect.sync(() => client.destroy())
        ),
        (client) =>
          DynamoDb.of({
            get: readOne(client),
            getMany: readMany(client),
            put: ({ tableName, item, condition, attributes, returnValuesOnConditionCheckFailure }) =>
              conditionalCall(tableName, "PutItem", async (abortSignal) => {
                await client.send(
                  new PutItemCommand({
                    TableName: tableName,
                    Item: marshall(item),
                    ConditionExpression: condition,
                    ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
                    ...expressionAttributes(attributes)
                  }),
                  { abortSignal }
                )
              }),
            update: Effect.fnUntraced(function* ({ tableName, key, update, condition, attributes }) {
              const { Attributes } = yield* conditionalCall(tableName, "UpdateItem", (abortSignal) =>
                client.send(
                  new UpdateItemCommand({
                    TableName: tableName,
                    Key: marshall(key),
                    UpdateExpression: update,
                    ConditionExpression: condition,
                    ReturnValues: "ALL_NEW",
                    ...expressionAttributes(attributes)
                  }),
                  { abortSignal }
                )
              )
              return unmarshall(yield* present(Attributes, "the updated item"))
            }),
            query: Effect.fnUntraced(function* (request) {
              const { Items, LastEvaluatedKey } = yield* sdkCall(
                { service: "dynamodb", operation: "Query" },
                (abortSignal) =>
                  client.send(
                    new QueryCommand({
                      TableName: request.tableName,
                      IndexName: request.indexName,
                      KeyConditionExpression: request.keyCondition,
                      ScanIndexForward: request.scanIndexForward,
                      Limit: request.limit,
                      ExclusiveStartKey: request.startKey === undefined ? undefined : marshall(request.startKey),
                      ...expressionAttributes(request.attributes)
                    }),
                    { abortSignal }
                  )
              )
              const items = (Items ?? []).map(unmarshall)
              return LastEvaluatedKey === undefined ? { items } : { items, lastKey: unmarshall(LastEvaluatedKey) }
            })
          })
      )
    )

  /** The real one; region, credentials and endpoint come from the environment. Many items are read one by one. */
  static readonly layer = DynamoDb.layerReading(readEach)
}
