/** One item of the failure ledger: a lineage, from its first failure to what became of it. */
import { Option, Schema } from "effect"
import { FailureRecord } from "../failure/Evidence.ts"
import { ledgerStatuses } from "./FailureLedger.ts"

/** What was done to a message, or became of it. */
export const ledgerActs = [
  "requeued",
  "held",
  "archived",
  "alerted",
  "recovered",
  "replayed",
  "parked",
  "unparked",
  "discarded"
] as const

/** One line of an item's history. */
export const HistoryEntry = Schema.Struct({
  /** ISO-8601. */
  at: Schema.String,
  act: Schema.Literals(ledgerActs),
  /** For an operator. */
  why: Schema.String,
  /** The failure class that the act answers. */
  class: Schema.optionalKey(Schema.String),
  /** The DLQ message that the act was for. */
  messageId: Schema.optionalKey(Schema.String),
  /** How often it had been re-queued, this time included. */
  attempt: Schema.optionalKey(Schema.Int)
})

/** One line of an item's history. */
export type HistoryEntry = typeof HistoryEntry.Type

/** A message of the lineage in the DLQ, by its id: what makes an act on it happen once. */
export const DeadLetter = Schema.Struct({
  id: Schema.String,
  /** When it is due in the main queue, epoch milliseconds: drawn once, or the slot that a circuit breaker granted. */
  due: Schema.optionalKey(Schema.Int),
  /** When the circuit breaker of its dependency granted `due` as a slot, epoch milliseconds. */
  admittedAt: Schema.optionalKey(Schema.Int),
  /** The dependency whose circuit breaker counts it among those that it holds. */
  awaits: Schema.optionalKey(Schema.String),
  /** How many delayed copies have taken its place in the DLQ, one after the other; only the last one is alive. */
  copies: Schema.optionalKey(Schema.Int),
  /** Who is sending it, and since when (epoch milliseconds): a repeat in the meantime keeps its hands off. */
  sender: Schema.optionalKey(Schema.String),
  sendingSince: Schema.optionalKey(Schema.Int),
  /** The receive that has waited for the sender: a later one of the same message finds it dead, whatever the clocks say. */
  waited: Schema.optionalKey(Schema.Struct({ messageId: Schema.String, receiveCount: Schema.Int })),
  /** How often handling it has failed. */
  errors: Schema.Int,
  /** What was done, once it was. */
  done: Schema.optionalKey(Schema.Literals(["requeued", "archived", "parked"])),
  /** Whether an alert is still to be published. */
  alertDue: Schema.optionalKey(Schema.Boolean)
})

/** A message of the lineage in the DLQ. */
export type DeadLetter = typeof DeadLetter.Type

/** What the indexes by class and by status hold of an item: `ledgerProjections`. */
const listedFields = {
  lineageId: Schema.NonEmptyString,
  status: Schema.Literals(ledgerStatuses),
  class: Schema.NonEmptyString,
  fingerprint: Schema.String,
  reason: Schema.String,
  /** What is being done and why, for an operator. */
  why: Schema.String,
  /** What the last failure is blamed on. */
  dependency: Schema.optionalKey(Schema.String),
  /** ISO-8601. */
  firstFailureAt: Schema.String,
  lastFailureAt: Schema.String,
  /** How often it was re-queued by the healer; not counted are those that came back untried. */
  attempts: Schema.Int,
  correlationId: Schema.optionalKey(Schema.String),
  archiveKey: Schema.optionalKey(Schema.NonEmptyString),
  /** The number of a replay that has begun and is not known to be sent. */
  replaying: Schema.optionalKey(Schema.Int),
  /** The run of the replay that took it up last, and when (epoch milliseconds): another one keeps its hands off meanwhile. */
  replayRun: Schema.optionalKey(Schema.String),
  replayClaimedAt: Schema.optionalKey(Schema.Int)
}

/** An item of the failure ledger, as a listing shows it. */
export const ListedFailure = Schema.Struct(listedFields)

/** An item of the failure ledger, as a listing shows it. */
export type ListedFailure = typeof ListedFailure.Type

/** One item of the failure ledger. */
export const LedgerItem = Schema.Struct({
  ...listedFields,
  /** Counts the writes; each is conditional on it. */
  revision: Schema.Int,
  /** The last failure in full, where the consumer left evidence. */
  failure: Schema.optionalKey(FailureRecord),
  /** Opens the log of the invocation that failed. */
  logUrl: Schema.optionalKey(Schema.String),
  /** When it came back untried last, epoch milliseconds, by the consumer's clock. */
  untriedAt: Schema.optionalKey(Schema.Int),
  /** How often an operator replayed it, and when last. */
  replays: Schema.optionalKey(Schema.Int),
  replayedAt: Schema.optionalKey(Schema.String),
  recoveredAt: Schema.optionalKey(Schema.String),
  /** Epoch seconds; only on finished items. */
  expiresAt: Schema.optionalKey(Schema.Int),
  deadLetters: Schema.Array(DeadLetter),
  history: Schema.Array(HistoryEntry)
})

/** One item of the failure ledger. */
export type LedgerItem = typeof LedgerItem.Type

const decode = Schema.decodeUnknownOption(LedgerItem)

/** A stored item; `undefined` when it is not one of ours. Never throws. */
export const decodeLedgerItem = (stored: unknown): LedgerItem | undefined => Option.getOrUndefined(decode(stored))

const decodeListed = Schema.decodeUnknownOption(ListedFailure)

/** An entry of an index by class or by status; `undefined` when it is not one of ours. Never throws. */
export const decodeListedFailure = (entry: unknown): ListedFailure | undefined =>
  Option.getOrUndefined(decodeListed(entry))

/** An item as it is stored. Attributes that a newer version or an operator added to the stored one stay. */
export const encodeLedgerItem = (
  item: LedgerItem,
  stored: Readonly<Record<string, unknown>>
): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(Object.entries(stored).filter(([name]) => !Object.hasOwn(LedgerItem.fields, name))),
  ...item
})
