/** What is wrong with arguments, in one sentence. Pure. */
import type { CliError } from "effect/cli"

const list = (names: ReadonlyArray<string>): string => names.join(", ")

const didYouMean = (names: ReadonlyArray<string>): string =>
  names.length === 0 ? "." : `; did you mean ${list(names)}?`

/** What an argument is, where its name does not say it. */
const meanings: Readonly<Record<string, string>> = {
  id: " (a lineage id or correlation id)",
  shell: " (bash, zsh, fish or powershell)"
}

/** One sentence about one error of the CLI library, which spreads some of its own over several lines. */
export const usageSentence = (error: CliError.NonShowHelpErrors): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `Unknown flag ${error.option}${didYouMean(error.suggestions)}`
    case "UnknownSubcommand":
      return `Unknown command "${error.subcommand}"${didYouMean(error.suggestions)}`
    case "InvalidValue": {
      const name = error.kind === "flag" ? `--${error.option}` : `<${error.option}>`
      if (error.value === "") return `${name} has no value: it needs one.`
      if (error.option === "shell") return `Unknown shell "${error.value}": use bash, zsh, fish or powershell.`
      if (/^\d+ occurrences$/.test(error.value)) return `${name} is given twice: once is allowed.`
      return `${name} is "${error.value}": ${error.expected.replace(/^Expected:? ?/, "").replace(/\.?$/, ".")}`
    }
    case "MissingOption":
      return `Missing flag: --${error.option}.`
    case "MissingArgument":
      return `Missing argument: <${error.argument}>${meanings[error.argument] ?? ""}.`
    case "UnexpectedArgument":
      return `Unexpected argument: ${list(error.arguments.map((value) => JSON.stringify(value)))}.`
    default:
      return error.message.replaceAll(/\s*\n\s*/g, " ")
  }
}
