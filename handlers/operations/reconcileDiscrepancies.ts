/** What can be wrong between ledger, archive and queues, and what to do about each. Pure. */
import type { LedgerStatus } from "../ledger/FailureLedger.ts"

/** Something that does not fit. */
export interface Discrepancy {
  readonly kind:
    | "archive-object-missing"
    | "archived-and-stored"
    | "ledger-item-missing"
    | "ledger-item-unreadable"
    | "foreign-object"
    | "replay-broken"
    | "message-nowhere"
    | "message-expired"
    | "messages-too-few"
    | "parked"
    | "parked-gone"
    | "accepted-unaccounted"
  /** A lineage id, a key, a queue, or the id of an accepted message. */
  readonly subject: string
  /** What is wrong, as a sentence. */
  readonly what: string
  /** What to do, as a sentence. */
  readonly next: string
}

const messages = (count: number): string => (count === 1 ? "1 message" : `${count} messages`)

const lookAround =
  "Look at its history (`show`) and at the log of its last act; if it was sent by hand or purged, send it again from its source."

/** Each discrepancy by name. */
export const discrepancies = {
  objectMissing: (lineageId: string, status: LedgerStatus, key: string): Discrepancy => ({
    kind: "archive-object-missing",
    subject: lineageId,
    what: `It is ${status}, and its archive object ${key} is missing.`,
    next: "The bucket keeps versions: look for it with `aws s3api list-object-versions`, and remove the delete marker. Older than the archive's expiry, it is gone: discard it."
  }),
  archivedAndStored: (lineageId: string, status: LedgerStatus, correlationId: string): Discrepancy => ({
    kind: "archived-and-stored",
    subject: lineageId,
    what: `It is ${status}, and what has its correlation id (${correlationId}) is stored: its consumer died, or ran out of time, after that.`,
    next: "Compare the two (`show`). Where they are the same, discard it; a replay would do no harm either, as processing is idempotent."
  }),
  itemMissing: (lineageId: string, key: string): Discrepancy => ({
    kind: "ledger-item-missing",
    subject: lineageId,
    what: `Its archive object ${key} has no item in the ledger, so no list shows it and no replay takes it up.`,
    next: "Restore the table to a time before (point-in-time recovery), or send the body in the object to the queue by hand."
  }),
  itemUnreadable: (lineageId: string): Discrepancy => ({
    kind: "ledger-item-unreadable",
    subject: lineageId,
    what: "Its item in the ledger cannot be read.",
    next: "Is this command line older than the deployed functions? Else restore the item from point-in-time recovery."
  }),
  foreignObject: (key: string): Discrepancy => ({
    kind: "foreign-object",
    subject: key,
    what: "It is in the archive, and its key is none of the healer's.",
    next: "Find out who wrote it: only the healer's role needs to."
  }),
  replayBroken: (lineageId: string, run: string | undefined): Discrepancy => ({
    kind: "replay-broken",
    subject: lineageId,
    what: `A replay has begun to send it and never said that it did${run === undefined ? "." : ` (run ${run}).`}`,
    next: `Resume the run: npx resilient-queue replay --resume ${run ?? "RUN"}`
  }),
  nowhere: (lineageId: string, status: LedgerStatus): Discrepancy => ({
    kind: "message-nowhere",
    subject: lineageId,
    what: `It is ${status}, and no queue holds any message.`,
    next: lookAround
  }),
  expired: (lineageId: string, status: LedgerStatus): Discrepancy => ({
    kind: "message-expired",
    subject: lineageId,
    what: `It is ${status} since before the time that queues keep messages.`,
    next: lookAround
  }),
  tooFew: (missing: number, queued: number): Discrepancy => ({
    kind: "messages-too-few",
    subject: "main and dead-letter queue",
    what: `They hold ${messages(queued)}, and at least ${missing} more should be in them.`,
    next: "Wait until they are empty, and reconcile again: then it is known which."
  }),
  parked: (count: number): Discrepancy => ({
    kind: "parked",
    subject: "parking queue",
    what: `It holds ${messages(count)}: the healer gave up on them.`,
    next: `Find the healer's error in its log, mend it, then: npx resilient-queue drain-parking --by "$(whoami)" --reason 'mended'`
  }),
  parkedGone: (count: number): Discrepancy => ({
    kind: "parked-gone",
    subject: "parking queue",
    what: `${messages(count)} that the ledger says to be parked ${count === 1 ? "is" : "are"} not in it.`,
    next: "Deleted, purged or expired: list them with `failures --status awaiting-operator`, and send them again from their source."
  }),
  unaccounted: (id: string): Discrepancy => ({
    kind: "accepted-unaccounted",
    subject: id,
    what: "It was accepted, and is neither stored nor failed, while no queue holds any message.",
    next: "Send it again from its source: storing is idempotent."
  }),
  acceptedMissing: (missing: number, queued: number): Discrepancy => ({
    kind: "accepted-unaccounted",
    subject: "accepted messages",
    what: `At least ${missing} were accepted, and are neither stored, nor failed, nor among the ${messages(queued)} in queues.`,
    next: "Wait until the queues are empty, and reconcile again: then it is known which."
  })
} as const
