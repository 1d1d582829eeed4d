/**
 * Message attributes: what is allowed, how large they are, which of them a receiver asked for.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
import { hash } from "node:crypto"
import { SqsError } from "./SqsError.ts"
import type { WireMessageAttribute } from "./SqsService.ts"

type Attributes = Readonly<Record<string, WireMessageAttribute>>

/** How many attributes a message may have. */
export const maximumMessageAttributes = 10

const invalid = (message: string) => new SqsError("InvalidParameterValue", message)

const unicodeRule =
  "Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF."

// Control characters besides tab, line feed and carriage return, the non-characters FFFE and FFFF, and lone surrogates.
const forbidden = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/** Whether SQS takes the text. */
export const hasOnlyValidCharacters = (text: string): boolean => !forbidden.test(text)

/** Refuses a body with characters that SQS does not take. */
export const checkBodyCharacters = (body: string): void => {
  if (hasOnlyValidCharacters(body)) return
  throw new SqsError("InvalidMessageContents", `Invalid characters found. ${unicodeRule}`)
}

const checkName = (name: string): void => {
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name) || /^\.|\.$|\.\./.test(name)) {
    throw invalid(
      `Message (user) attribute name '${name}' is invalid: it may have 1 to 256 letters, digits, '_', '-' and single '.' inside.`
    )
  }
  if (/^(aws|amazon)\./i.test(name)) {
    throw invalid(
      `Message (user) attribute name '${name}' is invalid: names that start with AWS. or Amazon. are reserved.`
    )
  }
}

const isNumber = (text: string) => /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)

const checkValue = (name: string, { DataType, StringValue, BinaryValue }: WireMessageAttribute): void => {
  const [type = ""] = DataType.split(".")
  if (type !== "String" && type !== "Number" && type !== "Binary") {
    const problem =
      DataType === ""
        ? "must contain a non-empty message attribute type"
        : "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String"
    throw invalid(`The message (user) attribute '${name}' ${problem}.`)
  }
  if (DataType.length > 256)
    throw invalid(`The data type of message (user) attribute '${name}' is longer than 256 characters.`)
  const value = type === "Binary" ? BinaryValue : StringValue
  if (value === undefined || value === "") {
    throw invalid(
      `The message (user) attribute '${name}' must contain a non-empty message attribute value for message attribute type '${DataType}'.`
    )
  }
  if (type === "Number" && !isNumber(value)) {
    throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`)
  }
  if (type !== "Binary" && !hasOnlyValidCharacters(value)) {
    throw invalid(
      `Invalid binary character was found in the value of message (user) attribute '${name}'. ${unicodeRule}`
    )
  }
}

/** Refuses attributes that SQS refuses. */
export const checkMessageAttributes = (attributes: Attributes): void => {
  const entries = Object.entries(attributes)
  if (entries.length > maximumMessageAttributes) {
    throw invalid(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${maximumMessageAttributes}].`
    )
  }
  for (const [name, attribute] of entries) {
    checkName(name)
    checkValue(name, attribute)
  }
}

const valueBytes = ({ DataType, StringValue = "", BinaryValue = "" }: WireMessageAttribute): Buffer =>
  DataType.startsWith("Binary") ? Buffer.from(BinaryValue, "base64") : Buffer.from(StringValue)

/** Bytes that attributes add to a message: names, types and values. */
export const attributesSize = (attributes: Attributes): number => {
  let size = 0
  for (const [name, attribute] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length
  }
  return size
}

const prefixed = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The digest of attributes as SQS computes it; `undefined` of none. */
export const digestOfAttributes = (attributes: Attributes): string | undefined => {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const parts = names.flatMap((name) => {
    const attribute = attributes[name]
    if (!attribute) return []
    const transport = Buffer.from([attribute.DataType.startsWith("Binary") ? 2 : 1])
    return [
      prefixed(Buffer.from(name)),
      prefixed(Buffer.from(attribute.DataType)),
      transport,
      prefixed(valueBytes(attribute))
    ]
  })
  return hash("md5", Buffer.concat(parts))
}

/** The attributes that a receiver asked for: by name, by prefix (`order.*`), or all (`All`, `.*`). */
export const selectMessageAttributes = (attributes: Attributes, asked: ReadonlyArray<string>): Attributes => {
  if (asked.length === 0) return {}
  if (asked.includes("All") || asked.includes(".*")) return attributes
  const prefixes = asked.filter((name) => name.endsWith(".*")).map((name) => name.slice(0, -1))
  const wanted = (name: string) => asked.includes(name) || prefixes.some((prefix) => name.startsWith(prefix))
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)))
}
