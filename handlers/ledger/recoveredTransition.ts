/** How a ledger item changes when its healer learns from a dead letter that its consumer has processed the message. Pure. */
import type { LedgerItem } from "./LedgerItem.ts"
import { expiresAtOf, isoTime } from "./ledgerTime.ts"
import { withHistory } from "./transitions.ts"

/**
 * Whether the ledger knows that a lineage was sent back before this DLQ message came of it: without that, nobody can have
 * recovered, whatever a message says of itself.
 */
export const wasSentBack = ({ deadLetters, replayedAt }: LedgerItem, messageId: string): boolean =>
  replayedAt !== undefined || deadLetters.some(({ id }) => id !== messageId)

/** Recovered, by its consumer's word. A success is the truth, whatever the ledger expected. Times are epoch milliseconds. */
export const withRecovered = (
  item: LedgerItem,
  recovered: { readonly messageId: string; readonly recoveredAt: number; readonly now: number }
): LedgerItem => {
  const why = "The consumer has processed it, and said so by the dead-letter queue: the ledger had not answered."
  return {
    ...withHistory(item, {
      at: isoTime(recovered.now),
      act: "recovered",
      why,
      class: item.class,
      messageId: recovered.messageId
    }),
    status: "recovered",
    recoveredAt: isoTime(recovered.recoveredAt),
    expiresAt: expiresAtOf(recovered.now)
  }
}
