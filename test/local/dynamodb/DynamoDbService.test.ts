import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand
} from "@aws-sdk/client-dynamodb"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createDynamoDb, type DynamoDbService } from "../../../local/dynamodb/DynamoDbService.ts"
import type { Clock } from "../../../local/EmbeddedService.ts"
import { createResource } from "../createResource.ts"
import { type OnGateway, onGateway } from "../onGateway.ts"

const start = Date.UTC(2025, 0, 1)
let now = start
let scheduled: Array<() => void> = []
const clock: Clock = {
  now: () => now,
  schedule: (_milliseconds, callback) => {
    scheduled.push(callback)
    return () => {
      scheduled = scheduled.filter((each) => each !== callback)
    }
  }
}

let aws: OnGateway<DynamoDbService>
let client: DynamoDBClient
beforeAll(async () => {
  aws = await onGateway((account) => createDynamoDb({ account, clock }))
  client = new DynamoDBClient(aws.client())
})
afterAll(async () => {
  client.destroy()
  await aws.close()
})

const table = async (name: string, more: Readonly<Record<string, unknown>> = {}) =>
  createResource(
    aws.service.resources,
    "aws:dynamodb/table:Table",
    { name, hashKey: "id", attributes: [{ name: "id", type: "S" }], billingMode: "PAY_PER_REQUEST", ...more },
    name
  )

