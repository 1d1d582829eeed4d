/** Lines of text within a width. Pure. */

/** Text without what would steer a terminal (whoever fails a message may choose its words), in one line. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ").toWellFormed()

/** One line of at most so many characters; what is too long ends in `…`. */
export const cut = (text: string, width: number): string => {
  const line = printable(text)
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`
}

/** Text in lines of at most so many characters, broken between words; each begins with `indent`. */
export const wrap = (text: string, width: number, indent = ""): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of printable(text).split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, indent + line]
}

/** Text whose own lines say something (a stack trace): they stay apart, each as far in as it was, and are wrapped. */
export const textLines = (text: string, width: number): ReadonlyArray<string> =>
  text
    .replace(/\s+$/, "")
    .split(/\r?\n/)
    .flatMap((line) => {
      const indent = /^[ \t]*/.exec(line)?.[0].replaceAll("\t", "  ") ?? ""
      return wrap(line.trimStart(), width, indent)
    })

/** Text in lines behind an arrow. */
export const pointed = (text: string, width: number, indent: string): ReadonlyArray<string> =>
  wrap(text, width, `${indent}  `).map((line, index) => (index === 0 ? `${indent}→ ${line.trimStart()}` : line))

/** Rows in columns two blanks apart; the last column is cut to the width. */
export const columns = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  width: number,
  indent = ""
): ReadonlyArray<string> => {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, index) =>
    index === count - 1 ? 0 : Math.max(0, ...rows.map((row) => (row[index] ?? "").length))
  )
  return rows.map((row) =>
    cut(indent + row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  "), width).trimEnd()
  )
}

/** `1 message`, `2 messages`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count} ${count === 1 ? singular : plural}`

/** A span of time in one unit: `42 s`, `3 min`, `5 h`, `2 d`. */
export const span = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** How long ago, or in how long, a time is. Both ISO-8601. */
export const ago = (time: string, now: string): string => {
  const distance = Date.parse(now) - Date.parse(time)
  return distance >= 0 ? `${span(distance)} ago` : `in ${span(-distance)}`
}

/** A time to the second, UTC: `2026-01-31 08:00:00`. */
export const clock = (time: string): string => time.slice(0, 19).replace("T", " ")
