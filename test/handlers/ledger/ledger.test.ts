import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb"
import dynalite from "dynalite"
import { Layer } from "effect"
import { afterAll, beforeAll, describe, expect } from "vitest"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { ledgerIndexes } from "../../../handlers/ledger/FailureLedger.ts"
import { makeFakeTable } from "./fakeTable.ts"
import { ledgerContract } from "./ledgerContract.ts"

describe("the ledger on the fake table", () => {
  ledgerContract(Layer.succeed(DynamoDb, makeFakeTable().service))
})

describe("the ledger on a DynamoDB engine", () => {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" ? address?.port : undefined
    expect(port).toBeDefined()
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${port}`
    process.env["AWS_REGION"] = "eu-west-1"
    process.env["AWS_ACCESS_KEY_ID"] = "test"
    process.env["AWS_SECRET_ACCESS_KEY"] = "test"
    const client = new DynamoDBClient({})
    const keys = ["class", "status", "correlationId"]
    await client.send(
      new CreateTableCommand({
        TableName: "failures",
        KeySchema: [{ AttributeName: "lineageId", KeyType: "HASH" }],
        AttributeDefinitions: ["lineageId", "lastFailureAt", ...keys].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S"
        })),
        GlobalSecondaryIndexes: Object.values(ledgerIndexes).map((IndexName, index) => ({
          IndexName,
          KeySchema: [
            { AttributeName: keys[index], KeyType: "HASH" },
            { AttributeName: "lastFailureAt", KeyType: "RANGE" }
          ],
          Projection: { ProjectionType: "ALL" }
        })),
        BillingMode: "PAY_PER_REQUEST"
      })
    )
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: "failures" })
    client.destroy()
  })

  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

  ledgerContract(DynamoDb.layer)
})
