/** Which items of the ledger a replay takes up. */
import { Effect } from "effect"
import { type FailureTimes, isOfKind } from "../ledger/failureSelection.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import type { ListedFailure } from "../ledger/LedgerItem.ts"
import { isReplayable } from "../ledger/replayTransitions.ts"
import type { ReplayCriteria } from "./ReplayRequest.ts"

/** Also for an item that no index has listed by its time. */
const matches = (item: ListedFailure, criteria: ReplayCriteria, { from = "", until }: FailureTimes): boolean =>
  isOfKind(item, criteria) && item.lastFailureAt >= from && item.lastFailureAt <= until

const statuses = (status: ReplayCriteria["status"]) =>
  status === "all" ? ["awaiting-operator", "archived"] : [status ?? "awaiting-operator"]

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/**
 * The items that match, as of now, oldest failure first: read to the end before anything is sent, so that messages which
 * fail again are not taken up again.
 *
 * @param times those of the criteria
 * @param pick what is kept of an item: there may be many
 */
export const selectItems = Effect.fnUntraced(function* <A extends Pick<ListedFailure, "lineageId" | "lastFailureAt">>(
  criteria: ReplayCriteria,
  times: FailureTimes,
  limit: number,
  pick: (item: ListedFailure) => A
) {
  if (times.never) return []
  const ledger = yield* HealerLedger
  if (criteria.lineageId !== undefined) {
    const item = yield* ledger.find(criteria.lineageId)
    if (item === undefined || !isReplayable(item.status) || !matches(item, criteria, times)) return []
    const wanted = statuses(criteria.status ?? "all").includes(item.status)
    return wanted && limit > 0 ? [pick(item)] : []
  }
  // By lineage: one that changes its status while the ledger is read is met twice.
  const selected = new Map<string, A>()
  for (const value of statuses(criteria.status)) {
    let found = 0
    let startKey: Readonly<Record<string, unknown>> | undefined
    do {
      const page = yield* ledger.list({ by: "status", value, from: times.from, until: times.until, startKey })
      for (const item of page.items)
        if (matches(item, criteria, times)) {
          selected.set(item.lineageId, pick(item))
          found += 1
        }
      startKey = page.nextKey
    } while (startKey !== undefined && found < limit)
  }
  // Each status has come in its own order.
  const byTime = [...selected.values()].sort((one, other) => compare(one.lastFailureAt, other.lastFailureAt))
  return byTime.slice(0, Math.min(limit, byTime.length))
})
