/** Replays that were begun from the page, with the handlers' own replay. */

import { progressText, summaryText } from "../../cli/text/replayText.ts"
import type { ReplayCriteria, ReplayProgress } from "../../handlers/replay/ReplayRequest.ts"
import { type ReplayTarget, replayInstance } from "../replayInstance.ts"
import type { ReplayView } from "./protocol.ts"

/** How long the outcome of the first messages is waited for, in seconds: everything is quick here. */
const outcomeSeconds = 30

const counts = ({ selected, replayed, recovered, failedAgain, skipped }: ReplayProgress) => ({
  selected,
  replayed,
  recovered,
  failedAgain,
  skipped
})

const nothingYet = { selected: 0, replayed: 0, recovered: 0, failedAgain: 0, skipped: 0 }

const reasonOf = (error: unknown): string => {
  const reason: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "reason") : undefined
  return typeof reason === "string" ? reason : error instanceof Error ? error.message : String(error)
}

/** Begins replays. */
export interface Replays {
  /** Begins one, and answers its id at once; how it goes on is told. */
  readonly begin: (what: string, criteria: ReplayCriteria) => string
  /** Ends all that run. */
  readonly close: () => Promise<void>
}

/** Replays on an instance; `tell` hears of each of them whenever it has come further. */
export const openReplays = (target: ReplayTarget, tell: (replay: ReplayView) => void): Replays => {
  const controller = new AbortController()
  const running = new Set<Promise<void>>()
  let begun = 0
  return {
    begin: (what, criteria) => {
      begun += 1
      const id = `replay-${begun}`
      tell({ id, what, state: "running", ...nothingYet, text: "Selecting messages." })
      const onProgress = (progress: ReplayProgress): void =>
        tell({ id, what, state: "running", ...counts(progress), text: progressText(progress) })
      const request = { criteria, by: "console", messagesPerSecond: 50, outcomeSeconds, onProgress }
      const run = replayInstance(target, request, controller.signal)
        .then(
          (summary) => tell({ id, what, state: summary.ended, ...counts(summary), text: summaryText(summary) }),
          (error: unknown) =>
            tell({ id, what, state: "broken", ...nothingYet, text: `It could not be done: ${reasonOf(error)}` })
        )
        .finally(() => running.delete(run))
      running.add(run)
      return id
    },
    close: async () => {
      controller.abort()
      await Promise.allSettled(running)
    }
  }
}
