/** Commands that a person is told to type: whole, however narrow the terminal. Pure. */

/** Who types it, for the shell to fill in: a command that is shown works as it is pasted. */
export const byWhoever = '--by "$(whoami)"'

/** A flag with its value stays together. */
const piecesOf = (command: string): ReadonlyArray<string> => command.split(/ (?=--)/)

/**
 * A command in lines that a shell reads as one: what is wider than the terminal is broken before a flag, with `\`, and
 * never cut.
 *
 * @param command begins with `npx resilient-queue`
 */
export const commandLines = (command: string, width: number, indent = ""): ReadonlyArray<string> => {
  if (indent.length + command.length <= width) return [indent + command]
  const lines: Array<string> = []
  let line = ""
  for (const piece of piecesOf(command)) {
    const lead = lines.length === 0 ? indent : `${indent}  `
    // Room for the backslash.
    if (line !== "" && lead.length + line.length + 1 + piece.length + 2 > width) {
      lines.push(`${lead}${line} \\`)
      line = piece
    } else line = line === "" ? piece : `${line} ${piece}`
  }
  return [...lines, `${lines.length === 0 ? indent : `${indent}  `}${line}`]
}
