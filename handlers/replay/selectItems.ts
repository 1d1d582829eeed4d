/** Which items of the ledger a replay takes up. */
import { Effect } from "effect"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"
import type { ReplayRequest } from "./replay.ts"

const replayable = (item: LedgerItem): boolean => item.status === "archived" || item.status === "awaiting-operator"

const matches = (item: LedgerItem, request: ReplayRequest): boolean =>
  (request.class === undefined || item.class === request.class) &&
  (request.fingerprint === undefined || item.fingerprint === request.fingerprint)

/**
 * The items that a request selects, as of now: read to the end before anything is sent, so that messages which fail
 * again are not taken up again.
 *
 * @param until ISO-8601; later failures are not selected
 */
export const selectItems = Effect.fnUntraced(function* (request: ReplayRequest, until: string) {
  const ledger = yield* HealerLedger
  const limit = Math.max(0, request.limit ?? Number.POSITIVE_INFINITY)
  if (request.lineageId !== undefined) {
    const item = yield* ledger.find(request.lineageId)
    const wanted = item !== undefined && request.status !== undefined ? item.status === request.status : true
    return item !== undefined && wanted && replayable(item) && matches(item, request) ? [item].slice(0, limit) : []
  }
  const status = request.status ?? "awaiting-operator"
  const selected: Array<LedgerItem> = []
  let startKey: Readonly<Record<string, unknown>> | undefined
  do {
    const page = yield* ledger.list({ by: "status", value: status, until, startKey })
    for (const item of page.items) if (selected.length < limit && matches(item, request)) selected.push(item)
    startKey = page.nextKey
  } while (startKey !== undefined && selected.length < limit)
  return selected
})
