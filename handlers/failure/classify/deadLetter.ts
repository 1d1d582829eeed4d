/**
 * What AWS services write beside a dead letter: EventBridge and SNS in message attributes, Lambda in attributes (its
 * dead-letter queue) or in the body (its on-failure destination).
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { boundText } from "./errorText.ts"

/** A message attribute, as far as classification reads it. */
export interface ReadableAttribute {
  /** `String`, `Number`, `Binary`, or one with a custom label. */
  readonly dataType: string
  /** The value of a `String` or `Number`. */
  readonly stringValue?: string | undefined
  /** The value of a `Binary`. */
  readonly binaryValue?: Uint8Array | undefined
}

/** Message attributes by name. */
export type ReadableAttributes = Readonly<Record<string, ReadableAttribute>>

/** An error as a service wrote it beside the message. */
export interface DeadLetterError {
  /** Who wrote it; the first part of the rule. */
  readonly source: "eventbridge" | "lambda" | "lambda-destination"
  readonly text: string
  readonly code?: string | undefined
  /** Whose call failed. */
  readonly dependency?: string | undefined
  /** The delivery was given up because it had been tried, or had waited, long enough. */
  readonly exhausted: boolean
}

const attribute = (attributes: ReadableAttributes, name: string): string | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name]?.stringValue : undefined

/** `arn:aws:lambda:…` is the service `lambda`. */
const serviceOf = (arn: string | undefined): string | undefined =>
  /^arn:[\w-]{1,20}:([\w-]{1,40}):/.exec(arn ?? "")?.[1]

const eventBridge = (attributes: ReadableAttributes): DeadLetterError | undefined => {
  const code = attribute(attributes, "ERROR_CODE")
  const text = attribute(attributes, "ERROR_MESSAGE")
  const condition = attribute(attributes, "EXHAUSTED_RETRY_CONDITION")
  return code === undefined && text === undefined && condition === undefined
    ? undefined
    : {
        source: "eventbridge",
        text: text ?? "",
        code,
        dependency: serviceOf(attribute(attributes, "TARGET_ARN")),
        exhausted: condition !== undefined
      }
}

/** Lambda writes the HTTP status of the invocation as the code: 200 when the function itself failed, which says nothing. */
const lambdaQueue = (attributes: ReadableAttributes): DeadLetterError | undefined => {
  const code = attribute(attributes, "ErrorCode")
  const text = attribute(attributes, "ErrorMessage")
  return code === undefined && text === undefined
    ? undefined
    : { source: "lambda", text: text ?? "", code: /^[123]\d\d$/.test(code ?? "") ? undefined : code, exhausted: false }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** As JSON; what is nested too deeply to be printed says nothing. */
const print = (value: unknown): string => {
  try {
    return JSON.stringify(value)
  } catch {
    return ""
  }
}

/** Destination records are at most 256 KiB of payload and a little more; a longer body is none. */
const maxDestinationLength = 1_048_576

const lambdaDestination = (body: string): DeadLetterError | undefined => {
  if (body.length > maxDestinationLength || !body.includes('"requestContext"') || !body.includes('"condition"'))
    return undefined
  const record = parse(body)
  if (!isRecord(record) || !isRecord(record["requestContext"])) return undefined
  const condition = record["requestContext"]["condition"]
  if (typeof condition !== "string") return undefined
  const payload = record["responsePayload"]
  const text = payload === undefined || payload === null ? "" : typeof payload === "string" ? payload : print(payload)
  return {
    source: "lambda-destination",
    text: boundText(text),
    exhausted: /^(?:EventAgeExceeded|RetriesExhausted)$/.test(condition)
  }
}

/** The error that an AWS service wrote beside, or instead of, the message. */
export const deadLetterError = (body: string, attributes: ReadableAttributes): DeadLetterError | undefined =>
  eventBridge(attributes) ?? lambdaQueue(attributes) ?? lambdaDestination(body)
