/** The consumer without any framework: JSON.parse, checks by hand, try and catch. */
import {
  deadlineOf,
  Failure,
  type InvocationContext,
  type Order,
  type QueueRecord,
  settleFailure,
  storeOrder
} from "./storeOrder.ts"

const unprintable = /[\p{Cc}\p{Cs}\uFFFD]/u

const invalid = (field: string, rule: string): Failure => new Failure("ValidationError", `${field}: ${rule}`)

const textField = (value: unknown, field: string, maxLength: number): string => {
  if (typeof value !== "string" || value.trim() === "" || [...value].length > maxLength || unprintable.test(value))
    throw invalid(field, `1 to ${maxLength} printable characters`)
  return value
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    throw new Failure("BadPayload", "body: not JSON")
  }
}

const decode = (body: string): Order => {
  const value = parse(body)
  if (typeof value !== "object" || value === null) throw invalid("", "not an object")
  const field = (name: string): unknown => Reflect.get(value, name)
  const orderId = field("orderId")
  if (typeof orderId !== "string" || !/^[A-Za-z0-9_.:-]{1,128}$/.test(orderId))
    throw invalid("orderId", "1 to 128 characters of A-Z, a-z, 0-9, _, ., : and -")
  const quantity = field("quantity")
  if (typeof quantity !== "number" || !Number.isInteger(quantity) || quantity < 1 || quantity > 10_000)
    throw invalid("quantity", "a whole number from 1 to 10000")
  const timestamp = field("timestamp")
  if (
    timestamp !== undefined &&
    (typeof timestamp !== "string" ||
      !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(timestamp) ||
      Number.isNaN(Date.parse(timestamp)))
  )
    throw invalid("timestamp", "an ISO 8601 time with a zone")
  return {
    orderId,
    userId: textField(field("userId") ?? "anonymous", "userId", 128),
    itemName: textField(field("itemName"), "itemName", 200),
    quantity,
    status: textField(field("status") ?? "new", "status", 64),
    timestamp
  }
}

/** Lambda's entry point. */
export const handler = async (event: { readonly Records: ReadonlyArray<QueueRecord> }, context: InvocationContext) => {
  const deadline = deadlineOf(context)
  try {
    const finished = await Promise.all(
      event.Records.map(async (record) => {
        try {
          await storeOrder(decode(record.body), Number(record.attributes.SentTimestamp), deadline.signal)
          return true
        } catch (error) {
          return settleFailure(record, error, context)
        }
      })
    )
    return {
      batchItemFailures: event.Records.filter((_, index) => finished[index] !== true).map(({ messageId }) => ({
        itemIdentifier: messageId
      }))
    }
  } finally {
    deadline.clear()
  }
}
