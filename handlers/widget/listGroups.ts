/** The failure groups that the widget shows: bounded, however many failures there are. */
import { Clock, Effect } from "effect"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import type { HistoryEntry } from "../ledger/LedgerItem.ts"
import { isoTime } from "../ledger/ledgerTime.ts"
import { type FailureGroup, failureGroups } from "../operations/failureGroups.ts"
import { findFailures } from "../operations/findFailures.ts"
import type { TimeRange } from "./WidgetEvent.ts"

/** Each of the two lists is read so far: seconds at most, and a few requests. */
export const maxFailures = 500

/** More groups are no list to read: their number is said. */
export const maxGroups = 20

/** How many timelines are read at a time. */
const concurrency = 8

/** A group, and what happened to its example. */
export interface ShownGroup extends FailureGroup {
  /** Oldest first; `undefined` where the ledger has no readable item any more. */
  readonly timeline: ReadonlyArray<HistoryEntry> | undefined
  /** Opens the log of the invocation in which its example failed. */
  readonly logUrl?: string | undefined
}

/** What the widget shows. */
export interface GroupList {
  /** The most urgent first. */
  readonly groups: ReadonlyArray<ShownGroup>
  /** How many groups were left out. */
  readonly moreGroups: number
  /** Whether there are more failures than were counted. */
  readonly truncated: boolean
  /** ISO-8601: what is listed by the time of its last failure; and until when all was listed. */
  readonly from: string | undefined
  readonly to: string
}

/**
 * Failures whose last one is within the time range, and all that await an operator, whenever they failed: what somebody
 * has to deal with is not forgotten because the dashboard shows three hours. Config: `FAILED_TABLE`.
 */
export const listGroups = Effect.fnUntraced(function* (status: "open" | "all", range: TimeRange | undefined) {
  const ledger = yield* HealerLedger
  const now = yield* Clock.currentTimeMillis
  const from = range === undefined ? undefined : isoTime(range.start)
  const to = isoTime(Math.min(range?.end ?? now, now))
  const [within, waiting] = yield* Effect.all(
    [
      findFailures({ status, from, to }, { limit: maxFailures }),
      findFailures({ status: "awaiting-operator", to: isoTime(now) }, { limit: maxFailures })
    ],
    { concurrency: 2 }
  )
  const found = failureGroups([...within.failures, ...waiting.failures])
  const groups = yield* Effect.forEach(
    found.slice(0, maxGroups),
    (group) =>
      ledger.find(group.example.lineageId).pipe(
        Effect.map((item): ShownGroup => ({ ...group, timeline: item?.history, logUrl: item?.logUrl })),
        Effect.catchTag("LedgerItemUnreadable", () => Effect.succeed<ShownGroup>({ ...group, timeline: undefined }))
      ),
    { concurrency }
  )
  const list: GroupList = {
    groups,
    moreGroups: found.length - groups.length,
    truncated: within.next !== undefined || waiting.next !== undefined,
    from,
    to
  }
  return list
})
