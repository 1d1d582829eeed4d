/** Counts what is asked of AWS, by service and action, and what DynamoDB bills for it. */
import { isDeepStrictEqual } from "node:util"
import { ledgerProjections } from "../../handlers/ledger/ledgerProjections.ts"
import { operationOf, parseObject } from "../../local/dynamodb/request.ts"
import type { EmbeddedService, ServiceRequest } from "../../local/EmbeddedService.ts"
import { priceList } from "../prices.ts"

/** Number of calls by name, e.g. `dynamodb:PutItem`. */
export type Calls = ReadonlyMap<string, number>

interface Written {
  readonly bytes: number
  readonly values: Readonly<Record<string, unknown>>
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The text of a DynamoDB string value. */
const textOf = (value: unknown): string | undefined =>
  isRecord(value) && typeof value["S"] === "string" ? value["S"] : undefined

/** The size of an item: near what DynamoDB counts, which is names and values without punctuation. */
const bytesOf = (values: Readonly<Record<string, unknown>>): number =>
  Object.entries(values).reduce((sum, [name, value]) => sum + name.length + sizeOf(value), 0)

const sizeOf = (value: unknown): number => {
  if (typeof value === "string") return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + 1 + sizeOf(each), 3)
  if (!isRecord(value)) return 1
  const { M: map, ...rest } = value
  return (
    (isRecord(map) ? 3 + bytesOf(map) : 0) + Object.values(rest).reduce<number>((sum, each) => sum + sizeOf(each), 0)
  )
}

/** The ledger's indexes, sorted by the time of the last failure, and what they hold besides. */
const indexes = [
  { key: "class", holds: ledgerProjections.byClass },
  { key: "status", holds: ledgerProjections.byStatus },
  { key: "correlationId", holds: ledgerProjections.byCorrelationId }
] as const

/** What an index holds of an item; `undefined` where its keys are missing. */
const entryOf = (
  { key, holds }: (typeof indexes)[number],
  values: Readonly<Record<string, unknown>> | undefined
): Readonly<Record<string, unknown>> | undefined => {
  if (textOf(values?.["lastFailureAt"]) === undefined || textOf(values?.[key]) === undefined) return undefined
  const names: ReadonlyArray<string> = ["lineageId", "lastFailureAt", key, ...holds]
  return Object.fromEntries(names.flatMap((name) => (values?.[name] === undefined ? [] : [[name, values[name]]])))
}

const unitsOf = (bytes: number): number => Math.ceil(bytes / 1024)

/**
 * Write units of an item that takes the place of another one: a kilobyte is a unit, in the table and in each index in which
 * anything changes; where the key of an index changes, its old entry is deleted besides.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
const writeUnits = (before: Written | undefined, after: Written): number =>
  indexes.reduce(
    (sum, index) => {
      const [was, is] = [entryOf(index, before?.values), entryOf(index, after.values)]
      if (isDeepStrictEqual(was, is)) return sum
      const moved = [index.key, "lastFailureAt"].some((name) => !isDeepStrictEqual(was?.[name], is?.[name]))
      return sum + unitsOf(bytesOf(is ?? {})) + (moved ? unitsOf(bytesOf(was ?? {})) : 0)
    },
    unitsOf(Math.max(before?.bytes ?? 0, after.bytes))
  )

const operationNameOf = (service: string, request: ServiceRequest): string => {
  if (service === "s3") return request.method === "PUT" ? "PutObject" : "GetObject"
  if (service === "sns") return new URLSearchParams(request.body.toString("utf8")).get("Action") ?? ""
  return operationOf(request)
}

const idOf = (key: Readonly<Record<string, unknown>> | undefined): string | undefined =>
  textOf(key?.["orderId"]) ?? textOf(key?.["lineageId"])

/** What an update makes of an item, as far as its size and its indexes are concerned. */
const updated = (before: Written | undefined, values: Readonly<Record<string, unknown>>): Written => {
  const recovered = values[":recovered"]
  return {
    // A line more of its history.
    bytes: (before?.bytes ?? 0) + bytesOf(values),
    values: { ...before?.values, ...(recovered === undefined ? {} : { status: recovered }) }
  }
}

