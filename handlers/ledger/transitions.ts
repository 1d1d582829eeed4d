/** How a ledger item changes with what happens to its message. Pure; times are epoch milliseconds. */
import type { FailureRecord } from "../failure/Evidence.ts"
import type { DeadLetter, HistoryEntry, LedgerItem } from "./LedgerItem.ts"
import { epochMilliseconds, expiresAtOf, isoTime } from "./ledgerTime.ts"

/** A failed message in the DLQ, as the ledger records it. */
export interface RecordedFailure {
  readonly lineageId: string
  /** The id of the DLQ message. */
  readonly messageId: string
  readonly class: string
  readonly reason: string
  readonly fingerprint: string
  /** What the failure is blamed on. */
  readonly dependency?: string | undefined
  /** When it failed; the same each time the same DLQ message is read. */
  readonly failedAt: number
  /** The consumer's own record, where there is one. */
  readonly failure?: FailureRecord | undefined
  /** How often it had been re-queued when it was tried, as its evidence says. */
  readonly healAttempts?: number | undefined
  /** Since when it waits for its first try, where it has never been tried. */
  readonly heldSince?: number | undefined
  readonly logUrl?: string | undefined
  readonly correlationId?: string | undefined
}

/** An item keeps this many lines of its history: the first ones, which say how it began, and the last ones. */
const firstHistory = 5
const lastHistory = 45

/** SQS may repeat a message shortly after, not twenty failures later. */
const maxDeadLetters = 20

/** The item with one more line of history; of a long one the middle is dropped. */
export const withHistory = (item: LedgerItem, entry: HistoryEntry): LedgerItem => {
  const history = [...item.history, entry]
  return {
    ...item,
    history:
      history.length <= firstHistory + lastHistory
        ? history
        : [...history.slice(0, firstHistory), ...history.slice(-lastHistory)]
  }
}

/** What the ledger knows of one DLQ message. */
export const deadLetterOf = (item: LedgerItem | undefined, messageId: string): DeadLetter | undefined =>
  item?.deadLetters.find(({ id }) => id === messageId)

const withDeadLetter = (
  item: LedgerItem,
  messageId: string,
  change: (letter: DeadLetter) => DeadLetter
): LedgerItem => {
  const letter = change(deadLetterOf(item, messageId) ?? { id: messageId, errors: 0 })
  const others = item.deadLetters.filter(({ id }) => id !== messageId)
  return { ...item, deadLetters: [...others, letter].slice(-maxDeadLetters) }
}

const unfinished = ({ expiresAt: _, recoveredAt: __, ...item }: LedgerItem): LedgerItem => item

const notSending = ({ sender: _, sendingSince: __, waited: ___, ...letter }: DeadLetter): DeadLetter => letter

/** What a circuit breaker has to do with a DLQ message. */
export interface Slot {
  /** When it is due in the main queue. */
  readonly due: number
  /** When the breaker granted `due`. */
  readonly admittedAt?: number | undefined
  /** The dependency whose breaker counts it among those that it holds. */
  readonly awaits?: string | undefined
}

const withSlot = ({ admittedAt: _, awaits: __, ...letter }: DeadLetter, slot: Slot): DeadLetter => ({
  ...letter,
  due: Math.ceil(slot.due),
  ...(slot.admittedAt === undefined ? {} : { admittedAt: slot.admittedAt }),
  ...(slot.awaits === undefined ? {} : { awaits: slot.awaits })
})

/** The item with this failure as its latest; a new one where none was recorded. Not yet what is done about it. */
export const withFailure = (item: LedgerItem | undefined, failed: RecordedFailure): LedgerItem => {
  const failedAt = isoTime(failed.failedAt)
  const firstFailureAt = isoTime(healingSince(undefined, failed))
  const {
    failure: _,
    logUrl: __,
    dependency: ___,
    ...before
  } = item ?? {
    lineageId: failed.lineageId,
    revision: 0,
    status: "healing" as const,
    firstFailureAt,
    lastFailureAt: failedAt,
    attempts: 0,
    deadLetters: [],
    history: []
  }
  return withDeadLetter(
    {
      why: "",
      ...before,
      class: failed.class,
      reason: failed.reason,
      fingerprint: failed.fingerprint,
      ...(failed.dependency === undefined ? {} : { dependency: failed.dependency }),
      lastFailureAt: isoTime(Math.max(epochMilliseconds(before.lastFailureAt), failed.failedAt)),
      ...(failed.failure === undefined ? {} : { failure: failed.failure }),
      ...(failed.logUrl === undefined ? {} : { logUrl: failed.logUrl }),
      ...(failed.correlationId === undefined ? {} : { correlationId: failed.correlationId })
    },
    failed.messageId,
    (letter) => letter
  )
}

/** When the healing of an item began: its first failure (of one that was never tried: when it was set aside), or its last replay. */
export const healingSince = (item: LedgerItem | undefined, failed: RecordedFailure): number =>
  item === undefined
    ? Math.min(failed.failedAt, failed.heldSince ?? failed.failedAt)
    : epochMilliseconds(item.replayedAt ?? item.firstFailureAt)

/**
 * A message that comes back untried has not used its attempt: it is given back, once for each time, and only where no
 * other copy of the message may have used it.
 */
export const withoutUntriedAttempt = (
  item: LedgerItem | undefined,
  { messageId, failure, healAttempts }: RecordedFailure
): LedgerItem | undefined =>
  item === undefined ||
  failure?.untried !== true ||
  failure.receiveCount > 1 ||
  item.attempts < 1 ||
  item.attempts !== healAttempts ||
  failure.at <= (item.untriedAt ?? Number.NEGATIVE_INFINITY) ||
  deadLetterOf(item, messageId) !== undefined
    ? item
    : { ...item, attempts: item.attempts - 1, untriedAt: failure.at }

