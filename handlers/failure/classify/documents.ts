/**
 * Error documents: JSON that a Lambda function, an HTTP API or a provider answered with. A document is turned into the
 * lines of text that it stands for, with its status and codes where it has them.
 */

/** What a document says. */
export interface ErrorDocument {
  /** As an exception would be printed: `Type: message`. */
  readonly text: string
  /** Codes in it, the most specific first. */
  readonly codes: ReadonlyArray<string>
  readonly status?: number | undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

const statusFields = [
  "status",
  "statusCode",
  "status_code",
  "httpStatusCode",
  "httpStatus",
  "code",
  "Code",
  "StatusCode"
]

const statusOf = (document: Readonly<Record<string, unknown>>): number | undefined => {
  for (const field of statusFields) {
    const value = document[field]
    const status =
      typeof value === "number" ? value : typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : 0
    if (status >= 400 && status <= 599) return status
  }
  return undefined
}

const codeFields = [
  "decline_code",
  "code",
  "errorCode",
  "error_code",
  "Code",
  "__type",
  "error",
  "type",
  "reason",
  "status"
]
const typeFields = ["errorType", "name", "exception", "exceptionType", "error_type", "__type"]
const messageFields = [
  "errorMessage",
  "message",
  "Message",
  "msg",
  "error_description",
  "detail",
  "details",
  "description",
  "title",
  "error",
  "reason",
  "fault",
  "faultstring"
]

/** How deep documents are followed into `error`, `cause`, `errors` and the like. */
const maxDepth = 4

const nested = [
  "error",
  "cause",
  "errors",
  "fault",
  "body",
  "response",
  "Error",
  "detail",
  "data",
  "errorMessage",
  "message",
  "extensions"
]

const collect = (value: unknown, depth: number, lines: Array<string>, codes: Array<string>): number | undefined => {
  if (depth > maxDepth) return undefined
  if (Array.isArray(value)) {
    let first: number | undefined
    for (const item of value.slice(0, 5)) first ??= collect(item, depth + 1, lines, codes)
    return first
  }
  if (typeof value === "string" && depth > 0 && /^\s*\{/.test(value)) {
    const inner = parse(value)
    return inner === undefined ? undefined : collect(inner, depth + 1, lines, codes)
  }
  if (!isRecord(value)) return undefined
  for (const field of codeFields) {
    const code = text(value[field])
    if (code !== undefined && /^[\w.#/:-]{2,128}$/.test(code)) codes.push(code)
  }
  const type = typeFields.map((field) => text(value[field])).find((found) => found !== undefined)
  const messages = messageFields.map((field) => text(value[field])).filter((found) => found !== undefined)
  if (type !== undefined || messages.length > 0)
    lines.push(`${type === undefined ? "" : `${type}: `}${[...new Set(messages)].join(" - ")}`)
  let status = statusOf(value)
  for (const field of nested) {
    const inner = collect(value[field], depth + 1, lines, codes)
    status ??= inner
  }
  return status
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** What can be read of a document that was cut off: Lambda keeps only the first kibibyte of an error. */
const fragment = (json: string): unknown => {
  const errorType = /"errorType"\s?:\s?"([^"]{1,200})"/.exec(json)?.[1]
  const errorMessage = /"(?:errorMessage|message)"\s?:\s?"((?:[^"\\]|\\.){1,4000})/.exec(json)?.[1]
  return errorType === undefined && errorMessage === undefined
    ? undefined
    : { errorType, errorMessage: errorMessage?.replaceAll("\\n", "\n").replaceAll('\\"', '"') }
}

/** The error document that a text is, if it is one. */
export const errorDocument = (raw: string): ErrorDocument | undefined => {
  const trimmed = raw.trim()
  if (!/^[[{]/.test(trimmed)) return undefined
  const printed = /^\{\s{0,8}_tag: '(\w{1,128})',\s{1,8}message: (['"`])([^\n]{0,2000})/.exec(trimmed)
  if (printed !== null) return { text: `${printed[1]}: ${printed[3]?.replaceAll("\\n", "\n")}`, codes: [] }
  const document = parse(trimmed) ?? fragment(trimmed)
  if (typeof document !== "object" || document === null) return undefined
  const lines: Array<string> = []
  const codes: Array<string> = []
  const status = collect(document, 0, lines, codes)
  return lines.length === 0 && codes.length === 0 && status === undefined
    ? undefined
    : { text: lines.join("\nCaused by: "), codes, status }
}
