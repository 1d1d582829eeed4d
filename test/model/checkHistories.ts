/** Runs many histories as one test, and says of a failing one what a person needs: its seed, and how to see it. */
import { historyOf } from "./History.ts"
import { type HistoryResult, type RunOptions, runHistory } from "./runHistory.ts"
import { shrink } from "./shrink.ts"
import type { Reached } from "./Watch.ts"

const reachedNames = ["breakersOpened", "breakersClosed", "setAside", "waited", "released"] as const

/** What a violated invariant says to the reader of a test report. */
const report = (seed: number, violation: string, options: RunOptions): string => {
  const smallest = shrink(historyOf(seed), (history) => runHistory(history, options))
  return [
    `Seed ${seed}: ${violation}`,
    `See it happen: npm run history -- --seed ${seed}`,
    `At its smallest: ${smallest.arrivals.length} messages, ${smallest.faults.length} faults, ${smallest.outages.length} outages`,
    ...runHistory(smallest, { ...options, timeline: true }).timeline
  ].join("\n")
}

/** Most errors here are part of a history: nobody reads where they came from, and finding that out takes a tenth of the time. */
const withoutStacks = <A>(run: () => A): A => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return run()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Runs the histories of these seeds; throws at the first whose invariants do not hold. Answers what they came to. */
export const checkHistories = (from: number, count: number, options: RunOptions = {}) => {
  const total = { histories: 0, calls: 0, faults: 0, stored: 0, archived: 0, parked: 0 }
  const reached: Reached = { breakersOpened: 0, breakersClosed: 0, setAside: 0, waited: 0, released: 0 }
  for (let seed = from; seed < from + count; seed++) {
    const result = withoutStacks(() => runHistory(historyOf(seed), options))
    if (result.violation !== undefined) throw new Error(report(seed, result.violation, options))
    total.histories += 1
    for (const name of ["calls", "faults", "stored", "archived", "parked"] as const) total[name] += result[name]
    for (const name of reachedNames) reached[name] += result.reached[name]
  }
  return { ...total, reached }
}

/** The first violation among these seeds; `undefined` when there is none. */
export const firstViolation = (from: number, count: number, options: RunOptions): HistoryResult | undefined => {
  for (let seed = from; seed < from + count; seed++) {
    const result = runHistory(historyOf(seed), options)
    if (result.violation !== undefined) return result
  }
  return undefined
}
