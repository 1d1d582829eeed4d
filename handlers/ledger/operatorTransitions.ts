/** How a ledger item changes when an operator discards its message, or sends it back from the parking queue. Pure. */
import type { LedgerChange } from "./HealerLedger.ts"
import type { LedgerItem } from "./LedgerItem.ts"
import { expiresAtOf, isoTime } from "./ledgerTime.ts"
import { isReplayable, replayLeaseMilliseconds } from "./replayTransitions.ts"
import { withHistory } from "./transitions.ts"

/** Who acts, why, and when; kept in the history of each message. */
export interface OperatorAct {
  readonly by: string
  readonly reason: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** The answer to a discard. */
export type Discarded =
  | { readonly _tag: "Discarded" }
  /** It was discarded before: nothing is written. */
  | { readonly _tag: "Already" }
  /** It cannot be discarded; `why` is a sentence for an operator. */
  | { readonly _tag: "LeftAlone"; readonly why: string }

const leftAlone = (why: string): LedgerChange<Discarded> => ({ item: undefined, answer: { _tag: "LeftAlone", why } })

/**
 * Discards a message that waits: its history says by whom and why, its archive object stays, its item is forgotten with the
 * other finished ones.
 *
 * @param until ISO-8601: what has failed after it is no longer what was selected
 */
export const withDiscarded = (
  item: LedgerItem | undefined,
  { by, reason, now }: OperatorAct,
  until: string
): LedgerChange<Discarded> => {
  if (item === undefined) return leftAlone("The ledger does not know it.")
  if (item.status === "discarded") return { item: undefined, answer: { _tag: "Already" } }
  if (!isReplayable(item.status))
    return leftAlone(`It is ${item.status}: discarded is what is archived or awaits an operator.`)
  if (item.archiveKey === undefined)
    return leftAlone("It is in the parking queue, not in the archive: send it back first (`drain-parking`).")
  if (item.replaying !== undefined && Math.abs(now - (item.replayClaimedAt ?? 0)) < replayLeaseMilliseconds)
    return leftAlone("A replay is sending it.")
  if (item.lastFailureAt > until) return leftAlone("It has failed again meanwhile.")
  const why = `Discarded by ${by}: ${reason}`
  const { replaying: _, replayClaimedAt: __, ...waiting } = item
  return {
    answer: { _tag: "Discarded" },
    item: {
      ...withHistory(waiting, { at: isoTime(now), act: "discarded", why, class: item.class }),
      status: "discarded",
      why,
      expiresAt: expiresAtOf(now)
    }
  }
}

/** Whether the last thing that was done to a message was to park it. */
const isParked = ({ status, history }: LedgerItem): boolean =>
  status === "awaiting-operator" && history.findLast(({ act }) => act !== "alerted")?.act === "parked"

/**
 * About to be sent back from the parking queue to the dead-letter queue, where the healer starts anew. A message that the
 * ledger does not know, and one that has moved on meanwhile, keep their status; a repeat writes nothing.
 *
 * @param messageId the id of the parked message
 */
export const withUnparked = (
  item: LedgerItem | undefined,
  messageId: string,
  { by, reason, now }: OperatorAct
): LedgerItem | undefined => {
  if (item === undefined || item.history.some((entry) => entry.act === "unparked" && entry.messageId === messageId))
    return undefined
  const why = `Sent back from the parking queue by ${by}: ${reason}`
  const noted = withHistory(item, { at: isoTime(now), act: "unparked", why, class: item.class, messageId })
  return isParked(item) ? { ...noted, status: "healing", why } : noted
}
