/** Items as plain JavaScript values, for the console and the demo. */
import { type AttributeValue, isObject } from "./request.ts"

/** An item as plain JavaScript values; numbers become numbers, sets become arrays, binary stays base64. */
export type PlainItem = Readonly<Record<string, unknown>>

const plainValue = (value: unknown): unknown => {
  if (!isObject(value)) return undefined
  const [type, inner] = Object.entries(value)[0] ?? []
  switch (type) {
    case "N":
      return Number(inner)
    case "NULL":
      return null
    case "L":
      return Array.isArray(inner) ? inner.map(plainValue) : []
    case "M":
      return isObject(inner) ? plainItem(inner) : {}
    case "NS":
      return Array.isArray(inner) ? inner.map(Number) : []
    default:
      return inner
  }
}

/** An item of DynamoDB's JSON as plain JavaScript values. */
export const plainItem = (item: AttributeValue): PlainItem =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]))
