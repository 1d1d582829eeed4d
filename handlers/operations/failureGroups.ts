/** Failures of one cause as one line: how many, since when, an example, and what to do next. Pure. */
import { type LedgerStatus, ledgerStatuses } from "../ledger/FailureLedger.ts"
import type { FailureLine } from "./FailureLine.ts"
import { nextStep } from "./nextStep.ts"

/** Failures with one fingerprint. */
export interface FailureGroup {
  readonly fingerprint: string
  readonly class: string
  readonly code: string
  /** How many messages. */
  readonly count: number
  /** How many in each status; statuses without any are left out. */
  readonly statuses: Readonly<Partial<Record<LedgerStatus, number>>>
  /** When a message of the group failed for the first time, and when the last one failed; ISO-8601. */
  readonly firstFailureAt: string
  readonly lastFailureAt: string
  /** The message that failed last, among those of the most urgent status. */
  readonly example: FailureLine
  /** What an operator does next. */
  readonly nextStep: string
}

/** What needs a person comes first, what is over comes last. */
const urgency: Readonly<Record<LedgerStatus, number>> = {
  "awaiting-operator": 0,
  archived: 1,
  held: 2,
  healing: 3,
  replayed: 4,
  recovered: 5,
  discarded: 6
}

const precedes = (one: FailureLine, other: FailureLine): boolean =>
  urgency[one.status] !== urgency[other.status]
    ? urgency[one.status] < urgency[other.status]
    : one.lastFailureAt !== other.lastFailureAt
      ? one.lastFailureAt > other.lastFailureAt
      : one.lineageId < other.lineageId

const groupOf = (fingerprint: string, lines: readonly [FailureLine, ...FailureLine[]]): FailureGroup => {
  const example = lines.reduce((first, line) => (precedes(line, first) ? line : first))
  const counts = Map.groupBy(lines, ({ status }) => status)
  return {
    fingerprint,
    class: example.class,
    code: example.code,
    count: lines.length,
    statuses: Object.fromEntries(
      ledgerStatuses.flatMap((status) => {
        const count = counts.get(status)?.length ?? 0
        return count === 0 ? [] : [[status, count] as const]
      })
    ),
    firstFailureAt: lines.reduce(
      (first, line) => (line.firstFailureAt < first ? line.firstFailureAt : first),
      example.firstFailureAt
    ),
    lastFailureAt: lines.reduce(
      (last, line) => (line.lastFailureAt > last ? line.lastFailureAt : last),
      example.lastFailureAt
    ),
    example,
    nextStep: nextStep(example)
  }
}

/** The groups, the most urgent first, and of these the largest. A message that is given twice counts once. */
export const failureGroups = (failures: ReadonlyArray<FailureLine>): ReadonlyArray<FailureGroup> => {
  const lines = [...new Map(failures.map((line) => [line.lineageId, line])).values()]
  return [...Map.groupBy(lines, ({ fingerprint }) => fingerprint)]
    .flatMap(([fingerprint, [first, ...rest]]) => (first === undefined ? [] : [groupOf(fingerprint, [first, ...rest])]))
    .sort(
      (one, other) =>
        urgency[one.example.status] - urgency[other.example.status] ||
        other.count - one.count ||
        (one.fingerprint < other.fingerprint ? -1 : 1)
    )
}