/** Counts calls. */
export class CallCounter {
  readonly #calls = new Map<string, number>()
  readonly #items = new Map<string, Written>()
  readonly #dynamoDbDollars = new Map<string, number>()

  /** So many calls more. */
  count(name: string, calls = 1): void {
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + calls)
  }

  /** Counts a request that reaches the gateway. */
  request(service: EmbeddedService, request: ServiceRequest): void {
    const { signingName } = service
    const operation = operationNameOf(signingName, request)
    this.count(`${signingName}:${operation}`)
    if (signingName === "dynamodb") this.#dynamoDb(operation, parseObject(request.body.toString("utf8")))
  }

  #dynamoDb(operation: string, body: Readonly<Record<string, unknown>>): void {
    const item = isRecord(body["Item"]) ? body["Item"] : undefined
    const key = isRecord(body["Key"]) ? body["Key"] : item
    const address = `${body["TableName"]} ${idOf(key)}`
    const before = this.#items.get(address)
    const bill = (dollars: number) =>
      this.#dynamoDbDollars.set(operation, (this.#dynamoDbDollars.get(operation) ?? 0) + dollars)
    // Four kilobytes are a unit, of each item by itself, also where it is read with others.
    const read = (found: Written | undefined) =>
      bill(Math.max(1, Math.ceil((found?.bytes ?? 0) / 4096)) * priceList.dynamoDbReadUnit.dollars)
    if (operation === "GetItem") read(before)
    if (operation === "BatchGetItem")
      for (const [table, asked] of Object.entries(isRecord(body["RequestItems"]) ? body["RequestItems"] : {})) {
        const keys = isRecord(asked) && Array.isArray(asked["Keys"]) ? asked["Keys"] : []
        for (const each of keys.filter(isRecord)) read(this.#items.get(`${table} ${idOf(each)}`))
      }
    const values = body["ExpressionAttributeValues"]
    const after =
      item !== undefined
        ? { bytes: bytesOf(item), values: item }
        : operation === "UpdateItem"
          ? updated(before, isRecord(values) ? values : {})
          : undefined
    if (after === undefined) return
    bill(writeUnits(before, after) * priceList.dynamoDbWriteUnit.dollars)
    this.#items.set(address, after)
  }

  /** What was counted since these were the calls, by name; nothing of what has not moved. */
  since(before: Calls): Calls {
    return new Map(
      [...this.calls].flatMap(([name, calls]) => {
        const more = calls - (before.get(name) ?? 0)
        return more === 0 ? [] : [[name, more] as const]
      })
    )
  }

  /** Calls so far. */
  get calls(): Calls {
    return new Map([...this.#calls].sort(([one], [other]) => (one < other ? -1 : 1)))
  }

  /** Of all calls together. */
  get total(): number {
    return [...this.#calls.values()].reduce((sum, each) => sum + each, 0)
  }

  /** What these calls cost, by service and action. */
  get dollarsByCall(): ReadonlyMap<string, number> {
    return new Map([...this.#calls].map(([name, calls]) => [name, this.#dollarsOf(name, calls)]))
  }

  #dollarsOf(name: string, calls: number): number {
    const [service, operation] = name.split(":")
    if (service === "dynamodb") return this.#dynamoDbDollars.get(operation ?? "") ?? 0
    if (service === "sqs") return calls * priceList.sqsRequest.dollars
    if (service === "sns") return calls * priceList.snsPublish.dollars
    return name === "s3:PutObject" ? calls * priceList.s3Put.dollars : 0
  }

  /** What these calls cost, by service. */
  get dollars(): Readonly<Record<"sqs" | "sns" | "dynamodb" | "s3", number>> {
    const of = (service: string): number =>
      [...this.dollarsByCall].reduce((sum, [name, dollars]) => sum + (name.startsWith(`${service}:`) ? dollars : 0), 0)
    return { sqs: of("sqs"), sns: of("sns"), dynamodb: of("dynamodb"), s3: of("s3") }
  }
}
