/** One failed message in full: what happened to it, what is known of its failure, where it is, and what to do next. */
import { Config, Effect } from "effect"
import type { FailureRecord } from "../failure/Evidence.ts"
import { type ArchivedMessage, decodeArchivedMessage } from "../healer/ArchivedMessage.ts"
import type { HistoryEntry, LedgerItem } from "../ledger/LedgerItem.ts"
import { isoTime } from "../ledger/ledgerTime.ts"
import { readArchive } from "../replay/readArchive.ts"
import { type FailureLine, failureLine } from "./FailureLine.ts"
import { findLineage } from "./findLineage.ts"
import { nextStep } from "./nextStep.ts"

/** One line of a message's life. */
export interface TimelineEntry {
  /** ISO-8601. */
  readonly at: string
  readonly act: HistoryEntry["act"] | "failed"
  /** For an operator; empty where nothing is known of it: of earlier failures the ledger keeps the time alone. */
  readonly why: string
}

/** The body of a message, or why it cannot be shown. */
export type ShownBody =
  | {
      readonly _tag: "Body"
      readonly body: string
      /** The paths by which something was taken out of it before it was archived. */
      readonly redacted: ReadonlyArray<string>
    }
  | { readonly _tag: "NoBody"; readonly why: string }

/** A failed message in full. */
export interface FailureDetail extends FailureLine {
  /** From its first failure on. */
  readonly timeline: ReadonlyArray<TimelineEntry>
  /** What its consumer said of the last failure. */
  readonly evidence?: FailureRecord
  /** Opens the log of the invocation that failed. */
  readonly logUrl?: string
  /** How often an operator has replayed it. */
  readonly replays: number
  /** When the ledger forgets it, ISO-8601; only what is finished is forgotten. */
  readonly forgottenAt?: string
  /** Only where it was asked for: personal data. */
  readonly body?: ShownBody
  /** What an operator does next. */
  readonly nextStep: string
}

/** The history of an item, with its failures as far as the ledger knows them. Pure. */
export const timelineOf = (item: LedgerItem): ReadonlyArray<TimelineEntry> => {
  const failures: ReadonlyArray<TimelineEntry> =
    item.firstFailureAt === item.lastFailureAt
      ? [{ at: item.firstFailureAt, act: "failed", why: item.reason }]
      : [
          { at: item.firstFailureAt, act: "failed", why: "" },
          { at: item.lastFailureAt, act: "failed", why: item.reason }
        ]
  const acts = item.history.map(({ at, act, why }): TimelineEntry => ({ at, act, why }))
  // Stable: what happens within a millisecond keeps its order, a failure before what was done about it.
  return [...failures, ...acts].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
}

/** The archived message of an item, or why it cannot be read. Config: `ARCHIVE_BUCKET`. */
export const readArchived = Effect.fnUntraced(function* ({ archiveKey }: Pick<LedgerItem, "archiveKey">) {
  const none = (why: string): { readonly why: string; readonly message: ArchivedMessage | undefined } => ({
    why,
    message: undefined
  })
  if (archiveKey === undefined) return none("It is not in the archive, and a queue is read by its consumer alone.")
  const { text, why } = yield* readArchive(yield* Config.NonEmptyString("ARCHIVE_BUCKET"), archiveKey)
  const message = decodeArchivedMessage(text)
  return message === undefined ? none(why) : { why: "", message }
})

const shownBody = (read: Effect.Success<ReturnType<typeof readArchived>>): ShownBody =>
  read.message === undefined
    ? { _tag: "NoBody", why: read.why }
    : { _tag: "Body", body: read.message.body, redacted: read.message.redacted ?? [] }

/** An item in full, without its body. Pure. */
export const failureDetail = (item: LedgerItem): FailureDetail => {
  const line = failureLine(item)
  return {
    ...line,
    timeline: timelineOf(item),
    ...(item.failure === undefined ? {} : { evidence: item.failure }),
    ...(item.logUrl === undefined ? {} : { logUrl: item.logUrl }),
    replays: item.replays ?? 0,
    ...(item.expiresAt === undefined ? {} : { forgottenAt: isoTime(item.expiresAt * 1000) }),
    nextStep: nextStep(line)
  }
}

/**
 * A failed message in full, by its lineage id or its correlation id; `undefined` when the ledger knows neither.
 * Config: `FAILED_TABLE`, and `ARCHIVE_BUCKET` where the body is asked for.
 */
export const showFailure = Effect.fnUntraced(function* (id: string, options: { readonly body: boolean }) {
  const item = yield* findLineage(id)
  if (item === undefined) return undefined
  const detail = failureDetail(item)
  if (!options.body) return detail
  const shown: FailureDetail = { ...detail, body: shownBody(yield* readArchived(item)) }
  return shown
})
