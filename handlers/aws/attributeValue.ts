/**
 * Plain JavaScript values as DynamoDB's typed attribute values, and back. Covers what JSON covers, and binary values
 * and big integers; `undefined` properties are left out. Sets come back as arrays.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"

/** An item as the SDK knows it. */
export type AttributeMap = Record<string, AttributeValue>

const marshallValue = (value: unknown): AttributeValue => {
  if (value === null) return { NULL: true }
  if (value instanceof Uint8Array) return { B: value }
  if (Array.isArray(value)) return { L: value.map((each) => marshallValue(each ?? null)) }
  switch (typeof value) {
    case "string":
      return { S: value }
    case "boolean":
      return { BOOL: value }
    case "bigint":
      return { N: value.toString() }
    case "number":
      // DynamoDB has no NaN or infinities: a programming error, not an outcome.
      if (!Number.isFinite(value)) throw new TypeError(`DynamoDB cannot store the number ${value}`)
      return { N: String(value) }
    case "object":
      return { M: marshall(value) }
    default:
      throw new TypeError(`DynamoDB cannot store a ${typeof value}`)
  }
}

const unmarshallValue = (value: AttributeValue): unknown => {
  if (value.S !== undefined) return value.S
  if (value.N !== undefined) {
    const number = Number(value.N)
    return /^-?\d+$/.test(value.N) && !Number.isSafeInteger(number) ? BigInt(value.N) : number
  }
  if (value.BOOL !== undefined) return value.BOOL
  if (value.NULL !== undefined) return null
  if (value.M !== undefined) return unmarshall(value.M)
  if (value.L !== undefined) return value.L.map(unmarshallValue)
  if (value.B !== undefined) return value.B
  if (value.SS !== undefined) return value.SS
  if (value.NS !== undefined) return value.NS.map(Number)
  return value.BS
}

/** An item of plain values as DynamoDB takes it. Throws on what DynamoDB cannot store (functions, symbols, NaN). */
export const marshall = (item: object): AttributeMap => {
  const marshalled: AttributeMap = {}
  for (const [name, value] of Object.entries(item)) {
    if (value === undefined) continue
    // An assignment to this name would set no property.
    if (name === "__proto__") return Object.fromEntries(marshalledEntries(item))
    marshalled[name] = marshallValue(value)
  }
  return marshalled
}

const marshalledEntries = (item: object): ReadonlyArray<readonly [string, AttributeValue]> =>
  Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, marshallValue(value)] as const]))

/** An item of DynamoDB as plain values. */
export const unmarshall = (item: AttributeMap): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, unmarshallValue(value)]))
