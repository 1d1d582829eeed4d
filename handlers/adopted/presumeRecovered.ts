/**
 * The consumer of an adopted queue confirms nothing. A message that was sent back to it and has not come again for a
 * quiet period is settled as recovered, and the ledger says that this is presumed: not seen again, not confirmed.
 */
import { Clock, Effect } from "effect"
import { HealerLedger, type LedgerChange } from "../ledger/HealerLedger.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"
import { epochMilliseconds, expiresAtOf, isoTime } from "../ledger/ledgerTime.ts"
import { withHistory } from "../ledger/transitions.ts"

/** SQS's longest delay: a message may arrive so long after it was sent. */
const longestDelaySeconds = 900

/** At most so many in one run, so that it ends within a function's time; the next run goes on. */
const maxSettled = 500

const unsettled = (item: LedgerItem): boolean => item.status === "healing" || item.status === "replayed"

/** When it was last sent back, as far as it is known to have been. */
const lastSent = (item: LedgerItem): number | undefined => {
  const entry = item.history.findLast(({ act }) => act === "requeued" || act === "replayed")
  // A dead letter that nothing was done about is still in its queue, however long nobody has looked.
  const pending = item.replaying !== undefined || item.deadLetters.some(({ done }) => done === undefined)
  return entry === undefined || pending ? undefined : epochMilliseconds(entry.at)
}

/** The item, presumed to have recovered, once it has been quiet for long enough. Pure; `now` is epoch milliseconds. */
export const withPresumedRecovery = (
  item: LedgerItem | undefined,
  quietSeconds: number,
  now: number
): LedgerChange<boolean> => {
  const sent = item === undefined || !unsettled(item) ? undefined : lastSent(item)
  const since = Math.max(sent ?? 0, item === undefined ? 0 : epochMilliseconds(item.lastFailureAt))
  if (item === undefined || sent === undefined || now - since < (quietSeconds + longestDelaySeconds) * 1000)
    return { item: undefined, answer: false }
  const why = `Presumed: not seen again for ${Math.floor((now - since) / 60_000)} minutes. Its consumer confirms nothing.`
  return {
    answer: true,
    item: withHistory(
      { ...item, status: "recovered", recoveredAt: isoTime(now), expiresAt: expiresAtOf(now), why },
      { at: isoTime(now), act: "recovered", why, class: item.class }
    )
  }
}

/**
 * Settles what has been quiet for long enough; succeeds with how many. An item that cannot be changed is passed over: it must
 * not keep those behind it waiting for ever.
 */
export const presumeRecovered = Effect.fnUntraced(function* (quietSeconds: number) {
  const ledger = yield* HealerLedger
  const now = yield* Clock.currentTimeMillis
  const until = isoTime(now - quietSeconds * 1000)
  let settled = 0
  for (const value of ["healing", "replayed"]) {
    let startKey: Readonly<Record<string, unknown>> | undefined
    do {
      const page = yield* ledger.list({ by: "status", value, until, startKey })
      for (const { lineageId } of page.items) {
        if (settled >= maxSettled) return settled
        const presumed = yield* ledger
          .modify(lineageId, (item) => withPresumedRecovery(item, quietSeconds, now))
          .pipe(
            Effect.catchTag(["LedgerConflict", "LedgerItemUnreadable"], (error) =>
              Effect.as(
                Effect.logWarning("A message cannot be presumed to have recovered.").pipe(
                  Effect.annotateLogs({ lineageId, error: error._tag })
                ),
                false
              )
            )
          )
        if (presumed) settled += 1
      }
      startKey = page.nextKey
    } while (startKey !== undefined)
  }
  return settled
})
