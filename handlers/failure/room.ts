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
 * Whether a message can carry this evidence beside its own attributes: no more than ten attributes and no more than
 * 1 MiB with it. Evidence that the message carries already is replaced, so it does not count.
 */
export const hasRoomForEvidence = (
  body: string,
  attributes: Readonly<Record<string, SizedAttribute>>,
  evidenceText: string
): boolean => {
  const others = Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== evidenceAttributeName))
  return (
    Object.keys(others).length < maxAttributes &&
    messageBytes(body, others) +
      attributeBytes(evidenceAttributeName, { dataType: "String", stringValue: evidenceText }) <=
      maxMessageBytes
  )
}
