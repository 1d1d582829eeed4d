/** The id by which people know a message, read from its body. */
import { Option, Schema } from "effect"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))

/** Longer ones are not ids; an index key of DynamoDB takes 1,024 bytes at most. */
const maxLength = 256

/** The string or number at a top-level field of a JSON body, as text of at most 256 characters; else `undefined`. Never throws. */
export const correlationIdOf = (body: string, field: string | undefined): string | undefined => {
  if (field === undefined || !body.includes("{")) return undefined
  const object = Option.getOrUndefined(decode(body))
  const value = object !== undefined && Object.hasOwn(object, field) ? object[field] : undefined
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value : ""
  // JSON can spell half a character (\ud800); DynamoDB takes no such key.
  return text === "" || text.length > maxLength || !text.isWellFormed() ? undefined : text
}