describe("the DynamoDB of the embedded AWS", () => {
  it("returns the item that made a condition fail, and only when it is asked for", async () => {
    await table("conditions")
    await client.send(new PutItemCommand({ TableName: "conditions", Item: { id: { S: "a" }, n: { N: "1" } } }))
    const conditional = {
      TableName: "conditions",
      Item: { id: { S: "a" }, n: { N: "2" } },
      ConditionExpression: "attribute_not_exists(id)"
    }
    const failure = (request: ConstructorParameters<typeof PutItemCommand>[0]) =>
      client.send(new PutItemCommand(request)).catch((error: unknown) => error)
    const asked = await failure({ ...conditional, ReturnValuesOnConditionCheckFailure: "ALL_OLD" })
    expect(asked).toBeInstanceOf(ConditionalCheckFailedException)
    expect(asked).toMatchObject({ Item: { id: { S: "a" }, n: { N: "1" } } })
    const unasked = await failure(conditional)
    expect(unasked).toBeInstanceOf(ConditionalCheckFailedException)
    expect(unasked).toMatchObject({ Item: undefined })
  })

  it("returns the item of a failed condition on an update, and none where the key has no item", async () => {
    await table("updates")
    await client.send(new PutItemCommand({ TableName: "updates", Item: { id: { S: "a" }, n: { N: "1" } } }))
    const update = (id: string) =>
      client
        .send(
          new UpdateItemCommand({
            TableName: "updates",
            Key: { id: { S: id } },
            UpdateExpression: "SET n = :new",
            ConditionExpression: "n = :old",
            ExpressionAttributeValues: { ":new": { N: "9" }, ":old": { N: "5" } },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD"
          })
        )
        .catch((error: unknown) => error)
    expect(await update("a")).toMatchObject({ Item: { n: { N: "1" } } })
    expect(await update("b")).toMatchObject({ name: "ConditionalCheckFailedException", Item: undefined })
  })

  it("lets exactly one of many conditional puts of a key through, and shows its item to all others", async () => {
    await table("races")
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 12 }), async (writers) => {
        round += 1
        const id = { S: `key-${round}` }
        const outcomes = await Promise.all(
          Array.from({ length: writers }, (_, writer) =>
            client
              .send(
                new PutItemCommand({
                  TableName: "races",
                  Item: { id, writer: { N: `${writer}` } },
                  ConditionExpression: "attribute_not_exists(id)",
                  ReturnValuesOnConditionCheckFailure: "ALL_OLD"
                })
              )
              .then(
                () => ({ writer: `${writer}` }),
                (error: unknown) => (error instanceof ConditionalCheckFailedException ? error.Item : undefined)
              )
          )
        )
        const winners = outcomes.filter((outcome) => typeof outcome?.["writer"] === "string")
        expect(winners).toHaveLength(1)
        const seen = outcomes.flatMap((outcome) =>
          typeof outcome?.["writer"] === "object" ? [outcome["writer"].N] : []
        )
        expect(seen).toEqual(Array.from({ length: writers - 1 }, () => winners[0]?.["writer"]))
      }),
      { numRuns: 15 }
    )
  })

  it("deletes items once their time to live has passed, and leaves the others", async () => {
    await table("expiring", { ttl: { attributeName: "expiresAt", enabled: true } })
    const described = await client.send(new DescribeTimeToLiveCommand({ TableName: "expiring" }))
    expect(described.TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" })
    const seconds = start / 1000
    const put = (id: string, expiresAt: { readonly N: string } | { readonly S: string } | undefined) =>
      client.send(
        new PutItemCommand({
          TableName: "expiring",
          Item: { id: { S: id }, ...(expiresAt ? { expiresAt } : {}) }
        })
      )
    await put("soon", { N: `${seconds + 60}` })
    await put("later", { N: `${seconds + 3600}` })
    await put("never", undefined)
    await put("text", { S: `${seconds + 60}` })
    await put("ancient", { N: `${seconds - 6 * 365 * 86_400}` })
    expect(await aws.service.sweep()).toBe(0)
    now = start + 120_000
    expect(await aws.service.sweep()).toBe(1)
    const left = (await aws.service.items("expiring")).map((item) => item["id"])
    expect(left.sort()).toEqual(["ancient", "later", "never", "text"])
  })

  it("sweeps by the clock, again and again, until it is closed", async () => {
    expect(scheduled).toHaveLength(1)
    const own = createDynamoDb({ account: aws.account, clock })
    expect(scheduled).toHaveLength(2)
    own.close()
    expect(scheduled).toHaveLength(1)
  })

  it("refuses to enable a time to live that is enabled", async () => {
    await table("ttl-twice", { ttl: { attributeName: "expiresAt", enabled: true } })
    const again = client.send(
      new UpdateTimeToLiveCommand({
        TableName: "ttl-twice",
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true }
      })
    )
    await expect(again).rejects.toMatchObject({ name: "ValidationException", message: "TimeToLive is already enabled" })
  })

  it("keeps a table that is protected against deletion until the protection is lifted", async () => {
    await table("protected", { deletionProtectionEnabled: true })
    const described = await client.send(new DescribeTableCommand({ TableName: "protected" }))
    expect(described.Table).toMatchObject({
      DeletionProtectionEnabled: true,
      TableStatus: "ACTIVE",
      TableArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/protected"
    })
    await expect(client.send(new DeleteTableCommand({ TableName: "protected" }))).rejects.toMatchObject({
      name: "ValidationException"
    })
    await client.send(new UpdateTableCommand({ TableName: "protected", DeletionProtectionEnabled: false }))
    await client.send(new DeleteTableCommand({ TableName: "protected" }))
    expect(aws.service.tableNames()).not.toContain("protected")
  })

  it("takes a table's ARN for its name", async () => {
    const created = await table("by-arn")
    const arn = String(created.state["arn"])
    await client.send(new PutItemCommand({ TableName: arn, Item: { id: { S: "a" } } }))
    expect(await aws.service.items("by-arn")).toEqual([{ id: "a" }])
  })

  it("says in AWS's shape that transactions are not supported", async () => {
    const transaction = client.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: "x", Item: { id: { S: "a" } } } }] })
    )
    await expect(transaction).rejects.toMatchObject({ name: "UnknownOperationException" })
  })

  it("needs permission on the index for an index query, not on the table", async () => {
    await table("indexed", {
      attributes: [
        { name: "id", type: "S" },
        { name: "kind", type: "S" }
      ],
      globalSecondaryIndexes: [{ name: "byKind", hashKey: "kind", projectionType: "ALL" }]
    })
    const allowed = await aws.role({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["dynamodb:Query", "dynamodb:PutItem"],
          Resource: [
            "arn:aws:dynamodb:eu-central-1:123456789012:table/indexed/index/byKind",
            "arn:aws:dynamodb:eu-central-1:123456789012:table/indexed-not"
          ]
        }
      ]
    })
    const asRole = new DynamoDBClient(aws.client(allowed))
    const query = new QueryCommand({
      TableName: "indexed",
      IndexName: "byKind",
      KeyConditionExpression: "kind = :kind",
      ExpressionAttributeValues: { ":kind": { S: "x" } }
    })
    await client.send(new PutItemCommand({ TableName: "indexed", Item: { id: { S: "a" }, kind: { S: "x" } } }))
    expect((await asRole.send(query)).Items).toEqual([{ id: { S: "a" }, kind: { S: "x" } }])
    await expect(
      asRole.send(new GetItemCommand({ TableName: "indexed", Key: { id: { S: "a" } } }))
    ).rejects.toMatchObject({ name: "AccessDeniedException" })
    asRole.destroy()
  })

  it("keeps every value that it is given", async () => {
    await table("values")
    await client.send(
      new PutItemCommand({
        TableName: "values",
        Item: {
          id: { S: "a" },
          list: { L: [{ N: "1" }, { NULL: true }] },
          map: { M: { yes: { BOOL: true } } },
          numbers: { NS: ["1", "2"] }
        }
      })
    )
    expect(await aws.service.items("values")).toEqual([
      { id: "a", list: [1, null], map: { yes: true }, numbers: [1, 2] }
    ])
  })

  it("answers for an unknown table as AWS does", async () => {
    await expect(
      client.send(new GetItemCommand({ TableName: "nothing-here", Key: { id: { S: "a" } } }))
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" })
    await expect(aws.service.items("nothing-here")).rejects.toThrow("not found")
  })

  it("creates a provisioned table over the API", async () => {
    const created = await client.send(
      new CreateTableCommand({
        TableName: "over-api",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true
      })
    )
    expect(created.TableDescription?.TableArn).toBe("arn:aws:dynamodb:eu-central-1:123456789012:table/over-api")
    expect(aws.service.tableNames()).toContain("over-api")
  })
})
