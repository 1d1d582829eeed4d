/** What AWS documents about queries, indexes, and the settings of tables. */
import assert from "node:assert/strict"
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand
} from "@aws-sdk/client-dynamodb"
import { type ExpectationContext, expectationsOf, refuses } from "../../Expectation.ts"
import { createIndexedTable, createTable, type Item, put } from "../../fixtures/dynamodbTable.ts"

const reference = (operation: string) =>
  `https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_${operation}.html`
const guide = (page: string) => `https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/${page}.html`

const query = ({ dynamodb }: ExpectationContext, input: QueryCommandInput) => dynamodb.send(new QueryCommand(input))

const kindIs = (kind: string) => ({
  KeyConditionExpression: "kind = :kind",
  ExpressionAttributeValues: { ":kind": { S: kind } }
})

const ids = (items: ReadonlyArray<Item> | undefined) => items?.map((item) => item["id"]?.S)

/** AWS brings an index up to date a little later: asks until the index has so many items. */
const eventually = async (context: ExpectationContext, input: QueryCommandInput, count: number) => {
  const giveUpAt = Date.now() + 20_000
  for (;;) {
    const { Items = [] } = await query(context, input)
    if (Items.length === count) return Items
    assert.ok(Date.now() < giveUpAt, `the index has ${Items.length} items, not ${count}`)
  }
}

