/** How a ledger item changes when an operator replays its message. Pure; times are epoch milliseconds. */
import type { LedgerChange } from "./HealerLedger.ts"
import type { LedgerItem } from "./LedgerItem.ts"
import { isoTime } from "./ledgerTime.ts"
import { withHistory } from "./transitions.ts"

const isReplayable = (status: LedgerItem["status"]): boolean => status === "archived" || status === "awaiting-operator"

/**
 * About to be replayed: answers the number of the replay, from 1. The status stays until it is sent, so that a replay
 * that dies is taken up again, under the same number. `undefined` when the item is no longer what was selected.
 */
export const withReplaying = (
  item: LedgerItem | undefined,
  selected: LedgerItem,
  now: number
): LedgerChange<number | undefined> => {
  if (item === undefined || !isReplayable(item.status) || item.lastFailureAt !== selected.lastFailureAt)
    return { item: undefined, answer: undefined }
  const number = item.replaying ?? (item.replays ?? 0) + 1
  return {
    answer: number,
    // Healing, should it fail again, counts its age from here: the message is not to blame for the operator's time.
    item: { ...item, replaying: number, replayedAt: isoTime(now) }
  }
}

/** Sent. An item that has moved on already (recovered, or failed again) keeps its status. */
export const withReplayed = (
  item: LedgerItem | undefined,
  selected: LedgerItem,
  number: number,
  now: number
): LedgerItem | undefined => {
  if (item === undefined || item.replaying !== number) return undefined
  const { replaying: _, ...rest } = item
  const counted = withHistory(
    { ...rest, replays: number },
    { at: isoTime(now), act: "replayed", why: `Replayed by an operator, number ${number}.`, class: item.class }
  )
  if (!isReplayable(item.status) || item.lastFailureAt !== selected.lastFailureAt) return counted
  const { expiresAt: __, ...unfinished } = counted
  return { ...unfinished, status: "replayed", why: "An operator has replayed it: it is on its way." }
}
