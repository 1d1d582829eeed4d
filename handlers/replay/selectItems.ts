/** Which items of the ledger a replay takes up. */
import { Effect } from "effect"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"
import { epochMilliseconds } from "../ledger/ledgerTime.ts"
import { isReplayable } from "../ledger/replayTransitions.ts"
import type { ReplayCriteria } from "./ReplayRequest.ts"

const matches = (item: LedgerItem, criteria: ReplayCriteria, until: string): boolean =>
  (criteria.class === undefined || item.class === criteria.class) &&
  (criteria.fingerprint === undefined || item.fingerprint === criteria.fingerprint) &&
  (criteria.from === undefined || epochMilliseconds(item.lastFailureAt) >= epochMilliseconds(criteria.from)) &&
  epochMilliseconds(item.lastFailureAt) <= epochMilliseconds(until)

const statuses = (status: ReplayCriteria["status"]) =>
  status === "all" ? ["awaiting-operator", "archived"] : [status ?? "awaiting-operator"]

/**
 * The items that match, as of now, oldest failure first: read to the end before anything is sent, so that messages which
 * fail again are not taken up again.
 *
 * @param until ISO-8601; later failures are not selected
 * @param pick what is kept of an item: there may be many
 */
export const selectItems = Effect.fnUntraced(function* <A>(
  criteria: ReplayCriteria,
  until: string,
  limit: number,
  pick: (item: LedgerItem) => A
) {
  const ledger = yield* HealerLedger
  if (criteria.lineageId !== undefined) {
    const item = yield* ledger.find(criteria.lineageId)
    if (item === undefined || !isReplayable(item.status) || !matches(item, criteria, until)) return []
    const wanted = statuses(criteria.status ?? "all").includes(item.status)
    return wanted && limit > 0 ? [pick(item)] : []
  }
  const selected: Array<A> = []
  for (const value of statuses(criteria.status)) {
    let startKey: Readonly<Record<string, unknown>> | undefined
    do {
      const page = yield* ledger.list({ by: "status", value, from: criteria.from, until, startKey })
      for (const item of page.items)
        if (selected.length < limit && matches(item, criteria, until)) selected.push(pick(item))
      startKey = page.nextKey
    } while (startKey !== undefined && selected.length < limit)
  }
  return selected
})
