/** The demo's report: a table for a person, one document for a machine. */
import { type Conservation, isConserved } from "./conservation.ts"

/** How one scenario went. */
export interface ScenarioResult {
  readonly name: string
  readonly expected: string
  readonly actual: string
  readonly ok: boolean
  readonly milliseconds: number
}

/** How the whole demo went. */
export interface DemoResult {
  readonly scenarios: ReadonlyArray<ScenarioResult>
  readonly conservation: Conservation
  /** Confirmed recoveries. */
  readonly recovered: number
  /** Alerts published. */
  readonly alerts: number
  /** Messages left in any queue. */
  readonly queued: number
  /** Orders that the payment gateway charged more than once. */
  readonly doubleCharges: ReadonlyArray<string>
  /** Seconds from start to the last line. */
  readonly seconds: number
  /** Set when Ctrl-C ended it early. */
  readonly interrupted: boolean
}

/** Whether every line is as expected and nothing was lost, doubled or left behind. */
export const isAsExpected = (result: DemoResult): boolean =>
  !result.interrupted &&
  result.scenarios.length > 0 &&
  result.scenarios.every(({ ok }) => ok) &&
  result.queued === 0 &&
  result.doubleCharges.length === 0 &&
  isConserved(result.conservation)

/** The one JSON document of `--json`. */
export const toJson = (result: DemoResult): string =>
  JSON.stringify(
    {
      ok: isAsExpected(result),
      accepted: result.conservation.accepted,
      stored: result.conservation.stored,
      recovered: result.recovered,
      archived: result.conservation.archived,
      awaitingOperator: result.conservation.awaitingOperator,
      alerts: result.alerts,
      queued: result.queued,
      lost: result.conservation.lost.length,
      duplicates: result.conservation.duplicates.length + result.doubleCharges.length,
      seconds: result.seconds,
      interrupted: result.interrupted,
      scenarios: result.scenarios
    },
    null,
    2
  )

/** One scenario, as it ends. */
export const scenarioLines = (result: ScenarioResult): string => {
  const head = `${result.ok ? "ok  " : "FAIL"} ${result.name}  (${(result.milliseconds / 1000).toFixed(1)} s)`
  return result.ok
    ? `${head}\n       ${result.actual}`
    : `${head}\n       expected ${result.expected}\n       actual   ${result.actual}`
}

const listed = (label: string, keys: ReadonlyArray<string>): ReadonlyArray<string> =>
  keys.map((key) => `       ${label}: ${key}`)

/** The conservation check in words, and the verdict. */
export const conservationLines = (result: DemoResult): string => {
  const { conservation } = result
  const duplicates = [...conservation.duplicates, ...result.doubleCharges.map((orderId) => `charged twice: ${orderId}`)]
  const failed = result.scenarios.filter(({ ok }) => !ok).length
  return [
    "Conservation",
    `       accepted ${conservation.accepted} = stored ${conservation.stored} + archived ${conservation.archived} + awaiting operator ${conservation.awaitingOperator}`,
    `       in the queues ${result.queued}, lost ${conservation.lost.length}, duplicates ${duplicates.length}; recovered ${result.recovered}, alerts ${result.alerts}`,
    ...listed("lost", conservation.lost),
    ...listed("duplicate", duplicates),
    ...listed("not sent by anyone", conservation.unexpected),
    "",
    isAsExpected(result)
      ? `All ${result.scenarios.length} scenarios as expected, nothing lost, in ${result.seconds.toFixed(1)} s.`
      : result.interrupted
        ? `Interrupted after ${result.seconds.toFixed(1)} s: ${result.scenarios.length} scenarios had ended; what was accepted is accounted for above.`
        : `Not as expected: ${failed} of ${result.scenarios.length} scenarios failed${isConserved(conservation) ? "" : ", and the conservation check does not hold"}.`
  ].join("\n")
}
