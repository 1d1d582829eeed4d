/** The command line in a process of its own. */
import { createInterface } from "node:readline/promises"
import { interruption } from "../local/interruption.ts"
import { runCommandLine } from "./main.ts"

const ask = async (question: string, signal: AbortSignal): Promise<string> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // In raw mode Ctrl-C is a key like any other.
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"))
  try {
    return await terminal.question(question, { signal })
  } finally {
    terminal.close()
  }
}

const exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    input: process.stdin,
    inputIsTerminal: process.stdin.isTTY === true,
    outputIsTerminal: process.stdout.isTTY === true,
    errorIsTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? process.stderr.columns,
    noColor: (process.env["NO_COLOR"] ?? "") !== "",
    ask
  },
  interruption()
)
process.exitCode = exitCode
// Standard input may still be waited for; what was written is written first.
process.stdin.unref?.()
