/**
 * A message body as a value: JSON, then the user's schema. Accepts the body itself (plain SQS, raw SNS delivery) and
 * the envelope that SNS puts around it without raw delivery. Bodies are personal data: no part of one is in an error.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
import { Effect, Result, type Schema, SchemaIssue, SchemaParser } from "effect"
import { BadPayload, ValidationError } from "../failure/errors.ts"

/** Looked for in every body, and so without a schema. */
const isEnvelope = (value: unknown): value is { readonly Message: string } =>
  typeof value === "object" &&
  value !== null &&
  "Type" in value &&
  value.Type === "Notification" &&
  "TopicArn" in value &&
  typeof value.TopicArn === "string" &&
  "Message" in value &&
  typeof value.Message === "string"

const positionOf = (error: unknown): number | undefined => {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined
  return position === undefined ? undefined : Number(position)
}

/** Says what is wrong without quoting: V8's own message quotes the text. */
const syntaxTrouble = (text: string, error: unknown): string => {
  if (text.trim() === "") return "empty"
  if (text.includes("\uFFFD")) return "wrong encoding: not UTF-8"
  const endsEarly = error instanceof Error && /unexpected end|unterminated/i.test(error.message)
  return endsEarly || (positionOf(error) ?? 0) >= text.length ? "truncated JSON" : "not JSON"
}

const parseJson = (body: string, where: string): Result.Result<unknown, BadPayload> => {
  // Some producers put a byte order mark before their JSON; JSON.parse refuses it.
  const text = body.startsWith("\uFEFF") ? body.slice(1) : body
  return Result.try({
    try: (): unknown => JSON.parse(text),
    catch: (error) => {
      const position = positionOf(error)
      return withoutStack(
        () =>
          new BadPayload({
            reason: `${where}: ${syntaxTrouble(text, error)}`,
            detail: `${text.length} characters${position === undefined ? "" : `, first error at position ${position}`}`
          })
      )
    }
  })
}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

/** At most this many fields are named. */
const maxIssues = 10

/** A field that breaks a rule, and the rule. */
export interface FieldIssue {
  /** Path of the field, e.g. `lines.0.quantity`; empty when the value as a whole is wrong. */
  readonly field: string
  readonly message: string
}

/** The fields of a value that break its schema, without their values. */
export const fieldIssues = ({ issue }: Pick<Schema.SchemaError, "issue">): ReadonlyArray<FieldIssue> =>
  formatIssues(issue)
    .issues.slice(0, maxIssues)
    .map(({ path, message }) => ({
      field: (path ?? [])
        .map((part) => String(typeof part === "object" ? part.key : part))
        .join(".")
        .slice(0, 200),
      message
    }))

const validationError = (issue: SchemaIssue.Issue): ValidationError => {
  const issues = fieldIssues({ issue })
  const text = issues.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`))
  return withoutStack(
    () =>
      new ValidationError({
        reason: (text[0] ?? "invalid").slice(0, 256),
        detail: text.join("; "),
        field: issues[0]?.field
      })
  )
}

/** Makes an error without its stack, which would be most of its cost: of one that is made here it says nothing. */
const withoutStack = <Failure extends Error>(make: () => Failure): Failure => {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** A decoder of bodies for a schema; build it once a module. */
export const bodyDecoder = <A, R>(schema: Schema.ConstraintDecoder<A, R>) => {
  // Fails with the bare issue: an error of the schema's own would be made to be thrown away.
  const decode = SchemaParser.decodeUnknownEffect(schema, { errors: "all" })
  return (body: string): Effect.Effect<A, BadPayload | ValidationError, R> => {
    const outer = parseJson(body, "body")
    const parsed =
      Result.isSuccess(outer) && isEnvelope(outer.success)
        ? parseJson(outer.success.Message, "Message of the SNS envelope")
        : outer
    return Result.isFailure(parsed)
      ? Effect.fail(parsed.failure)
      : // At once, where the schema does not wait for anything.
        Effect.mapErrorEager(decode(parsed.success), validationError)
  }
}
