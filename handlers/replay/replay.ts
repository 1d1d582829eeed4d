/**
 * Replay: archived messages go back to their queue once an operator has mended the cause. A message is sent before it is
 * called replayed, so a crash costs a repeated send at most, which processing takes as a success.
 */
import { Clock, Config, Effect, Schedule } from "effect"
import { S3 } from "../aws/S3.ts"
import { Sqs } from "../aws/Sqs.ts"
import type { Evidence } from "../failure/Evidence.ts"
import { decodeArchivedMessage } from "../healer/ArchivedMessage.ts"
import { outgoing } from "../healer/outgoing.ts"
import type { LedgerStatus } from "../ledger/FailureLedger.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"
import { epochMilliseconds, isoTime } from "../ledger/ledgerTime.ts"
import { withReplayed, withReplaying } from "../ledger/replayTransitions.ts"
import { selectItems } from "./selectItems.ts"

/** Which messages to replay, and how fast. */
export interface ReplayRequest {
  /** @default awaiting-operator */
  readonly status?: Extract<LedgerStatus, "archived" | "awaiting-operator"> | undefined
  /** Only this failure class. */
  readonly class?: string | undefined
  /** Only this group of failures. */
  readonly fingerprint?: string | undefined
  /** Only this message, whatever its status: archived or awaiting an operator. */
  readonly lineageId?: string | undefined
  /** At most this many messages. @default no limit */
  readonly limit?: number | undefined
  /** Range: 0.01–1,000. @default 10 */
  readonly messagesPerSecond?: number | undefined
}

/** What a replay did. */
export interface ReplaySummary {
  /** How many messages were to be replayed, as of its start. */
  readonly selected: number
  readonly replayed: number
  /** Left alone: changed meanwhile, or without a readable archive object. */
  readonly skipped: number
}

const replaySettings = Config.all({
  mainQueueUrl: Config.NonEmptyString("MAIN_QUEUE_URL"),
  archiveBucket: Config.NonEmptyString("ARCHIVE_BUCKET"),
  fifo: Config.Boolean("FIFO").pipe(Config.withDefault(false))
})

const skip = (item: LedgerItem, why: string) =>
  Effect.logWarning("A message was not replayed.").pipe(
    Effect.annotateLogs({ lineageId: item.lineageId, why }),
    Effect.as(false)
  )

const replayOne = Effect.fnUntraced(function* (
  selected: LedgerItem,
  settings: { readonly mainQueueUrl: string; readonly archiveBucket: string; readonly fifo: boolean }
) {
  const ledger = yield* HealerLedger
  const s3 = yield* S3
  const sqs = yield* Sqs
  if (selected.archiveKey === undefined) return yield* skip(selected, "It has no archive object.")
  const text = yield* s3
    .get(settings.archiveBucket, selected.archiveKey)
    .pipe(
      Effect.catchTag("RequestRejected", (error) =>
        error.code === "NoSuchKey" ? Effect.succeed(undefined) : Effect.fail(error)
      )
    )
  const archived = text === undefined ? undefined : decodeArchivedMessage(text)
  if (archived === undefined) return yield* skip(selected, "Its archive object is missing or unreadable.")

  const started = yield* Clock.currentTimeMillis
  // Counted before the send: its number names the send on a FIFO queue, and the same one is used again after a crash.
  const number = yield* ledger.modify(selected.lineageId, (item) => withReplaying(item, selected, started))
  if (number === undefined) return yield* skip(selected, "Something else has happened to it meanwhile.")

  const evidence: Evidence = {
    version: 1,
    lineageId: selected.lineageId,
    firstSeen: archived.evidence?.firstSeen ?? epochMilliseconds(archived.firstFailureAt),
    // At least one, by which the consumer knows that there is a recovery to confirm.
    healAttempts: Math.max(1, selected.attempts)
  }
  const sent = outgoing(archived, evidence, { fifo: settings.fifo, send: `replay:${number}`, delaySeconds: 0 })
  const messageId = yield* sqs.send(settings.mainQueueUrl, sent.message)
  if (!sent.carriesEvidence) yield* ledger.keepEvidence(messageId, evidence)
  const now = yield* Clock.currentTimeMillis
  yield* ledger.modify(selected.lineageId, (item) => ({
    item: withReplayed(item, selected, number, now),
    answer: undefined
  }))
  yield* Effect.logInfo("A message was replayed.").pipe(
    Effect.annotateLogs({ lineageId: selected.lineageId, messageId, class: selected.class, replay: number })
  )
  return true
})

/**
 * Replays the messages that match, as of its start: messages that fail again meanwhile are not taken up again, so it
 * always ends. Interrupted or failed, it can be run again: what was not sent is still selected.
 * Config: `MAIN_QUEUE_URL`, `ARCHIVE_BUCKET`, `FIFO`.
 */
export const replay = Effect.fnUntraced(function* (request: ReplayRequest) {
  const settings = yield* replaySettings
  const startedAt = yield* Clock.currentTimeMillis
  const items = yield* selectItems(request, isoTime(startedAt))
  const perSecond = Math.min(1000, Math.max(0.01, request.messagesPerSecond ?? 10))
  let replayed = 0
  let index = 0
  yield* Effect.suspend(() => {
    const item = items[index++]
    return item === undefined
      ? Effect.void
      : Effect.map(replayOne(item, settings), (sent) => {
          if (sent) replayed += 1
        })
  }).pipe(
    Effect.repeat(Schedule.spaced(1000 / perSecond).pipe(Schedule.while(() => Effect.sync(() => index < items.length))))
  )
  const summary: ReplaySummary = { selected: items.length, replayed, skipped: items.length - replayed }
  return summary
})
