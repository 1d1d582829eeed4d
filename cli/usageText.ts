/** What is wrong with arguments, in one sentence. Pure. */
import type { CliError } from "effect/cli"

const list = (names: ReadonlyArray<string>): string => names.join(", ")

/** One sentence about one error of the CLI library, which spreads some of its own over several lines. */
export const usageSentence = (error: CliError.NonShowHelpErrors): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `${error.option} is no argument${error.command === undefined ? "" : ` of ${error.command.join(" ")}`}${error.suggestions.length === 0 ? "" : `; did you mean ${list(error.suggestions)}?`}${error.suggestions.length === 0 ? "." : ""}`
    case "UnknownSubcommand":
      return `"${error.subcommand}" is no command${error.suggestions.length === 0 ? "." : `; did you mean ${list(error.suggestions)}?`}`
    case "InvalidValue": {
      const name = error.kind === "flag" ? `--${error.option}` : `<${error.option}>`
      if (error.value === "") return `${name} has no value: it needs one.`
      if (/^\d+ occurrences$/.test(error.value)) return `${name} is given twice: once is allowed.`
      return `${name} is "${error.value}": ${error.expected.replace(/^Expected:? ?/, "").replace(/\.?$/, ".")}`
    }
    case "MissingOption":
      return `--${error.option} is missing: it is needed.`
    case "MissingArgument":
      return `<${error.argument}> is missing: it is needed.`
    case "UnexpectedArgument":
      return `${list(error.arguments.map((value) => JSON.stringify(value)))} belongs to no argument.`
    default:
      return error.message.replaceAll(/\s*\n\s*/g, " ")
  }
}
