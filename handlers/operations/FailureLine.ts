/** A failed message as an operator sees it in a list: an item of the ledger without history, body or evidence. */
import { failureCode } from "../failure/FailureClass.ts"
import type { LedgerStatus } from "../ledger/FailureLedger.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"

/** A failed message, on one line. */
export interface FailureLine {
  readonly lineageId: string
  readonly status: LedgerStatus
  /** The failure class: a built-in one or a user's. */
  readonly class: string
  /** Its code, as it stands in logs, metrics and the archive: `AUTH_FAILURE`. */
  readonly code: string
  /** What groups it with failures of the same cause. */
  readonly fingerprint: string
  readonly reason: string
  /** What is being done and why. */
  readonly why: string
  readonly dependency?: string
  /** ISO-8601. */
  readonly firstFailureAt: string
  readonly lastFailureAt: string
  /** How often the healer has re-queued it. */
  readonly attempts: number
  readonly correlationId?: string
  readonly archiveKey?: string
  /** Opens the log of the invocation that failed. */
  readonly logUrl?: string
}

/** What of a ledger item stands in a list. */
export const failureLine = (item: LedgerItem): FailureLine => ({
  lineageId: item.lineageId,
  status: item.status,
  class: item.class,
  code: failureCode(item.class),
  fingerprint: item.fingerprint,
  reason: item.reason,
  why: item.why,
  ...(item.failure?.dependency === undefined ? {} : { dependency: item.failure.dependency }),
  firstFailureAt: item.firstFailureAt,
  lastFailureAt: item.lastFailureAt,
  attempts: item.attempts,
  ...(item.correlationId === undefined ? {} : { correlationId: item.correlationId }),
  ...(item.archiveKey === undefined ? {} : { archiveKey: item.archiveKey }),
  ...(item.logUrl === undefined ? {} : { logUrl: item.logUrl })
})
