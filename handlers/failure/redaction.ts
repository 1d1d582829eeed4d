/**
 * Redaction of a message's body by path: what a queue's owner never wants to see written down. In the archive the values
 * are replaced where they stand; wherever else text of a failure is written, they are taken out of it.
 */
import { Config, Result, Schema } from "effect"
import { jsonSpans } from "./jsonSpans.ts"
import { parseRedactPath, type RedactPath } from "./redactPath.ts"

/** Stands in the place of what was redacted. */
export const redactedMark = "[redacted]"

const markText = JSON.stringify(redactedMark)

/** A body that may be written down. */
export interface RedactedBody {
  readonly body: string
  /** The paths that led to something; `$` where the whole body is withheld. */
  readonly paths: ReadonlyArray<string>
  /** What was taken out, as text. */
  readonly values: ReadonlyArray<string>
}

const parseJson = (text: string): Result.Result<unknown, unknown> => Result.try((): unknown => JSON.parse(text))

const isEnvelope = Schema.is(
  Schema.Struct({ Type: Schema.Literal("Notification"), TopicArn: Schema.String, Message: Schema.String })
)

const envelopeMessage = parseRedactPath("$.Message")

/** Texts and numbers in a value, whatever its depth. */
const leaves = (value: unknown): ReadonlyArray<string> => {
  const found: Array<string> = []
  const waiting: Array<unknown> = [value]
  while (waiting.length > 0) {
    const each = waiting.pop()
    if (typeof each === "string") found.push(each)
    else if (typeof each === "number") found.push(String(each))
    else if (typeof each === "object" && each !== null) for (const inner of Object.values(each)) waiting.push(inner)
  }
  return found
}

const withheld = (body: string): RedactedBody => ({
  body: redactedMark,
  paths: ["$"],
  // What a failure may quote of it: its words.
  values: body.split(/[\s"',;:=&{}[\]()<>]+/).filter((word) => word.length >= shortestAnywhere)
})

/** Replaces spans of a text, which are in order and apart from each other. */
const replaced = (text: string, spans: ReadonlyArray<{ start: number; end: number; by: string }>): string => {
  let result = ""
  let position = 0
  for (const { start, end, by } of spans) {
    result += text.slice(position, start) + by
    position = end
  }
  return result + text.slice(position)
}

/**
 * A body without what the paths lead to. Of one that is not JSON, where no path leads anywhere, nothing is left: what is
 * secret in it cannot be known. The envelope that SNS puts around a message is looked into. Total.
 */
export const redactBody = (paths: ReadonlyArray<RedactPath>, body: string): RedactedBody => {
  if (paths.length === 0) return { body, paths: [], values: [] }
  const mark = body.startsWith("\uFEFF") ? "\uFEFF" : ""
  const text = body.slice(mark.length)
  const json = parseJson(text)
  if (Result.isFailure(json)) return withheld(body)
  const parsed = json.success
  if (isEnvelope(parsed) && envelopeMessage !== undefined) {
    const inner = redactBody(paths, parsed.Message)
    const spans = jsonSpans(text, [envelopeMessage]).map((span) => ({ ...span, by: JSON.stringify(inner.body) }))
    return { ...inner, body: mark + replaced(text, spans) }
  }
  const spans = jsonSpans(text, paths)
  return {
    body:
      mark +
      replaced(
        text,
        spans.map((span) => ({ ...span, by: markText }))
      ),
    paths: [...new Set(spans.map(({ path }) => path.text))],
    values: spans.flatMap(({ start, end }) => {
      const source = text.slice(start, end)
      const value = Result.getOrUndefined(parseJson(source))
      // A number as it was written: 1e3, or one with more digits than a number of JavaScript has.
      return typeof value === "number" ? [String(value), source] : leaves(value)
    })
  }
}

/** Shorter values are no secrets, and would take half of a sentence with them. */
const shortestValue = 3

/** Shorter ones are taken out only where they stand alone. */
const shortestAnywhere = 6

/** So many values of a body are looked for, none longer than what evidence can hold. */
const maxValues = 200
const longestValue = 4096

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Takes values out of texts that may quote them, as they are or as JSON writes them. */
export const valueRedactor = (values: ReadonlyArray<string>): ((text: string) => string) => {
  const written = values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
  const sought = [...new Set(written)]
    .filter((value) => value.trim().length >= shortestValue && value.length <= longestValue)
    .sort((one, other) => other.length - one.length)
    .slice(0, maxValues)
  if (sought.length === 0) return (text) => text
  const pattern = new RegExp(
    sought
      .map((value) =>
        value.length >= shortestAnywhere ? escaped(value) : `(?<![A-Za-z0-9])${escaped(value)}(?![A-Za-z0-9])`
      )
      .join("|"),
    "g"
  )
  return (text) => text.replace(pattern, redactedMark)
}

/** Takes out of attributes what was taken out of their body; where that is withheld, they are as well. */
export const attributeRedactor = ({ body, values }: RedactedBody): ((text: string) => string) =>
  body === redactedMark ? () => redactedMark : valueRedactor(values)

/** Takes out of texts what the paths lead to in a body. */
export const bodyRedactor = (paths: ReadonlyArray<RedactPath>, body: string): ((text: string) => string) =>
  paths.length === 0 ? (text) => text : valueRedactor(redactBody(paths, body).values)

/** Whether there is a mark in a body where one of the paths leads to: what was redacted has not been restored. */
export const isRedacted = (paths: ReadonlyArray<string>, body: string): boolean => {
  if (paths.length === 0) return false
  if (body === redactedMark) return true
  return redactBody(parsedPaths(paths), body).values.includes(redactedMark)
}

const parsedPaths = (texts: ReadonlyArray<string>): ReadonlyArray<RedactPath> =>
  texts.map((text) => parseRedactPath(text) ?? { text: "$", steps: [] })

const decodePaths = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Array(Schema.String)))

/**
 * Config `REDACT_PATHS`: a JSON list of paths. @default none. What cannot be read stands for the whole body: a function
 * that does not know what is secret writes nothing down.
 */
export const redactPathsOfEnvironment: Config.Config<ReadonlyArray<RedactPath>> = Config.String("REDACT_PATHS").pipe(
  Config.withDefault(""),
  Config.map((text) => {
    if (text === "") return []
    const decoded = decodePaths(text)
    return parsedPaths(Result.isSuccess(decoded) ? decoded.success : ["$"])
  })
)

/** The paths of an archived message, to redact another body as it was. */
export const redactPaths = parsedPaths
