/** A message in the archive: one JSON object, replayable, with all that is known of its failure. */
import { Option, Schema } from "effect"
import type { MessageAttributes } from "../aws/MessageAttribute.ts"
import { Evidence } from "../failure/Evidence.ts"
import { failureCode } from "../failure/FailureClass.ts"
import { HistoryEntry } from "../ledger/LedgerItem.ts"

const ArchivedAttribute = Schema.Struct({
  dataType: Schema.String,
  stringValue: Schema.optionalKey(Schema.String),
  /** Base64 in the object. */
  binaryValue: Schema.optionalKey(Schema.Uint8ArrayFromBase64)
})

/** What an archive object holds. */
export const ArchivedMessage = Schema.Struct({
  /** Version of this format. */
  version: Schema.Literal(1),
  lineageId: Schema.NonEmptyString,
  queue: Schema.String,
  class: Schema.String,
  code: Schema.String,
  reason: Schema.String,
  detail: Schema.optionalKey(Schema.String),
  fingerprint: Schema.String,
  /** Why it is here, for an operator. */
  why: Schema.String,
  /** ISO-8601. */
  firstFailureAt: Schema.String,
  lastFailureAt: Schema.String,
  attempts: Schema.Int,
  /** The body, exactly as its sender wrote it but for what is redacted. */
  body: Schema.String,
  /** The paths by which something was taken out of the body, where `[redacted]` stands now; `$`: all of it. */
  redacted: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The sender's message attributes, exactly as they were but for what is redacted of the body. */
  attributes: Schema.Record(Schema.String, ArchivedAttribute),
  messageGroupId: Schema.optionalKey(Schema.String),
  correlationId: Schema.optionalKey(Schema.String),
  evidence: Schema.optionalKey(Evidence),
  history: Schema.Array(HistoryEntry),
  /** Opens the log of the invocation that failed. */
  logUrl: Schema.optionalKey(Schema.String)
})

/** What an archive object holds. */
export type ArchivedMessage = typeof ArchivedMessage.Type

const Json = Schema.fromJsonString(ArchivedMessage)

/** An archive object's text. */
export const encodeArchivedMessage = Schema.encodeEffect(Json)

const decode = Schema.decodeUnknownOption(Json)

/** The message in an archive object's text; `undefined` when it is not one of ours. Never throws. */
export const decodeArchivedMessage = (text: string): ArchivedMessage | undefined => Option.getOrUndefined(decode(text))

/** Bytes that quote what is redacted go as a whole. */
const redactedBytes = (bytes: Uint8Array, redact: (text: string) => string): Uint8Array => {
  const text = new TextDecoder().decode(bytes)
  const redacted = redact(text)
  return redacted === text ? bytes : new TextEncoder().encode(redacted)
}

/** Attributes without their undefined values, as the archive keeps them. */
export const archivedAttributes = (
  attributes: MessageAttributes,
  redact: (text: string) => string = (text) => text
): ArchivedMessage["attributes"] =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      {
        dataType,
        ...(stringValue === undefined ? {} : { stringValue: redact(stringValue) }),
        ...(binaryValue === undefined ? {} : { binaryValue: redactedBytes(binaryValue, redact) })
      }
    ])
  )

/** A lineage id is another's text where evidence was forged: nothing but these characters enters a key. */
const keyPart = (text: string): string => text.replace(/[^\w.-]/g, (unit) => `%${unit.charCodeAt(0).toString(16)}`)

/**
 * The key of an archive object: partitioned as Hive and Athena read it, by class and by the day (UTC) of the first
 * failure, so that archiving the same message again replaces the same object.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/partitions.html
 */
export const archiveKeyOf = (message: {
  readonly class: string
  readonly firstFailureAt: string
  readonly lineageId: string
}): string => {
  const [year, month, day] = message.firstFailureAt.slice(0, 10).split("-")
  return `class=${keyPart(failureCode(message.class))}/year=${year}/month=${month}/day=${day}/${keyPart(message.lineageId)}.json`
}
