import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb"
import { assert, describe, it } from "@effect/vitest"
import dynalite from "dynalite"
import { Effect } from "effect"
import { afterAll, beforeAll } from "vitest"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { batchedReads } from "../../../handlers/aws/dynamoDbBatch.ts"
import { dynamoDbContract } from "./dynamoDbContract.ts"
import { makeFakeDynamoDb } from "./fakeDynamoDb.ts"

describe("the fake DynamoDB", () => {
  dynamoDbContract(makeFakeDynamoDb({ things: "id" }).layer, "things")
})

describe("the DynamoDB adapter", () => {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    assert.isObject(address)
    const port = typeof address === "object" ? address?.port : undefined
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${port}`
    process.env["AWS_REGION"] = "eu-west-1"
    process.env["AWS_ACCESS_KEY_ID"] = "test"
    process.env["AWS_SECRET_ACCESS_KEY"] = "test"
    const client = new DynamoDBClient({})
    for (const TableName of ["things", "others"]) {
      await client.send(
        new CreateTableCommand({
          TableName,
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          BillingMode: "PAY_PER_REQUEST"
        })
      )
      await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName })
    }
    client.destroy()
  })

  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

  describe("that reads many items one by one", () => dynamoDbContract(DynamoDb.layer, "things"))

  describe("that reads many items at once", () => dynamoDbContract(DynamoDb.layerReading(batchedReads), "others"))

  it.live("updates an item, answers what it is now, and finds it by a query", () =>
    Effect.gen(function* () {
      const dynamoDb = yield* DynamoDb
      const updated = yield* dynamoDb.update({
        tableName: "things",
        key: { id: "counted" },
        update: "SET #count = if_not_exists(#count, :zero) + :one",
        condition: "attribute_not_exists(finished)",
        attributes: { names: { "#count": "count" }, values: { ":zero": 0, ":one": 1 } }
      })
      assert.deepStrictEqual(updated, { id: "counted", count: 1 })
      const { items, lastKey } = yield* dynamoDb.query({
        tableName: "things",
        keyCondition: "id = :id",
        attributes: { values: { ":id": "counted" } }
      })
      assert.deepStrictEqual(items, [updated])
      assert.isUndefined(lastKey)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.live("says with a typed error that a table is missing", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.flatMap(DynamoDb, (dynamoDb) => dynamoDb.get("nothing", { id: "x" })))
      assert.include(error, { _tag: "RequestRejected", service: "dynamodb", code: "ResourceNotFoundException" })
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.live("says with a typed error that nobody answers", () =>
    Effect.gen(function* () {
      const endpoint = process.env["AWS_ENDPOINT_URL"]
      process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
      const get = Effect.flatMap(DynamoDb, (dynamoDb) => dynamoDb.get("things", { id: "x" }))
      const error = yield* Effect.flip(get.pipe(Effect.provide(DynamoDb.layer)))
      process.env["AWS_ENDPOINT_URL"] = endpoint
      assert.include(error, { _tag: "DependencyFailure", dependency: "dynamodb" })
    })
  )
})
