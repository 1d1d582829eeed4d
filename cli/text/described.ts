/** The description of a command in its help. Pure. */

/** Lines as the CLI library prints them: it indents the first one alone. */
export const described = (lines: ReadonlyArray<string>): string =>
  lines.map((line, index) => (index === 0 || line === "" ? line : `  ${line}`)).join("\n")
