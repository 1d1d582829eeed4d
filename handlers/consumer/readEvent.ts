/**
 * Reads an event of SQS. What looks as SQS's events do is read by hand, which takes a tenth of the schema's time; the schema
 * is the judge of everything else, and says what is wrong with it.
 */
import { Effect, Schema } from "effect"
import { SqsEvent, type SqsRecord } from "./SqsEvent.ts"

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A count or a time as SQS writes it; `undefined` for any other notation of a number. */
const count = (value: unknown): number | undefined =>
  typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

type Attributes = SqsRecord["attributes"]

type MessageAttributes = NonNullable<SqsRecord["messageAttributes"]>

const readAttributes = (value: unknown): Attributes | undefined => {
  if (!isObject(value)) return undefined
  const ApproximateReceiveCount = count(value["ApproximateReceiveCount"])
  const SentTimestamp = count(value["SentTimestamp"])
  if (ApproximateReceiveCount === undefined || SentTimestamp === undefined) return undefined
  const attributes: Writable<Attributes> = { ApproximateReceiveCount, SentTimestamp }
  if ("ApproximateFirstReceiveTimestamp" in value) {
    const firstReceived = count(value["ApproximateFirstReceiveTimestamp"])
    if (firstReceived === undefined) return undefined
    attributes.ApproximateFirstReceiveTimestamp = firstReceived
  }
  for (const name of ["MessageGroupId", "DeadLetterQueueSourceArn"] as const) {
    if (!(name in value)) continue
    const text = value[name]
    if (typeof text !== "string") return undefined
    attributes[name] = text
  }
  return attributes
}

const readMessageAttributes = (value: unknown): MessageAttributes | undefined => {
  if (!isObject(value)) return undefined
  const attributes: Writable<MessageAttributes> = {}
  for (const [name, attribute] of Object.entries(value)) {
    // An assignment to this name would set no property.
    if (!isObject(attribute) || name === "__proto__") return undefined
    const dataType = attribute["dataType"]
    if (typeof dataType !== "string") return undefined
    const read: Writable<MessageAttributes[string]> = { dataType }
    for (const field of ["stringValue", "binaryValue"] as const) {
      if (!(field in attribute)) continue
      const text = attribute[field]
      if (typeof text !== "string" && text !== null) return undefined
      read[field] = text
    }
    attributes[name] = read
  }
  return attributes
}

const readRecord = (value: unknown): SqsRecord | undefined => {
  if (!isObject(value)) return undefined
  const { messageId, receiptHandle, body } = value
  if (typeof messageId !== "string" || messageId === "") return undefined
  if (typeof receiptHandle !== "string" || receiptHandle === "" || typeof body !== "string") return undefined
  const attributes = readAttributes(value["attributes"])
  if (attributes === undefined) return undefined
  if (!("messageAttributes" in value)) return { messageId, receiptHandle, body, attributes }
  const messageAttributes = readMessageAttributes(value["messageAttributes"])
  return messageAttributes === undefined ? undefined : { messageId, receiptHandle, body, attributes, messageAttributes }
}

const decodeEvent = Schema.decodeUnknownEffect(SqsEvent)

/** The records of an event; fails as the schema does where it is not one of SQS. */
export const readEvent = (event: unknown): Effect.Effect<SqsEvent, Schema.SchemaError> => {
  const records = isObject(event) ? event["Records"] : undefined
  if (!Array.isArray(records)) return decodeEvent(event)
  const Records: Array<SqsRecord> = []
  for (const each of records) {
    const record = readRecord(each)
    if (record === undefined) return decodeEvent(event)
    Records.push(record)
  }
  return Effect.succeed({ Records })
}
