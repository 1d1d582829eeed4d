/** Whether evidence fits beside what a message already carries. */
import { evidenceAttributeName } from "./Evidence.ts"
import { utf8Length } from "./text.ts"

/** A message attribute, as far as its size goes. */
export interface SizedAttribute {
  /** The data type; its bytes count. */
  readonly dataType: string
  readonly stringValue?: string | undefined
  readonly binaryValue?: Uint8Array | undefined
}

/**
 * The most attributes that a message may have.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export const maxAttributes = 10

/**
 * The most bytes of a message: body and attributes, with their names, types and values (1 MiB).
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const maxMessageBytes = 1_048_576

const attributeBytes = (name: string, attribute: SizedAttribute): number =>
  utf8Length(name) +
  utf8Length(attribute.dataType) +
  utf8Length(attribute.stringValue ?? "") +
  (attribute.binaryValue?.byteLength ?? 0)

/** The size of a message as SQS counts it, in bytes. */
export const messageBytes = (body: string, attributes: Readonly<Record<string, SizedAttribute>>): number =>
  Object.entries(attributes).reduce(
    (bytes, [name, attribute]) => bytes + attributeBytes(name, attribute),
    utf8Length(body)
  )

/**
 * Whether a message can carry this evidence beside its own attributes: no more than ten attributes and no more bytes than
 * its queue takes. Evidence that the message carries already is replaced, so it does not count.
 *
 * @param maxBytes the queue's `MaximumMessageSize`. @default 1 MiB
 */
export const hasRoomForEvidence = (
  body: string,
  attributes: Readonly<Record<string, SizedAttribute>>,
  evidenceText: string,
  maxBytes = maxMessageBytes
): boolean => {
  const others = Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== evidenceAttributeName))
  return (
    Object.keys(others).length < maxAttributes &&
    messageBytes(body, others) +
      attributeBytes(evidenceAttributeName, { dataType: "String", stringValue: evidenceText }) <=
      maxBytes
  )
}

/** Messages nearer than this to a size limit may have had no room for evidence. */
const evidenceRoomBytes = 8192

/** SQS's size limit before 2025, which queues keep that were made with it. */
const formerMessageBytes = 262_144

/**
 * Whether evidence of a message may have found no room in it: it has ten attributes, or is near the limit of its queues, or
 * near the limit that queues have which were made by older means. Of all other messages no evidence is kept elsewhere, or it
 * would not be looked for.
 *
 * @param maxBytes the largest message that its queues take. @default 1 MiB
 */
export const mayLackRoom = (
  body: string,
  attributes: Readonly<Record<string, SizedAttribute>>,
  maxBytes = maxMessageBytes
): boolean => {
  const count = Object.keys(attributes).length
  if (count >= maxAttributes) return true
  // A character takes three bytes at most: most bodies need not be counted.
  if (count === 0 && 3 * body.length <= Math.min(maxBytes, formerMessageBytes) - evidenceRoomBytes) return false
  const bytes = messageBytes(body, attributes)
  return (
    bytes > maxBytes - evidenceRoomBytes ||
    (bytes > formerMessageBytes - evidenceRoomBytes && bytes <= formerMessageBytes)
  )
}
