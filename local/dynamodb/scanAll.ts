/** Reads a whole table from inside the process. */
import { type PlainItem, plainItem } from "./item.ts"
import { isObject, type JsonObject, parseObject } from "./request.ts"
import type { Tables } from "./Tables.ts"

/** Every item of a table in DynamoDB's JSON, page by page. */
export async function* scanPages(tables: Tables, request: JsonObject): AsyncGenerator<ReadonlyArray<JsonObject>> {
  let start: unknown
  do {
    const { status, body } = await tables.call(
      "Scan",
      start === undefined ? request : { ...request, ExclusiveStartKey: start }
    )
    const page = parseObject(body)
    if (status !== 200) throw new Error(String(page["message"] ?? page["Message"] ?? body))
    yield Array.isArray(page["Items"]) ? page["Items"].filter(isObject) : []
    start = page["LastEvaluatedKey"]
  } while (start !== undefined)
}

/** Every item of a table as plain JavaScript values. */
export const scanAll = async (tables: Tables, tableName: string): Promise<ReadonlyArray<PlainItem>> => {
  const items: Array<PlainItem> = []
  for await (const page of scanPages(tables, { TableName: tableName })) items.push(...page.map(plainItem))
  return items
}
