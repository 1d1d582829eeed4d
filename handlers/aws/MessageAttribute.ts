/** Message attributes, which SQS and SNS share. */

/** A message attribute as SQS knows it: a data type and either a string or a binary value. */
export interface MessageAttribute {
  /** `String`, `Number`, `Binary`, or one with a custom label such as `Number.int`. */
  readonly dataType: string
  /** The value of a `String` or `Number`. */
  readonly stringValue?: string | undefined
  /** The value of a `Binary`. */
  readonly binaryValue?: Uint8Array | undefined
}

/** Message attributes by name; at most ten a message. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

interface SdkAttribute {
  readonly DataType: string
  readonly StringValue: string | undefined
  readonly BinaryValue: Uint8Array | undefined
}

/** Our attributes as the SDK clients of SQS and SNS take them. */
export const sdkAttributes = (attributes: MessageAttributes): Record<string, SdkAttribute> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      { DataType: dataType, StringValue: stringValue, BinaryValue: binaryValue }
    ])
  )
