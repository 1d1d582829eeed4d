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

/** What a replay selected. */
export interface SelectedFailure {
  readonly archiveKey?: string | undefined
}

/** Who replays, and why so, for the history. */
export interface Replaying {
  /** The run. */
  readonly run: string
  /** ISO-8601: a message that has failed after it is no longer what was selected. */
  readonly until: string
  readonly now: number
  /** E.g. `Replayed by Ada.` */
  readonly why: string
}

/** The answer to a replay that asks for a message. */
export type Claim =
  /** Send it, under this number; `attempts` as the ledger counts them, `failures` as it knows them: ids of DLQ messages. */
  | {
      readonly _tag: "Claimed"
      readonly number: number
      readonly attempts: number
      readonly failures: ReadonlyArray<string>
    }
  /** This run has sent it before. */
  | { readonly _tag: "Sent" }
  /** Another run is sending it. */
  | { readonly _tag: "Busy" }
  /** It is no longer what was selected. */
  | { readonly _tag: "Changed" }

const failuresOf = (item: LedgerItem): ReadonlyArray<string> => item.deadLetters.map(({ id }) => id)

/**
 * A failure from before the run may have been recorded late (the consumer's timeout, a second delivery): the message is
 * the same. Which one it was counts, not when the ledger heard of it.
 */
const isAsSelected = (item: LedgerItem, selected: SelectedFailure, until: string): boolean =>
  isReplayable(item.status) && item.lastFailureAt <= until && item.archiveKey === selected.archiveKey

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
  if (!isAsSelected(item, selected, replaying.until))
    // Something has become of it since this run took it up: so it was sent, and the run died before it could say so.
    return mine
      ? { item: withReplayed(item, { number: item.replaying ?? 0, failures: [] }, replaying), answer: { _tag: "Sent" } }
      : only({ _tag: "Changed" })
  const claimedAt = item.replayClaimedAt ?? 0
  const leased = item.replaying !== undefined && Math.abs(replaying.now - claimedAt) < replayLeaseMilliseconds
  if (leased && !mine) return only({ _tag: "Busy" })
  const number = item.replaying ?? (item.replays ?? 0) + 1
  return {
    answer: { _tag: "Claimed", number, attempts: item.attempts, failures: failuresOf(item) },
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
  claim: { readonly number: number; readonly failures: ReadonlyArray<string> },
  { run, now, why }: Replaying
): LedgerItem | undefined => {
  if (item === undefined || item.replaying !== claim.number || item.replayRun !== run) return undefined
  const counted = withHistory(
    { ...released(item), replays: claim.number },
    { at: isoTime(now), act: "replayed", why, class: item.class }
  )
  // By its failures, not by their times: a consumer's clock may be behind.
  const failedAgain = failuresOf(item).some((id) => !claim.failures.includes(id))
  if (!isReplayable(item.status) || failedAgain) return counted
  const { expiresAt: _, ...unfinished } = counted
  return { ...unfinished, status: "replayed", why: "An operator has replayed it: it is on its way." }
}

/** SQS refused the message outright: it was not sent, and waits as before. */
export const withoutReplaying = (item: LedgerItem | undefined, number: number, run: string): LedgerItem | undefined => {
  if (item === undefined || item.replaying !== number || item.replayRun !== run) return undefined
  const { replayRun: _, ...waiting } = released(item)
  return waiting
}
