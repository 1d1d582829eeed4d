/**
 * What SNS refuses to publish. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
import type { Publication, SnsAttributes, Topic } from "./model.ts"
import { invalidParameter, SnsError } from "./SnsError.ts"

/** A message and its attributes together, in bytes. */
export const maximumMessageBytes = 262_144

const valueInvalid = (message: string) => new SnsError("ParameterValueInvalid", message)

const bytes = (text: string | undefined) => (text === undefined ? 0 : Buffer.byteLength(text))

/** What counts against the size limit: the message, and each attribute's name, type and value. */
export const publicationBytes = (publication: Publication): number =>
  Object.entries(publication.attributes ?? {}).reduce(
    (sum, [name, attribute]) =>
      sum +
      bytes(name) +
      bytes(attribute.DataType) +
      bytes(attribute.StringValue) +
      Buffer.from(attribute.BinaryValue ?? "", "base64").length,
    bytes(publication.message)
  )

const validateAttributes = (attributes: SnsAttributes): void => {
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (!/^(String|Number|Binary)(\..+)?$/.test(DataType))
      throw valueInvalid(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`
      )
    if (!/^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/.test(name))
      throw valueInvalid(`The message attribute name '${name}' is invalid.`)
    const value = DataType.startsWith("Binary") ? BinaryValue : StringValue
    if (value === undefined || value === "")
      throw valueInvalid(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`
      )
    if (DataType.startsWith("Number") && !Number.isFinite(Number(value)))
      throw valueInvalid(`Could not cast message attribute '${name}' value to number.`)
    if (DataType === "String.Array" && !isArrayText(value))
      throw valueInvalid(`Could not parse message attribute '${name}' value as a String.Array.`)
  }
}

const isArrayText = (text: string): boolean => {
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}

/** Throws what SNS answers to a publication that it does not accept. */
export const validatePublication = (topic: Topic, publication: Publication): void => {
  if (publication.message === "") throw invalidParameter("Empty message")
  const subject = publication.subject
  if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalidParameter("Subject")
  validateAttributes(publication.attributes ?? {})
  if (publicationBytes(publication) > maximumMessageBytes) throw invalidParameter("Message too long")
  if (publication.structure === "json") protocolMessages(publication.message)
  if (!topic.fifo) return
  if (!publication.messageGroupId) throw invalidParameter("The MessageGroupId parameter is required for FIFO topics")
  if (!publication.messageDeduplicationId && topic.attributes.get("ContentBasedDeduplication") !== "true")
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )
}

/** The messages of a publication with `MessageStructure=json`, by protocol, `default` among them. */
export const protocolMessages = (message: string): Readonly<Record<string, string>> => {
  let parsed: unknown
  try {
    parsed = JSON.parse(message)
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse")
  }
  const entries: ReadonlyArray<[string, unknown]> = Object.entries(
    typeof parsed === "object" && parsed !== null ? parsed : {}
  )
  const messages = Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string")
  )
  if (messages["default"] === undefined)
    throw invalidParameter("Message Structure - No default entry in JSON message body")
  return messages
}
