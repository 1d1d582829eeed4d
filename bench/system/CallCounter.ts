/** Counts what is asked of AWS, by service and action, and what DynamoDB bills for it. */
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

/** The ledger's indexes hold whole items, sorted by the time of the last failure. */
const indexKeys = ["class", "status", "correlationId"] as const

/**
 * Write units of an item that takes the place of another one: a kilobyte is a unit, in the table and in each index; where
 * the key of an index changes, its old entry is deleted besides.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
const writeUnits = (before: Written | undefined, after: Written): number => {
  const units = Math.ceil(after.bytes / 1024)
  const indexed = textOf(after.values["lastFailureAt"]) === undefined ? [] : indexKeys
  return indexed.reduce((sum, key) => {
    const [was, is] = [textOf(before?.values[key]), textOf(after.values[key])]
    const moved =
      was !== undefined &&
      (was !== is || textOf(before?.values["lastFailureAt"]) !== textOf(after.values["lastFailureAt"]))
    return sum + (is === undefined ? 0 : units) + (moved ? Math.ceil((before?.bytes ?? 0) / 1024) : 0)
  }, units)
}

const operationNameOf = (service: string, request: ServiceRequest): string => {
  if (service === "s3") return request.method === "PUT" ? "PutObject" : "GetObject"
  if (service === "sns") return new URLSearchParams(request.body.toString("utf8")).get("Action") ?? ""
  return operationOf(request)
}

/** What an update makes of an item, as far as its size and its indexes are concerned. */
const updated = (before: Written | undefined, values: Readonly<Record<string, unknown>>): Written => {
  const recovered = values[":recovered"]
  return {
    bytes: (before?.bytes ?? 0) + bytesOf(values),
    values: { ...before?.values, ...(recovered === undefined ? {} : { status: recovered }) }
  }
}

/** Counts calls. */
export class CallCounter {
  readonly #calls = new Map<string, number>()
  readonly #items = new Map<string, Written>()
  #dynamoDbReadUnits = 0
  #dynamoDbWriteUnits = 0

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
    const id = textOf(key?.["orderId"]) ?? textOf(key?.["lineageId"])
    const address = `${body["TableName"]} ${id}`
    const before = this.#items.get(address)
    if (operation === "GetItem") this.#dynamoDbReadUnits += Math.max(1, Math.ceil((before?.bytes ?? 0) / 4096))
    const values = body["ExpressionAttributeValues"]
    const after =
      item !== undefined
        ? { bytes: bytesOf(item), values: item }
        : operation === "UpdateItem"
          ? updated(before, isRecord(values) ? values : {})
          : undefined
    if (after === undefined) return
    this.#dynamoDbWriteUnits += writeUnits(before, after)
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

  /** What these calls cost. */
  get dollars(): Readonly<Record<"sqs" | "sns" | "dynamodb" | "s3", number>> {
    const of = (service: string): number =>
      [...this.#calls].reduce((sum, [name, calls]) => sum + (name.startsWith(`${service}:`) ? calls : 0), 0)
    return {
      sqs: of("sqs") * priceList.sqsRequest.dollars,
      sns: of("sns") * priceList.snsPublish.dollars,
      dynamodb:
        this.#dynamoDbReadUnits * priceList.dynamoDbReadUnit.dollars +
        this.#dynamoDbWriteUnits * priceList.dynamoDbWriteUnit.dollars,
      s3: (this.#calls.get("s3:PutObject") ?? 0) * priceList.s3Put.dollars
    }
  }
}
