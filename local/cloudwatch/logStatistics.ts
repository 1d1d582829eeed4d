/**
 * The command `stats` of CloudWatch Logs Insights, as far as a list of what happened needs it.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
 */

/** A line's fields, or a row's columns, by name. */
export type Line = (name: string) => string | undefined

/** What of some lines a column shows; they are in the order of their time. */
type Aggregate = (values: ReadonlyArray<string>) => string | undefined

/** What makes rows of lines. */
export interface Statistics {
  readonly columns: ReadonlyArray<string>
  /** One row for each group of lines; the lines come in the order of their time. */
  readonly rowsOf: (lines: ReadonlyArray<Line>) => ReadonlyArray<Line>
}

/** Numbers by their size, all else as text. */
export const compareValues = (one: string, other: string): number => {
  const [left, right] = [Number(one), Number(other)]
  if (one !== "" && other !== "" && !Number.isNaN(left) && !Number.isNaN(right)) return left - right
  return one < other ? -1 : one > other ? 1 : 0
}

const aggregates: Readonly<Record<string, Aggregate>> = {
  count: (values) => String(values.length),
  count_distinct: (values) => String(new Set(values).size),
  earliest: (values) => values[0],
  latest: (values) => values.at(-1),
  max: (values) => values.toSorted(compareValues).at(-1),
  min: (values) => values.toSorted(compareValues)[0],
  sum: (values) => String(values.reduce((sum, value) => sum + (Number(value) || 0), 0))
}

interface Column {
  readonly name: string
  readonly cellOf: (lines: ReadonlyArray<Line>) => string | undefined
}

const columnOf = (text: string): Column | undefined => {
  const [, called = "", field = "", name] = /^(\w+)\(\s*([@\w.]+|\*)\s*\)(?:\s+as\s+(\w+))?$/i.exec(text) ?? []
  const word = called.toLowerCase()
  const aggregate = Object.hasOwn(aggregates, word) ? aggregates[word] : undefined
  if (aggregate === undefined || (field === "*" && word !== "count")) return undefined
  const valueIn = (line: Line): string | undefined => (field === "*" ? "" : line(field))
  return { name: name ?? text, cellOf: (lines) => aggregate(lines.flatMap((line) => valueIn(line) ?? [])) }
}

/** Reads what follows the word `stats`; `undefined` where something of it is not understood. */
export const readStatistics = (text: string): Statistics | undefined => {
  const [, wanted = "", by] = /^(.+?)(?:\s+by\s+(.+))?$/i.exec(text) ?? []
  const fields = by === undefined ? [] : by.split(",").map((field) => field.trim())
  const columns = wanted.split(",").map((column) => columnOf(column.trim()))
  const known = columns.filter((column) => column !== undefined)
  // Bins of time, and whatever else is computed, are no names of fields.
  if (known.length < columns.length || fields.some((field) => !/^[@\w.]+$/.test(field))) return undefined
  return {
    columns: [...fields, ...known.map(({ name }) => name)],
    rowsOf: (lines) => {
      const groups = Map.groupBy(lines, (line) => JSON.stringify(fields.map((field) => line(field) ?? "")))
      return [...groups.values()].map((group) => {
        const row = new Map(known.map(({ name, cellOf }) => [name, cellOf(group)]))
        for (const field of fields) row.set(field, group[0]?.(field))
        return (name) => row.get(name)
      })
    }
  }
}
