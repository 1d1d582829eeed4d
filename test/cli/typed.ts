/** What the command line answers to arguments, in this process. */
import { Readable } from "node:stream"
import { runCommandLine } from "../../cli/main.ts"
import type { SessionStreams } from "../../cli/Session.ts"

/** What was written, and the exit code. */
export interface Answer {
  readonly exitCode: number
  readonly out: string
  readonly error: string
}

/** How the command is run. */
export interface Typing extends Partial<Omit<SessionStreams, "out" | "error" | "input">> {
  /** Standard input. @default nothing */
  readonly input?: string
  readonly signal?: AbortSignal
  /** Told of what is written to standard error, as it is. */
  readonly onError?: (text: string) => void
}

/** Runs the command line as if its output were piped, unless told otherwise. */
export const typed = async (
  argv: ReadonlyArray<string>,
  { input = "", signal = new AbortController().signal, onError, ...terminal }: Typing = {}
): Promise<Answer> => {
  let out = ""
  let error = ""
  const exitCode = await runCommandLine(
    argv,
    {
      out: (text) => {
        out += text
      },
      error: (text) => {
        error += text
        onError?.(text)
      },
      input: Readable.from(input === "" ? [] : [input]),
      inputIsTerminal: false,
      outputIsTerminal: false,
      errorIsTerminal: false,
      columns: undefined,
      noColor: false,
      ask: () => Promise.reject(new Error("Nobody is there to be asked.")),
      ...terminal
    },
    signal
  )
  return { exitCode, out, error }
}
