import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createDynamoDb, type DynamoDbService } from "../../../local/dynamodb/DynamoDbService.ts"
import { systemClock } from "../../../local/EmbeddedService.ts"
import { createResource } from "../createResource.ts"

let dynamodb: DynamoDbService
beforeAll(() => {
  const account = { accountId: "123456789012", region: "eu-central-1", endpoint: "http://127.0.0.1:1" }
  dynamodb = createDynamoDb({ account, clock: systemClock })
})
afterAll(() => dynamodb.close())

const table = (name: string, more: Readonly<Record<string, unknown>> = {}) =>
  createResource(
    dynamodb.resources,
    "aws:dynamodb/table:Table",
    { name, hashKey: "id", attributes: [{ name: "id", type: "S" }], billingMode: "PAY_PER_REQUEST", ...more },
    name
  )

describe("the resource aws:dynamodb/table:Table", () => {
  it("names itself from its logical name when the program gives none", async () => {
    const created = await createResource(
      dynamodb.resources,
      "aws:dynamodb/table:Table",
      { hashKey: "id", attributes: [{ name: "id", type: "S" }], billingMode: "PAY_PER_REQUEST" },
      "orders"
    )
    expect(created.id).toMatch(/^orders-[0-9a-f]{7}$/)
    expect(created.state["arn"]).toBe(`arn:aws:dynamodb:eu-central-1:123456789012:table/${created.id}`)
  })

  it("refuses a property that it does not know, by name", async () => {
    await expect(table("wrong", { streamEnabled: true })).rejects.toThrow(
      'aws:dynamodb/table:Table "wrong": the embedded AWS does not know the property "streamEnabled".'
    )
  })

  it("refuses an index over an attribute that is not declared, in DynamoDB's words", async () => {
    await expect(
      table("undeclared", { globalSecondaryIndexes: [{ name: "byKind", hashKey: "kind", projectionType: "ALL" }] })
    ).rejects.toThrow(/aws:dynamodb\/table:Table "undeclared": .*kind/)
  })
})
