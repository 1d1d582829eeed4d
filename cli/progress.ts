/** How far long work is: a bar on a terminal, else a line every few seconds; always on standard error. */
import { Effect } from "effect"
import { Session } from "./Session.ts"
import { progressBar } from "./text/progressBar.ts"

/** How far it is. */
export interface Progress {
  readonly done: number
  /** `undefined` where nobody knows how much there is. */
  readonly of: number | undefined
  /** The same in a sentence. */
  readonly text: string
}

/** Reports how far it is; `end` leaves the terminal's cursor at the beginning of a line. */
export type ProgressReport = ((progress: Progress) => void) & { readonly end: () => void }

/** Time between two lines where there is no terminal, and between two drawings of a bar where there is, in milliseconds. */
const lineEvery = 5000
const barEvery = 100

const clearLine = "\r\u001b[K"

/** Reports on this session's standard error. */
export const progressReport: Effect.Effect<ProgressReport, never, Session> = Effect.map(
  Session,
  ({ error, errorIsTerminal, columns }) => {
    let shownAt = performance.now()
    let drawn = false
    const report = (progress: Progress): void => {
      const now = performance.now()
      const isLast = progress.of !== undefined && progress.done >= progress.of
      if (now - shownAt < (errorIsTerminal ? barEvery : lineEvery) && !(errorIsTerminal && isLast)) return
      shownAt = now
      drawn = errorIsTerminal
      error(errorIsTerminal ? `${clearLine}${progressBar(progress, (columns ?? 80) - 1)}` : `${progress.text}\n`)
    }
    const end = (): void => {
      if (drawn) error(clearLine)
      drawn = false
    }
    return Object.assign(report, { end })
  }
)
