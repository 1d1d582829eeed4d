/**
 * What each DynamoDB operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
import type { Account } from "../Account.ts"
import { arnOf } from "../Account.ts"
import type { RequiredPermission } from "../EmbeddedService.ts"
import { isObject, type JsonObject, tableNameOf } from "./request.ts"

const onTable = new Set([
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeContinuousBackups",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "PutItem",
  "UpdateContinuousBackups",
  "UpdateItem",
  "UpdateTable",
  "UpdateTimeToLive"
])
const onTags = new Set(["ListTagsOfResource", "TagResource", "UntagResource"])

/** The permissions that an operation needs: on the table, on its index for an index query, on each table of a batch. */
export const authorizationsOf = (
  account: Account,
  operation: string,
  body: JsonObject
): ReadonlyArray<RequiredPermission> => {
  const action = `dynamodb:${operation}`
  const tableArn = (name: unknown) => arnOf(account, "dynamodb", `table/${tableNameOf(name) ?? ""}`)
  if (onTable.has(operation)) return [{ action, resource: tableArn(body["TableName"]) }]
  if (operation === "Query" || operation === "Scan") {
    const index = typeof body["IndexName"] === "string" ? `/index/${body["IndexName"]}` : ""
    return [{ action, resource: `${tableArn(body["TableName"])}${index}` }]
  }
  if (operation === "BatchGetItem" || operation === "BatchWriteItem") {
    const requestItems = body["RequestItems"]
    return Object.keys(isObject(requestItems) ? requestItems : {}).map((name) => ({ action, resource: tableArn(name) }))
  }
  if (onTags.has(operation)) return [{ action, resource: tableArn(body["ResourceArn"]) }]
  if (operation === "ListTables") return [{ action, resource: "*" }]
  return []
}
