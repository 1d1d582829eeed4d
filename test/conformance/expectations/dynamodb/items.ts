/** What AWS documents about items, conditions and updates. */
import assert from "node:assert/strict"
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  UpdateItemCommand
} from "@aws-sdk/client-dynamodb"
import { type ExpectationContext, expectationsOf, refuses } from "../../Expectation.ts"
import { createTable, type Item, put } from "../../fixtures/dynamodbTable.ts"

const reference = (operation: string) =>
  `https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_${operation}.html`
const guide = (page: string) => `https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/${page}.html`

const get = async ({ dynamodb }: ExpectationContext, TableName: string, id: string): Promise<Item | undefined> =>
  (await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }))).Item

/** Items. */
export const dynamodbItemExpectations = expectationsOf("dynamodb", [
  {
    title: "An item comes back with every type that it was put with",
    link: guide("HowItWorks.NamingRulesDataTypes"),
    run: async (context) => {
      const table = await createTable(context)
      const item: Item = {
        id: { S: "größe" },
        number: { N: "1.5" },
        binary: { B: new Uint8Array([0, 255]) },
        flag: { BOOL: true },
        nothing: { NULL: true },
        list: { L: [{ S: "a" }, { N: "1" }] },
        map: { M: { inner: { S: "" } } },
        texts: { SS: ["a", "b"] }
      }
      await put(context, table, item)
      assert.deepEqual(await get(context, table, "größe"), item)
    }
  },
  {
    title: "A put replaces the whole item and can answer what it replaced",
    link: reference("PutItem"),
    run: async (context) => {
      const table = await createTable(context)
      await put(context, table, { id: { S: "a" }, old: { S: "x" } })
      const { Attributes } = await put(context, table, { id: { S: "a" } }, { ReturnValues: "ALL_OLD" })
      assert.deepEqual(Attributes, { id: { S: "a" }, old: { S: "x" } })
      assert.deepEqual(await get(context, table, "a"), { id: { S: "a" } })
    }
  },
  {
    title: "Getting a key that is not there answers no item",
    link: reference("GetItem"),
    run: async (context) => {
      assert.equal(await get(context, await createTable(context), "missing"), undefined)
    }
  },
  {
    title: "A put whose condition is not met changes nothing",
    link: guide("Expressions.ConditionExpressions"),
    run: async (context) => {
      const table = await createTable(context)
      const condition = { ConditionExpression: "attribute_not_exists(id)" }
      await put(context, table, { id: { S: "a" }, n: { N: "1" } }, condition)
      await refuses(
        put(context, table, { id: { S: "a" }, n: { N: "2" } }, condition),
        "ConditionalCheckFailedException"
      )
      assert.equal((await get(context, table, "a"))?.["n"]?.N, "1")
    }
  },
  {
    title: "A failed condition answers the item when it is asked for",
    link: reference("PutItem"),
    run: async (context) => {
      const table = await createTable(context)
      await put(context, table, { id: { S: "a" }, n: { N: "1" } })
      const put2 = (more: { readonly ReturnValuesOnConditionCheckFailure?: "ALL_OLD" }) =>
        refuses(
          put(context, table, { id: { S: "a" } }, { ConditionExpression: "attribute_not_exists(id)", ...more }),
          "ConditionalCheckFailedException"
        )
      const asked = await put2({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" })
      assert.ok(asked instanceof ConditionalCheckFailedException)
      assert.deepEqual(asked.Item, { id: { S: "a" }, n: { N: "1" } })
      const unasked = await put2({})
      assert.ok(unasked instanceof ConditionalCheckFailedException)
      assert.equal(unasked.Item, undefined)
    }
  },
  {
    title: "Of many puts under attribute_not_exists at once, exactly one succeeds",
    link: guide("Expressions.ConditionExpressions"),
    run: async (context) => {
      const table = await createTable(context)
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, writer) =>
          put(
            context,
            table,
            { id: { S: "a" }, writer: { N: `${writer}` } },
            { ConditionExpression: "attribute_not_exists(id)" }
          )
        )
      )
      const winners = outcomes.flatMap(({ status }, writer) => (status === "fulfilled" ? [`${writer}`] : []))
      assert.equal(winners.length, 1)
      assert.equal((await get(context, table, "a"))?.["writer"]?.N, winners[0])
    }
  },
  {
    title: "An update sets, removes, counts and appends, and answers the new item",
    link: guide("Expressions.UpdateExpressions"),
    run: async (context) => {
      const table = await createTable(context)
      await put(context, table, { id: { S: "a" }, gone: { S: "x" }, list: { L: [{ S: "1" }] } })
      const { Attributes } = await context.dynamodb.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { id: { S: "a" } },
          UpdateExpression:
            "SET #status = :s, #list = list_append(#list, :more), #first = if_not_exists(#first, :s) REMOVE gone ADD attempts :one",
          ExpressionAttributeNames: { "#status": "status", "#list": "list", "#first": "first" },
          ExpressionAttributeValues: { ":s": { S: "healing" }, ":more": { L: [{ S: "2" }] }, ":one": { N: "1" } },
          ReturnValues: "ALL_NEW"
        })
      )
      assert.deepEqual(Attributes, {
        id: { S: "a" },
        status: { S: "healing" },
        list: { L: [{ S: "1" }, { S: "2" }] },
        first: { S: "healing" },
        attempts: { N: "1" }
      })
    }
  },
  {
    title: "An update creates the item that is not there, unless a condition says otherwise",
    link: reference("UpdateItem"),
    run: async (context) => {
      const table = await createTable(context)
      const update = (id: string, ConditionExpression?: string) =>
        context.dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { id: { S: id } },
            UpdateExpression: "SET n = :n",
            ExpressionAttributeValues: { ":n": { N: "1" } },
            ...(ConditionExpression === undefined ? {} : { ConditionExpression })
          })
        )
      await update("a")
      assert.deepEqual(await get(context, table, "a"), { id: { S: "a" }, n: { N: "1" } })
      await refuses(update("b", "attribute_exists(id)"), "ConditionalCheckFailedException")
      assert.equal(await get(context, table, "b"), undefined)
    }
  },
  {
    title: "Counting up at the same time loses no count",
    link: guide("WorkingWithItems"),
    run: async (context) => {
      const table = await createTable(context)
      const add = () =>
        context.dynamodb.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { id: { S: "a" } },
            UpdateExpression: "ADD n :one",
            ExpressionAttributeValues: { ":one": { N: "1" } }
          })
        )
      await Promise.all(Array.from({ length: 20 }, add))
      assert.equal((await get(context, table, "a"))?.["n"]?.N, "20")
    }
  },
  {
    title: "Deleting is idempotent, and conditional where asked for",
    link: reference("DeleteItem"),
    run: async (context) => {
      const table = await createTable(context)
      await put(context, table, { id: { S: "a" }, status: { S: "healing" } })
      const remove = (more: object = {}) =>
        context.dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: "a" } }, ...more }))
      const finished = {
        ConditionExpression: "#s = :s",
        ExpressionAttributeNames: { "#s": "status" },
        ExpressionAttributeValues: { ":s": { S: "archived" } }
      }
      await refuses(remove(finished), "ConditionalCheckFailedException")
      await remove()
      await remove()
      assert.equal(await get(context, table, "a"), undefined)
    }
  },
  {
    title: "A batch writes and reads several items",
    link: reference("BatchWriteItem"),
    run: async (context) => {
      const table = await createTable(context)
      const ids = Array.from({ length: 25 }, (_, index) => `item-${index}`)
      await context.dynamodb.send(
        new BatchWriteItemCommand({
          RequestItems: { [table]: ids.map((id) => ({ PutRequest: { Item: { id: { S: id } } } })) }
        })
      )
      const { Responses } = await context.dynamodb.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: ids.map((id) => ({ id: { S: id } })) } } })
      )
      assert.deepEqual(Responses?.[table]?.map((item) => item["id"]?.S).sort(), [...ids].sort())
    }
  },
  {
    title: "An item of more than 400 KB is refused",
    link: guide("ServiceQuotas"),
    run: async (context) => {
      const table = await createTable(context)
      await refuses(put(context, table, { id: { S: "a" }, body: { S: "x".repeat(410_000) } }), "ValidationException")
    }
  },
  {
    title: "An item without its key, and an expression that is none, are refused",
    link: guide("Programming.Errors"),
    run: async (context) => {
      const table = await createTable(context)
      await refuses(put(context, table, { other: { S: "a" } }), "ValidationException")
      await refuses(
        put(context, table, { id: { S: "a" } }, { ConditionExpression: "not an expression" }),
        "ValidationException"
      )
    }
  },
  {
    title: "A table that does not exist is refused with ResourceNotFoundException",
    link: guide("Programming.Errors"),
    run: async (context) => {
      await refuses(put(context, context.uniqueName("missing"), { id: { S: "a" } }), "ResourceNotFoundException")
    }
  }
])
