/** What a command speaks to: where its lines go, how wide they may be, and whether anybody is looking. */
import { Context, Effect } from "effect"

/** The streams of a process, and what is known of the terminal behind them. */
export interface SessionStreams {
  /** Writes to standard output, as it is. */
  readonly out: (text: string) => void
  /** Writes to standard error, as it is. */
  readonly error: (text: string) => void
  /** Standard input in pieces. */
  readonly input: AsyncIterable<Uint8Array | string>
  readonly inputIsTerminal: boolean
  readonly outputIsTerminal: boolean
  readonly errorIsTerminal: boolean
  /** Of the terminal, in characters; `undefined` where there is none. */
  readonly columns: number | undefined
  /** Whether colours are unwanted even on a terminal (`NO_COLOR`). */
  readonly noColor: boolean
  /** Asks a person; only where input and error are terminals. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>
}

/** A command's view of its process. */
export class Session extends Context.Service<
  Session,
  SessionStreams & {
    /** How wide lines are made: a terminal's width, at least 60; unbounded where nobody looks, so that nothing is cut. */
    readonly width: number
    /** Colours standard output, or leaves it. */
    readonly style: Style
    /** A line on standard output. */
    readonly print: (text: string) => Effect.Effect<void>
    /** A line on standard error. */
    readonly note: (text: string) => Effect.Effect<void>
    /** The exit code of the process, unless the command fails. */
    readonly exitWith: (code: number) => Effect.Effect<void>
    readonly exitCode: () => number
  }
>()("resilient-queue/cli/Session") {}

/** Ways to set text off. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly green: (text: string) => string
}

const same = (text: string): string => text

/** No colours at all. */
export const plain: Style = { bold: same, dim: same, red: same, yellow: same, green: same }

const between =
  (open: number, close: number) =>
  (text: string): string =>
    text === "" ? text : `\u001b[${open}m${text}\u001b[${close}m`

/** Colours of a terminal. */
export const coloured: Style = {
  bold: between(1, 22),
  dim: between(2, 22),
  red: between(31, 39),
  yellow: between(33, 39),
  green: between(32, 39)
}

const narrowest = 60

/** A session over these streams. */
export const makeSession = (streams: SessionStreams): Session["Service"] => {
  let exitCode = 0
  return Session.of({
    ...streams,
    width: streams.outputIsTerminal ? Math.max(narrowest, streams.columns ?? 80) : Number.POSITIVE_INFINITY,
    style: streams.outputIsTerminal && !streams.noColor ? coloured : plain,
    print: (text) => Effect.sync(() => streams.out(`${text}\n`)),
    note: (text) => Effect.sync(() => streams.error(`${text}\n`)),
    exitWith: (code) =>
      Effect.sync(() => {
        exitCode = code
      }),
    exitCode: () => exitCode
  })
}