/** Queries and tables. */
export const dynamodbQueryExpectations = expectationsOf("dynamodb", [
  {
    title: "A query answers a partition in the numeric order of its sort key, and backwards where asked for",
    link: guide("Query"),
    run: async (context) => {
      const TableName = await createTable(context, { sorted: true })
      for (const at of ["10", "9", "-1", "100"]) await put(context, TableName, { id: { S: "a" }, at: { N: at } })
      await put(context, TableName, { id: { S: "b" }, at: { N: "5" } })
      const partition = {
        TableName,
        KeyConditionExpression: "id = :id",
        ExpressionAttributeValues: { ":id": { S: "a" } }
      }
      const order = async (ScanIndexForward: boolean) =>
        (await query(context, { ...partition, ScanIndexForward })).Items?.map((item) => item["at"]?.N)
      assert.deepEqual(await order(true), ["-1", "9", "10", "100"])
      assert.deepEqual(await order(false), ["100", "10", "9", "-1"])
    }
  },
  {
    title: "A condition on the sort key narrows a query",
    link: guide("Query.KeyConditionExpressions"),
    run: async (context) => {
      const TableName = await createTable(context, { sorted: true })
      for (const at of ["1", "2", "3", "4"]) await put(context, TableName, { id: { S: "a" }, at: { N: at } })
      const between = await query(context, {
        TableName,
        KeyConditionExpression: "id = :id AND #at BETWEEN :from AND :to",
        ExpressionAttributeNames: { "#at": "at" },
        ExpressionAttributeValues: { ":id": { S: "a" }, ":from": { N: "2" }, ":to": { N: "3" } }
      })
      assert.deepEqual(
        between.Items?.map((item) => item["at"]?.N),
        ["2", "3"]
      )
    }
  },
  {
    title: "An index answers items by its own key, sorted, and lacks those without it",
    link: guide("GSI"),
    run: async (context) => {
      const TableName = await createIndexedTable(context)
      const at = (id: string, time: string) => ({ id: { S: id }, kind: { S: "x" }, at: { S: time }, more: { N: "1" } })
      await put(context, TableName, at("late", "2025-02-01"))
      await put(context, TableName, at("early", "2025-01-01"))
      await put(context, TableName, { id: { S: "unsorted" }, kind: { S: "x" } })
      await put(context, TableName, { ...at("other", "2025-01-01"), kind: { S: "y" } })
      const items = await eventually(context, { TableName, IndexName: "byKind", ...kindIs("x") }, 2)
      assert.deepEqual(ids(items), ["early", "late"])
      assert.deepEqual(items[0], at("early", "2025-01-01"))
    }
  },
  {
    title: "An index follows a change of its key",
    link: guide("GSI"),
    run: async (context) => {
      const TableName = await createIndexedTable(context)
      const item = (kind: string) => ({ id: { S: "a" }, kind: { S: kind }, at: { S: "2025-01-01" } })
      await put(context, TableName, item("x"))
      await eventually(context, { TableName, IndexName: "byKind", ...kindIs("x") }, 1)
      await put(context, TableName, item("y"))
      await eventually(context, { TableName, IndexName: "byKind", ...kindIs("y") }, 1)
      await eventually(context, { TableName, IndexName: "byKind", ...kindIs("x") }, 0)
    }
  },
  {
    title: "Pages of an index query hold every item once",
    link: guide("Query.Pagination"),
    run: async (context) => {
      const TableName = await createIndexedTable(context)
      const all = Array.from({ length: 7 }, (_, index) => `item-${index}`)
      // The same sort key for all of them: the start key has to tell them apart.
      for (const id of all) await put(context, TableName, { id: { S: id }, kind: { S: "x" }, at: { S: "2025" } })
      const input = { TableName, IndexName: "byKind", ...kindIs("x") }
      await eventually(context, input, all.length)
      const seen: Array<string | undefined> = []
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined
      do {
        const page = await query(context, {
          ...input,
          Limit: 3,
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey })
        })
        assert.ok((page.Items?.length ?? 0) <= 3)
        seen.push(...(ids(page.Items) ?? []))
        ExclusiveStartKey = page.LastEvaluatedKey
      } while (ExclusiveStartKey !== undefined)
      assert.deepEqual(seen.sort(), all)
    }
  },
  {
    title: "A filter is applied after the limit",
    link: guide("Query.FilterExpression"),
    run: async (context) => {
      const TableName = await createTable(context, { sorted: true })
      for (const at of ["1", "2", "3"]) await put(context, TableName, { id: { S: "a" }, at: { N: at }, n: { N: at } })
      const page = await query(context, {
        TableName,
        KeyConditionExpression: "id = :id",
        FilterExpression: "n > :n",
        ExpressionAttributeValues: { ":id": { S: "a" }, ":n": { N: "1" } },
        Limit: 2
      })
      assert.equal(page.ScannedCount, 2)
      assert.equal(page.Count, 1)
      assert.ok(page.LastEvaluatedKey)
    }
  },
  {
    title: "A scan sees every item",
    link: reference("Scan"),
    run: async (context) => {
      const TableName = await createTable(context)
      for (const id of ["a", "b", "c"]) await put(context, TableName, { id: { S: id } })
      const { Items } = await context.dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }))
      assert.deepEqual(ids(Items)?.sort(), ["a", "b", "c"])
    }
  },
  {
    title: "A consistent read of a global index, and an index that is not there, are refused",
    link: reference("Query"),
    run: async (context) => {
      const TableName = await createIndexedTable(context)
      await refuses(
        query(context, { TableName, IndexName: "byKind", ...kindIs("x"), ConsistentRead: true }),
        "ValidationException"
      )
      await refuses(query(context, { TableName, IndexName: "missing", ...kindIs("x") }), "ValidationException")
    }
  },
  {
    title: "A table is not created twice",
    link: reference("CreateTable"),
    run: async (context) => {
      const TableName = await createTable(context)
      const again = new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST"
      })
      await refuses(context.dynamodb.send(again), "ResourceInUseException")
    }
  },
  {
    title: "A table that is protected against deletion is not deleted until the protection is lifted",
    link: guide("WorkingWithTables.Basics"),
    run: async (context) => {
      const TableName = await createTable(context, { more: { DeletionProtectionEnabled: true } })
      const { Table } = await context.dynamodb.send(new DescribeTableCommand({ TableName }))
      assert.equal(Table?.DeletionProtectionEnabled, true)
      await refuses(context.dynamodb.send(new DeleteTableCommand({ TableName })), "ValidationException")
      await context.dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
    }
  },
  {
    title: "Time to live is off in a new table, and names its attribute once it is enabled",
    link: reference("DescribeTimeToLive"),
    run: async (context) => {
      const TableName = await createTable(context)
      const describe = async () =>
        (await context.dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription
      assert.equal((await describe())?.TimeToLiveStatus, "DISABLED")
      const TimeToLiveSpecification = { AttributeName: "expiresAt", Enabled: true }
      await context.dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
      const enabled = await describe()
      assert.equal(enabled?.AttributeName, "expiresAt")
      assert.match(enabled?.TimeToLiveStatus ?? "", /^ENABL(ED|ING)$/)
    }
  }
])
