/** Makes a failing history as small as it can: fewer messages, fewer faults, fewer oddities, as long as it still fails. */
import type { History } from "./History.ts"
import type { HistoryResult } from "./runHistory.ts"

const without = <A>(values: ReadonlyArray<A>, index: number): ReadonlyArray<A> => values.toSpliced(index, 1)

/** Simpler histories, the simplest first. */
function* simpler(history: History): Generator<History> {
  const { arrivals, faults, outages } = history
  // One message alone first: cut out one by one, the rest may hold on to a fault that met another of them.
  if (arrivals.length > 1)
    for (const arrival of arrivals) {
      yield { ...history, arrivals: [arrival], faults: [], outages: [] }
      yield { ...history, arrivals: [arrival] }
    }
  if (faults.length + outages.length > 0) yield { ...history, faults: [], outages: [] }
  // The indexes of the messages that stay must not change what they are: each is cut out of the list as it is.
  for (let index = 0; index < arrivals.length; index++) yield { ...history, arrivals: without(arrivals, index) }
  if (outages.length > 0) yield { ...history, outages: [] }
  if (faults.length > 4) {
    const middle = faults.length >> 1
    yield { ...history, faults: faults.slice(0, middle) }
    yield { ...history, faults: faults.slice(middle) }
  }
  for (let index = 0; index < faults.length; index++) yield { ...history, faults: without(faults, index) }
  if (history.replay) yield { ...history, replay: false }
  if (history.clockSkew > 0) yield { ...history, clockSkew: 0 }
  if (Object.keys(history.breaker).length > 0) yield { ...history, breaker: {} }
  if (history.concurrency > 1) yield { ...history, concurrency: 1 }
  if (history.visibilityTimeout < 180) yield { ...history, visibilityTimeout: 180 }
  if (arrivals.some(({ at }) => at > 0)) yield { ...history, arrivals: arrivals.map((each) => ({ ...each, at: 0 })) }
  for (const [index, arrival] of arrivals.entries()) {
    if (arrival.attributes > 0) yield { ...history, arrivals: arrivals.with(index, { ...arrival, attributes: 0 }) }
    if (arrival.behaviour._tag !== "Succeeds")
      yield { ...history, arrivals: arrivals.with(index, { ...arrival, behaviour: { _tag: "Succeeds" } }) }
  }
}

/** What kind of violation it is: the sentence without its numbers. */
export const violationKind = (violation: string | undefined): string | undefined =>
  violation?.replace(/\d+(\.\d+)?/g, "N")

/** The smallest history found that fails in the same way. */
export const shrink = (history: History, run: (history: History) => HistoryResult): History => {
  const kind = violationKind(run(history).violation)
  let smallest = history
  for (let smaller: History | undefined = smallest; smaller !== undefined; ) {
    smaller = undefined
    for (const candidate of simpler(smallest)) {
      if (violationKind(run(candidate).violation) !== kind) continue
      smaller = candidate
      smallest = candidate
      break
    }
  }
  return smallest
}