/** About to be sent to the main queue: the attempt counts from now on, whatever becomes of the send. */
export const withSending = (
  item: LedgerItem | undefined,
  failed: RecordedFailure,
  sending: {
    readonly attempt: number
    readonly sender: string
    readonly now: number
    readonly why: string
    readonly slot?: Slot | undefined
  }
): LedgerItem => ({
  ...withDeadLetter(unfinished(withFailure(item, failed)), failed.messageId, (letter) => ({
    ...notSending(sending.slot === undefined ? letter : withSlot(letter, sending.slot)),
    sender: sending.sender,
    sendingSince: sending.now
  })),
  status: "healing",
  attempts: sending.attempt,
  why: sending.why
})

/** It certainly was not sent, so the attempt of this sender does not count. */
export const withoutSending = (item: LedgerItem, messageId: string, sender: string): LedgerItem =>
  deadLetterOf(item, messageId)?.sender === sender
    ? { ...withDeadLetter(item, messageId, notSending), attempts: Math.max(0, item.attempts - 1) }
    : item

/** Somebody else is sending it, or died of it: this receive has waited for the outcome. */
export const withWaiting = (
  item: LedgerItem,
  failed: RecordedFailure,
  waited: { readonly messageId: string; readonly receiveCount: number }
): LedgerItem => withDeadLetter(item, failed.messageId, (letter) => ({ ...letter, waited }))

/** Sent. The status stays: the consumer may have confirmed its recovery already. */
export const withRequeued = (
  item: LedgerItem,
  failed: RecordedFailure,
  sent: { readonly attempt: number; readonly now: number; readonly why: string }
): LedgerItem =>
  withHistory(
    withDeadLetter(item, failed.messageId, (letter) => ({ ...notSending(letter), done: "requeued" })),
    {
      at: isoTime(sent.now),
      act: "requeued",
      why: sent.why,
      class: failed.class,
      messageId: failed.messageId,
      attempt: sent.attempt
    }
  )

/** Held in the DLQ. The first hold of a DLQ message is a line of its history, later ones are not. */
export const withHold = (
  item: LedgerItem | undefined,
  failed: RecordedFailure,
  hold: Slot & {
    readonly now: number
    readonly why: string
    /** The number of the copy that has taken its place. */
    readonly copy?: number | undefined
  }
): LedgerItem => {
  const before = withFailure(item, failed)
  const again = deadLetterOf(item, failed.messageId)?.due !== undefined
  const held: LedgerItem = {
    ...withDeadLetter(unfinished(before), failed.messageId, (letter) => ({
      ...notSending(withSlot(letter, hold)),
      ...(hold.copy === undefined ? {} : { copies: Math.max(hold.copy, letter.copies ?? 0) })
    })),
    status: "held",
    why: hold.why
  }
  return again
    ? held
    : withHistory(held, {
        at: isoTime(hold.now),
        act: "held",
        why: hold.why,
        class: failed.class,
        messageId: failed.messageId
      })
}

/** In the archive. */
export const withArchived = (
  item: LedgerItem | undefined,
  failed: RecordedFailure,
  archived: {
    readonly status: "archived" | "awaiting-operator"
    readonly alert: boolean
    readonly archiveKey: string
    readonly now: number
    readonly why: string
  }
): LedgerItem =>
  withHistory(
    {
      ...withDeadLetter(unfinished(withFailure(item, failed)), failed.messageId, (letter) => ({
        ...notSending(letter),
        done: "archived",
        ...(archived.alert ? { alertDue: true } : {})
      })),
      status: archived.status,
      archiveKey: archived.archiveKey,
      why: archived.why,
      ...(archived.status === "archived" ? { expiresAt: expiresAtOf(archived.now) } : {})
    },
    {
      at: isoTime(archived.now),
      act: "archived",
      why: archived.why,
      class: failed.class,
      messageId: failed.messageId
    }
  )

/** Its alert is out, or is counted by one that is. */
export const withAlerted = (
  item: LedgerItem,
  messageId: string,
  alerted: { readonly published: boolean; readonly now: number }
): LedgerItem => {
  const settled = withDeadLetter(item, messageId, ({ alertDue: _, ...letter }) => letter)
  return alerted.published
    ? withHistory(settled, { at: isoTime(alerted.now), act: "alerted", why: "An alert was published.", messageId })
    : settled
}

/** Handling it has failed once more. Whoever was sending it is through with it. */
export const withError = (item: LedgerItem | undefined, failed: RecordedFailure, sender?: string): LedgerItem =>
  withDeadLetter(item ?? withFailure(undefined, failed), failed.messageId, (letter) => ({
    ...(letter.sender === sender ? notSending(letter) : letter),
    errors: letter.errors + 1
  }))

/** In the parking queue: an operator has to look. */
export const withParked = (
  item: LedgerItem | undefined,
  failed: RecordedFailure,
  parked: { readonly now: number; readonly why: string }
): LedgerItem =>
  withHistory(
    {
      ...withDeadLetter(unfinished(withFailure(item, failed)), failed.messageId, (letter) => ({
        ...notSending(letter),
        done: "parked"
      })),
      status: "awaiting-operator",
      why: parked.why
    },
    { at: isoTime(parked.now), act: "parked", why: parked.why, class: failed.class, messageId: failed.messageId }
  )
