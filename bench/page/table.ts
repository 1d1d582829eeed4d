/** Figures as Markdown tables. */

/** A column of a table. */
export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string
}

/** A Markdown table; the first column is text, all others are numbers. */
export const markdownTable = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): string => {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => of(row)))]
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)))
  const line = (row: ReadonlyArray<string>): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`
  return `${[line(cells[0] ?? []), rule, ...cells.slice(1).map(line)].join("\n")}\n`
}
