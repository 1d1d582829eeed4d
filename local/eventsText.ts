/** What happened, in one line for a person: from log lines of functions, messages of topics, and moves of queues. */
import type { LogEvent } from "./cloudwatch/CloudWatch.ts"
import type { PublishedMessage } from "./sns/model.ts"

/** What a message is called, by its id or lineage id; `undefined` when nothing better is known than the id. */
export type NameOf = (messageId: string) => string | undefined

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const parse = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

const text = (fields: Fields, name: string): string | undefined => {
  const value = fields[name]
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  return typeof value === "string" && value !== "" ? value : undefined
}

/** The longest line, in characters. */
const longestLine = 300

/** One line, without the control characters that a message could bring to the terminal. */
const oneLine = (line: string): string => {
  const flat = line.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()
  return flat.length <= longestLine ? flat : `${flat.slice(0, longestLine - 1)}…`
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Ids are long and random: their beginning tells them apart. Ids that a person has chosen stay as they are. */
const shortId = (id: string): string =>
  uuid.test(id) ? `${id.slice(0, 8)}…` : id.length > 40 ? `${id.slice(0, 39)}…` : id

/** `order O1234` for a body that has an order id; `undefined` for any other. */
export const orderName = (body: string): string | undefined => {
  const orderId = text(parse(body) ?? {}, "orderId")
  return orderId === undefined ? undefined : `order ${shortId(orderId)}`
}

const subject = (fields: Fields, nameOf: NameOf): string | undefined => {
  const correlationId = text(fields, "correlationId") ?? text(fields, "orderId")
  if (correlationId !== undefined) return `order ${shortId(correlationId)}`
  const ids = [text(fields, "lineageId"), text(fields, "messageId")].filter((id) => id !== undefined)
  const known = ids.map(nameOf).find((name) => name !== undefined)
  return known ?? (ids[0] === undefined ? undefined : `message ${shortId(ids[0])}`)
}

/** `AUTH_FAILURE: 401 from payments (dependency payments)`, of what there is. */
const cause = (fields: Fields): string | undefined => {
  const dependency = text(fields, "dependency")
  const parts = [text(fields, "class"), text(fields, "reason") ?? text(fields, "errorReason")].filter(
    (part) => part !== undefined
  )
  if (parts.length === 0) return undefined
  return `${parts.join(": ")}${dependency === undefined ? "" : ` (${dependency})`}`
}

const nextStep = (fields: Fields): string | undefined => {
  const seconds = text(fields, "delaySeconds")
  if (text(fields, "action") === "dead-letter") return "→ dead-letter queue"
  if (seconds !== undefined) return `→ again in ${seconds} s`
  return text(fields, "action") === "retry" ? "→ again after the visibility timeout" : undefined
}

const storedText = (records: unknown, nameOf: NameOf): string =>
  (Array.isArray(records) ? records.filter(isFields) : [])
    .map((fields) => `${subject(fields, nameOf) ?? "a message"} stored in ${text(fields, "milliseconds") ?? "?"} ms`)
    .join("; ")

/** Lines that say what a topic's message has said already. */
const told = ["order accepted", "An alert was published."]

const applicationText = (fields: Fields, functionName: string, nameOf: NameOf): string => {
  const who = subject(fields, nameOf) ?? functionName
  const message = text(fields, "message") ?? ""
  if (message === "records processed") return storedText(fields["records"], nameOf)
  const what =
    message === "record failed"
      ? `failed at receive ${text(fields, "receiveCount") ?? "?"}`
      : message.replace(/\.$/, "")
  return [`${who}:`, what, cause(fields) === undefined ? undefined : `— ${cause(fields)}`, nextStep(fields)]
    .filter((part) => part !== undefined)
    .join(" ")
}

/** Lambda's own lines: only what went wrong is worth a line here. */
const platformText = (fields: Fields, functionName: string): string | undefined => {
  const record = isFields(fields["record"]) ? fields["record"] : {}
  const status = text(record, "status")
  if (fields["type"] !== "platform.report" || status === undefined || status === "success") return undefined
  return `${functionName}: invocation ended with ${text(record, "errorType") ?? status}`
}

/** What a function's log line says; `undefined` for metrics, and for Lambda's bookkeeping. */
export const logText = ({ logGroup, message }: LogEvent, nameOf: NameOf): string | undefined => {
  const functionName = logGroup.replace(/^\/aws\/lambda\//, "")
  const start = message.indexOf("{")
  const fields = start === -1 ? undefined : parse(message.slice(start))
  if (fields !== undefined && "_aws" in fields) return undefined
  if (fields !== undefined && isFields(fields["record"])) {
    const line = platformText(fields, functionName)
    return line === undefined ? undefined : oneLine(line)
  }
  if (fields !== undefined && told.includes(text(fields, "message") ?? "")) return undefined
  if (fields !== undefined && "message" in fields) return oneLine(applicationText(fields, functionName, nameOf))
  return /Task timed out|Runtime exited|Runtime\.\w+/.test(message) ? oneLine(`${functionName}: ${message}`) : undefined
}

const alarmText = (name: string, fields: Fields): string => {
  const state = text(fields, "NewStateValue") ?? "?"
  return state === "ALARM" ? `ALARM ${name}: ${text(fields, "NewStateReason") ?? ""}` : `alarm ${name} is ${state}`
}

/** What a message of a topic says: an order, an alert, an alarm; `undefined` for any other. */
export const publicationText = (
  { message, subject: title, attributes }: PublishedMessage,
  nameOf: NameOf
): string | undefined => {
  const fields = parse(message) ?? {}
  const alarm = text(fields, "AlarmName")
  if (alarm !== undefined) return oneLine(alarmText(alarm, fields))
  const alert = attributes?.["alert"]?.StringValue
  if (alert !== undefined) {
    const who = subject(parse(alert) ?? {}, nameOf)
    return oneLine(`ALERT ${who === undefined ? "" : `${who}: `}${title ?? message}`)
  }
  const order = orderName(message)
  return order === undefined ? undefined : oneLine(`${order} accepted`)
}
