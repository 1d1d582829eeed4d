import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll, beforeAll } from "vitest"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { batchedReads } from "../../../handlers/aws/dynamoDbBatch.ts"
import { createDynamoDb } from "../../../local/dynamodb/DynamoDbService.ts"
import { systemClock } from "../../../local/EmbeddedService.ts"
import { createResource } from "../../local/createResource.ts"
import { onGateway } from "../../local/onGateway.ts"
import { dynamoDbContract } from "./dynamoDbContract.ts"
import { makeFakeDynamoDb } from "./fakeDynamoDb.ts"

describe("the fake DynamoDB", () => {
  dynamoDbContract(makeFakeDynamoDb({ things: "id" }).layer, "things")
})

describe("the DynamoDB adapter", () => {
  const started = onGateway((account) => createDynamoDb({ account, clock: systemClock }))

  beforeAll(async () => {
    const aws = await started
    const { accessKeyId, secretAccessKey } = aws.iam.administrator
    process.env["AWS_ENDPOINT_URL"] = aws.account.endpoint
    process.env["AWS_REGION"] = aws.account.region
    process.env["AWS_ACCESS_KEY_ID"] = accessKeyId
    process.env["AWS_SECRET_ACCESS_KEY"] = secretAccessKey
    for (const name of ["things", "others"]) {
      const attributes = [{ name: "id", type: "S" }]
      const table = { name, hashKey: "id", attributes, billingMode: "PAY_PER_REQUEST" }
      await createResource(aws.service.resources, "aws:dynamodb/table:Table", table, name)
    }
  })

  afterAll(async () => (await started).close())

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
