/** A failed message as an operator sees it in a list: what the ledger's indexes hold of it, and its class as a code. */
import { failureCode } from "../failure/FailureClass.ts"
import type { ListedFailure } from "../ledger/LedgerItem.ts"

/** A failed message, on one line. */
export interface FailureLine extends ListedFailure {
  /** The code of its class, as it stands in logs, metrics and the archive: `AUTH_FAILURE`. */
  readonly code: string
}

/** What of an entry of an index, or of an item, stands in a list. */
export const failureLine = (failure: ListedFailure): FailureLine => ({
  lineageId: failure.lineageId,
  status: failure.status,
  class: failure.class,
  code: failureCode(failure.class),
  fingerprint: failure.fingerprint,
  reason: failure.reason,
  why: failure.why,
  ...(failure.dependency === undefined ? {} : { dependency: failure.dependency }),
  firstFailureAt: failure.firstFailureAt,
  lastFailureAt: failure.lastFailureAt,
  attempts: failure.attempts,
  ...(failure.correlationId === undefined ? {} : { correlationId: failure.correlationId }),
  ...(failure.archiveKey === undefined ? {} : { archiveKey: failure.archiveKey })
})
