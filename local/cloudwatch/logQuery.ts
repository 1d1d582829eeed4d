/**
 * The part of CloudWatch Logs Insights that a list of failures needs: `SOURCE`, `fields`, `display`, `filter`, `stats`,
 * `sort`, `limit` (or `head`). Any other command is named as one that is not evaluated here.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
import type { LogEvent } from "./CloudWatch.ts"
import { compareValues, type Line, readStatistics, type Statistics } from "./logStatistics.ts"

/** A query's result. */
export interface LogTable {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  /** What of the query is not evaluated here, in sentences. */
  readonly problems: ReadonlyArray<string>
}

type Fields = Readonly<Record<string, unknown>>

/** Insights' own default. */
const defaultLimit = 1000
const mostRows = 200

const parse = (message: string): Fields => {
  try {
    const value: unknown = JSON.parse(message.slice(Math.max(0, message.indexOf("{"))))
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : {}
  } catch {
    return {}
  }
}

const shown = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value)

const fieldsOf = (event: LogEvent): Line => {
  let fields: Fields | undefined
  return (name) => {
    if (name === "@timestamp") return new Date(event.at).toISOString()
    if (name === "@message") return event.message
    if (name === "@logStream") return event.logStream
    if (name === "@log") return event.logGroup
    fields ??= parse(event.message)
    return shown(name.split(".").reduce<unknown>((value, part) => Object(value)[part], fields))
  }
}

const literals = (list: string): ReadonlyArray<string> =>
  [...list.matchAll(/'([^']*)'|"([^"]*)"|([\w.-]+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? "")

/** One condition; `undefined` for one that is not understood. */
const conditionOf = (text: string): ((line: Line) => boolean) | undefined => {
  const [, field, not, list] = /^([@\w.]+)\s+(not\s+)?in\s*\[(.*)\]$/i.exec(text) ?? []
  if (field !== undefined && list !== undefined) {
    const values = literals(list)
    return (line) => values.includes(line(field) ?? "") === (not === undefined)
  }
  const [, name, operator, value] = /^([@\w.]+)\s*(!?=)\s*(.+)$/.exec(text) ?? []
  if (name !== undefined && value !== undefined) {
    const [wanted] = literals(value)
    return (line) => (line(name) === wanted) === (operator === "=")
  }
  const [, subject, part] = /^([@\w.]+)\s+like\s+(?:'([^']*)'|"[^"]*")$/i.exec(text) ?? []
  if (subject !== undefined && part !== undefined) return (line) => (line(subject) ?? "").includes(part)
  const [, present] = /^ispresent\(\s*([@\w.]+)\s*\)$/i.exec(text) ?? []
  return present === undefined ? undefined : (line) => line(present) !== undefined
}

const filterOf = (text: string): ((line: Line) => boolean) | undefined => {
  const conditions = text.split(/\s+and\s+/i).map((part) => conditionOf(part.trim()))
  if (conditions.some((condition) => condition === undefined)) return undefined
  return (line) => conditions.every((condition) => condition?.(line) === true)
}

/** Runs a query over the lines of log groups. */
export const runLogQuery = (query: string, logs: (logGroup: string) => ReadonlyArray<LogEvent>): LogTable => {
  const sources: Array<string> = []
  const filters: Array<(line: Line) => boolean> = []
  const problems: Array<string> = []
  let columns: ReadonlyArray<string> = []
  let statistics: Statistics | undefined
  let sortedBy: { readonly field: string; readonly factor: number } | undefined
  let limit = defaultLimit
  for (const command of query.split("|").map((part) => part.trim())) {
    const [word = "", ...others] = command.split(/\s+/)
    const rest = command.slice(word.length).trim()
    const names = rest.split(",").map((name) => name.trim())
    const filter = word.toLowerCase() === "filter" ? filterOf(rest) : undefined
    const counted = word.toLowerCase() === "stats" ? readStatistics(rest) : undefined
    if (word.toUpperCase() === "SOURCE") sources.push(...literals(rest))
    else if (word.toLowerCase() === "fields") columns = [...new Set([...columns, ...names])]
    else if (word.toLowerCase() === "display") columns = names
    else if (filter !== undefined) filters.push(filter)
    else if (counted !== undefined) {
      statistics = counted
      columns = counted.columns
    } else if (word.toLowerCase() === "sort")
      sortedBy = { field: String(others[0]), factor: others[1]?.toLowerCase() === "asc" ? 1 : -1 }
    else if (["limit", "head"].includes(word.toLowerCase())) limit = Number(others[0]) || defaultLimit
    else if (command !== "") problems.push(`Not evaluated here: ${command}`)
  }
  if (columns.length === 0) columns = ["@timestamp", "@message"]
  const lines = sources
    .flatMap((source) => logs(source))
    .map(fieldsOf)
    .filter((line) => filters.every((filter) => filter(line)))
  const compare =
    ({ field, factor }: { readonly field: string; readonly factor: number }) =>
    (one: Line, other: Line): number =>
      factor * compareValues(one(field) ?? "", other(field) ?? "")
  const found = statistics?.rowsOf(lines.toSorted(compare({ field: "@timestamp", factor: 1 }))) ?? lines
  const sorted = found.toSorted(compare(sortedBy ?? { field: "@timestamp", factor: -1 }))
  const rows = sorted.slice(0, Math.min(limit, mostRows)).map((line) => columns.map((name) => line(name) ?? ""))
  return { columns, rows, problems }
}
