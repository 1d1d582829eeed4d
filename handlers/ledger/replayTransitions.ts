/** How a ledger item changes when an operator replays its message. Pure; times are epoch milliseconds. */
import type { LedgerChange } from "./HealerLedger.ts"
import type { LedgerItem } from "./LedgerItem.ts"
import { isoTime } from "./ledgerTime.ts"
import { withHistory } from "./transitions.ts"

/** A replay that has not noted its send after this time is dead: longer than its calls can take together. */
export const replayLeaseMilliseconds = 60_000

/** The statuses that a replay takes up. */
export const isReplayable = (status: LedgerItem["status"]): boolean =>
  status === "archived" || status === "awaiting-operator"

/** What a replay selected: the message as it was then. */
export interface SelectedFailure {
  readonly lineageId: string
  readonly lastFailureAt: string
}

/** Who replays, and why so, for the history. */
export interface Replaying {
  /** The run. */
  readonly run: string
  readonly now: number
  /** E.g. `Replayed by Ada.` */
  readonly why: string
}

/** The answer to a replay that asks for a message. */
export type Claim =
  /** Send it, under this number; `attempts` as the ledger counts them. */
  | { readonly _tag: "Claimed"; readonly number: number; readonly attempts: number }
  /** This run has sent it before. */
  | { readonly _tag: "Sent" }
  /** Another run is sending it. */
  | { readonly _tag: "Busy" }
  /** It is no longer what was selected. */
  | { readonly _tag: "Changed" }

const only = (answer: Claim): LedgerChange<Claim> => ({ item: undefined, answer })

/**
 * About to be replayed. The status stays until it is sent, so that a replay that dies is taken up again, under the same
 * number: by its own run at once, by another after the lease.
 */
export const withReplaying = (
  item: LedgerItem | undefined,
  selected: SelectedFailure,
  replaying: Replaying
): LedgerChange<Claim> => {
  if (item === undefined) return only({ _tag: "Changed" })
  const mine = item.replayRun === replaying.run
  if (mine && item.replaying === undefined) return only({ _tag: "Sent" })
  if (!isReplayable(item.status) || item.lastFailureAt !== selected.lastFailureAt)
    // Something has become of it since this run took it up: so it was sent, and the run died before it could say so.
    return mine
      ? { item: withReplayed(item, selected, item.replaying ?? 0, replaying), answer: { _tag: "Sent" } }
      : only({ _tag: "Changed" })
  const claimedAt = item.replayClaimedAt ?? 0
  const leased = item.replaying !== undefined && Math.abs(replaying.now - claimedAt) < replayLeaseMilliseconds
  if (leased && !mine) return only({ _tag: "Busy" })
  const number = item.replaying ?? (item.replays ?? 0) + 1
  return {
    answer: { _tag: "Claimed", number, attempts: item.attempts },
    item: {
      ...item,
      replaying: number,
      replayRun: replaying.run,
      replayClaimedAt: replaying.now,
      // Healing, should it fail again, counts its age from here: the message is not to blame for the operator's time.
      replayedAt: isoTime(replaying.now)
    }
  }
}

const released = ({ replaying: _, replayClaimedAt: __, ...item }: LedgerItem): LedgerItem => item

/** Sent. An item that has moved on already (recovered, or failed again) keeps its status. */
export const withReplayed = (
  item: LedgerItem | undefined,
  selected: SelectedFailure,
  number: number,
  { run, now, why }: Replaying
): LedgerItem | undefined => {
  if (item === undefined || item.replaying !== number || item.replayRun !== run) return undefined
  const counted = withHistory(
    { ...released(item), replays: number },
    { at: isoTime(now), act: "replayed", why, class: item.class }
  )
  if (!isReplayable(item.status) || item.lastFailureAt !== selected.lastFailureAt) return counted
  const { expiresAt: _, ...unfinished } = counted
  return { ...unfinished, status: "replayed", why: "An operator has replayed it: it is on its way." }
}

/** SQS refused the message outright: it was not sent, and waits as before. */
export const withoutReplaying = (item: LedgerItem | undefined, number: number, run: string): LedgerItem | undefined => {
  if (item === undefined || item.replaying !== number || item.replayRun !== run) return undefined
  const { replayRun: _, ...waiting } = released(item)
  return waiting
}
