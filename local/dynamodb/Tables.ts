/** The tables: dynalite's, each with the settings that dynalite does not keep. */
import type { Engine, EngineAnswer } from "./Engine.ts"
import { DynamoDbError, isObject, type JsonObject, parseObject, tableNameOf } from "./request.ts"
import {
  keyOf,
  newTableSettings,
  putTags,
  settingsOperations,
  settingsTable,
  type TableSettings
} from "./tableSettings.ts"
import { WriteOrder } from "./writeOrder.ts"

const writes = new Set(["PutItem", "UpdateItem", "DeleteItem"])
const unsupported = new Set([
  "TransactWriteItems",
  "TransactGetItems",
  "ExecuteStatement",
  "BatchExecuteStatement",
  "ExecuteTransaction"
])

/** Runs DynamoDB operations. */
export class Tables {
  readonly #engine: Engine
  readonly #settings = new Map<string, TableSettings>()
  readonly #order = new WriteOrder()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Names of the tables, sorted. */
  names(): ReadonlyArray<string> {
    return [...this.#settings.keys()].sort()
  }

  /** A table's settings. Throws `ResourceNotFoundException`. */
  settings(tableName: string): TableSettings {
    const settings = this.#settings.get(tableName)
    if (!settings)
      throw new DynamoDbError(
        "ResourceNotFoundException",
        `Requested resource not found: Table: ${tableName} not found`
      )
    return settings
  }

  /**
   * Runs one operation. `text` is the request as it came, which spares writing it again.
   * Throws `DynamoDbError` for what is refused before the engine sees it.
   */
  async call(operation: string, body: JsonObject, text?: string): Promise<EngineAnswer> {
    if (unsupported.has(operation))
      throw new DynamoDbError("UnknownOperationException", `The embedded AWS does not support ${operation}.`)
    const ofSettings = settingsOperations.get(operation)
    if (ofSettings) {
      return { status: 200, body: JSON.stringify(ofSettings(this.settings(settingsTable(body)), body)) }
    }
    const table = tableNameOf(body["TableName"])
    const named = table === undefined || table === body["TableName"] ? body : { ...body, TableName: table }
    const request = named === body && text !== undefined ? text : JSON.stringify(named)
    if (table !== undefined && writes.has(operation)) {
      return this.#order.run([table], () => this.#write(operation, table, named, request))
    }
    if (operation === "BatchWriteItem" && isObject(body["RequestItems"])) {
      return this.#order.run(Object.keys(body["RequestItems"]), () => this.#engine(operation, request))
    }
    if (table !== undefined) return this.#onTable(operation, table, named, request)
    return this.#engine(operation, request)
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html#DDB-PutItem-request-ReturnValuesOnConditionCheckFailure */
  async #write(operation: string, table: string, body: JsonObject, request: string): Promise<EngineAnswer> {
    const answer = await this.#engine(operation, request)
    if (answer.status === 200 || body["ReturnValuesOnConditionCheckFailure"] !== "ALL_OLD") return answer
    const error = parseObject(answer.body)
    if (!String(error["__type"]).endsWith("#ConditionalCheckFailedException")) return answer
    const key = isObject(body["Item"]) ? keyOf(this.settings(table), body["Item"]) : body["Key"]
    const found = await this.#engine("GetItem", JSON.stringify({ TableName: table, Key: key, ConsistentRead: true }))
    const item = parseObject(found.body)["Item"]
    return item === undefined ? answer : { ...answer, body: JSON.stringify({ ...error, Item: item }) }
  }

  async #onTable(operation: string, table: string, body: JsonObject, request: string): Promise<EngineAnswer> {
    const before = this.#settings.get(table)
    if (operation === "DeleteTable" && before?.deletionProtection)
      throw new DynamoDbError(
        "ValidationException",
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
      )
    const protection = body["DeletionProtectionEnabled"]
    // Dynalite wants a change that it knows; the protection is kept here.
    if (operation === "UpdateTable" && before && typeof protection === "boolean") {
      before.deletionProtection = protection
      if (Object.keys(body).length === 2)
        return this.#onTable("DescribeTable", table, { TableName: table }, JSON.stringify({ TableName: table }))
    }
    const answer = await this.#engine(operation, request)
    if (answer.status !== 200) return answer
    if (operation === "DeleteTable") this.#settings.delete(table)
    if (operation === "CreateTable") {
      const settings = newTableSettings(body)
      putTags(settings, body["Tags"])
      this.#settings.set(table, settings)
    }
    return described(answer, this.#settings.get(table))
  }
}

/** Puts the deletion protection into a table's description. */
const described = (answer: EngineAnswer, settings: TableSettings | undefined): EngineAnswer => {
  if (!settings || !/^\{"(Table|TableDescription)":/.test(answer.body)) return answer
  const body = parseObject(answer.body)
  const [name, description] = Object.entries(body)[0] ?? []
  if (name === undefined || !isObject(description)) return answer
  return {
    ...answer,
    body: JSON.stringify({
      [name]: { ...description, DeletionProtectionEnabled: settings.deletionProtection }
    })
  }
}
