/**
 * One message of a replay. It is claimed, sent, and only then called replayed: a crash costs a repeated send at most, and
 * that only where nothing has become of the message before the run is resumed.
 */
import { Clock, Config, Effect, Schedule } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { S3 } from "../aws/S3.ts"
import { Sqs } from "../aws/Sqs.ts"
import { hadNoEffect } from "../aws/sdkError.ts"
import type { Evidence } from "../failure/Evidence.ts"
import { isRedacted, redactBody, redactPaths } from "../failure/redaction.ts"
import { type ArchivedMessage, decodeArchivedMessage } from "../healer/ArchivedMessage.ts"
import { outgoing } from "../healer/outgoing.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { epochMilliseconds } from "../ledger/ledgerTime.ts"
import { withoutReplaying, withReplayed, withReplaying } from "../ledger/replayTransitions.ts"
import { patchBody } from "./mergePatch.ts"
import type { ReplayEdit } from "./ReplayRequest.ts"
import { runPrefix, type SelectedMessage } from "./ReplayRun.ts"
import { readArchive } from "./readArchive.ts"
import { editNote, replayNote } from "./replayNote.ts"

/** Where messages come from and go to. */
export const replaySettings = Config.all({
  mainQueueUrl: Config.NonEmptyString("MAIN_QUEUE_URL"),
  archiveBucket: Config.NonEmptyString("ARCHIVE_BUCKET"),
  fifo: Config.Boolean("FIFO").pipe(Config.withDefault(false))
})

/** What all messages of a run have in common. */
export interface ReplayContext {
  readonly runId: string
  /** ISO-8601: what has failed after it is no longer what was selected. */
  readonly until: string
  readonly by: string | undefined
  readonly reason?: string | undefined
  readonly edit: ReplayEdit | undefined
  readonly settings: Config.Success<typeof replaySettings>
}

/** What became of a message: on its way, or left alone. */
export type Replayed = { readonly _tag: "Sent" } | { readonly _tag: "LeftAlone"; readonly why: string }

const wasSent: Replayed = { _tag: "Sent" }

/** What SQS says of a message that it takes from nobody: other messages of the run may pass. */
const unsendable: ReadonlySet<string> = new Set(["InvalidMessageContents", "InvalidParameterValue", "MessageTooLong"])

/** Throttled, or never reached: nothing was sent, so it is tried again at once instead of ending the run. */
const isRefused = (error: AwsError): boolean => error._tag === "DependencyFailure" && hadNoEffect(error)

const refusedBackoff = Schedule.exponential("200 millis")

/** How often the note of a send is tried again: without it, the message would be sent again after a crash. */
const noteRetries = 3

/** An edit in the history is for the reader; the whole of it is in the run's snapshot. */
const shownEditLength = 300

const skip = (message: SelectedMessage, why: string) =>
  Effect.logWarning("A message was not replayed.").pipe(
    Effect.annotateLogs({ lineageId: message.lineageId, why }),
    Effect.as<Replayed>({ _tag: "LeftAlone", why })
  )

const editedBody = (archived: ArchivedMessage, edit: ReplayEdit | undefined) => {
  if (edit === undefined) return { body: archived.body }
  return edit.kind === "body" ? { body: edit.body } : patchBody(archived.body, edit.patch)
}

const whyOf = (
  { runId, by, reason, edit }: ReplayContext,
  originalKey: string,
  { redacted = [] }: ArchivedMessage
): string => {
  const who = `${replayNote(by, runId)}${reason === undefined ? "" : ` (${reason})`}`
  if (edit === undefined) return `${who}.`
  // An edit may restore what was redacted: the history is no place for it.
  const { body: text } = redactBody(
    redactPaths(redacted),
    edit.kind === "body" ? edit.body : JSON.stringify(edit.patch)
  )
  const shown = text.length > shownEditLength ? `${text.slice(0, shownEditLength).toWellFormed()}…` : text
  return editNote(who, edit.kind === "body" ? "body" : "merge patch", shown, originalKey)
}

/** Replays one message, if it still is what was selected. Safe to repeat. */
export const replayOne = Effect.fnUntraced(function* (message: SelectedMessage, context: ReplayContext) {
  const ledger = yield* HealerLedger
  const s3 = yield* S3
  const sqs = yield* Sqs
  const { runId, settings } = context
  if (message.archiveKey === undefined) return yield* skip(message, "It has no archive object.")
  const { text, why: unreadable } = yield* readArchive(settings.archiveBucket, message.archiveKey)
  const archived = decodeArchivedMessage(text)
  if (archived === undefined) return yield* skip(message, unreadable)
  const { body, why: refusal } = { why: undefined, ...editedBody(archived, context.edit) }
  if (body === undefined) return yield* skip(message, refusal ?? "")
  if (isRedacted(archived.redacted ?? [], body))
    return yield* skip(message, `Its body is redacted (${archived.redacted?.join(", ")}); an edit has to restore it.`)

  const originalKey = `${runPrefix(runId)}/original/${encodeURIComponent(message.lineageId)}.json`
  const replaying = {
    run: runId,
    until: context.until,
    now: yield* Clock.currentTimeMillis,
    why: whyOf(context, originalKey, archived)
  }
  const claim = yield* ledger.modify(message.lineageId, (item) => withReplaying(item, message, replaying))
  if (claim._tag === "Sent") return wasSent
  if (claim._tag === "Busy") return yield* skip(message, "Another run is replaying it.")
  if (claim._tag === "Changed") return yield* skip(message, "Something else has happened to it meanwhile.")

  // Should the edited message fail again, it takes the original's place in the archive.
  if (context.edit !== undefined)
    yield* s3.put({ bucket: settings.archiveBucket, key: originalKey, body: text, contentType: "application/json" })
  const evidence: Evidence = {
    version: 1,
    lineageId: message.lineageId,
    firstSeen: archived.evidence?.firstSeen ?? epochMilliseconds(archived.firstFailureAt),
    // At least one, by which the consumer knows that there is a recovery to confirm.
    healAttempts: Math.max(1, claim.attempts)
  }
  const send = `replay:${claim.number}`
  const sent = outgoing({ ...archived, body }, evidence, { fifo: settings.fifo, send, delaySeconds: 0 })
  // Before the send: whoever receives the message finds what it has been through.
  if (!sent.carriesEvidence) yield* ledger.expectEvidence("main", sent.message, evidence)
  // Once: a repeat of a send whose answer was lost may be a second message.
  const answer = yield* sqs.send(settings.mainQueueUrl, sent.message, { once: true }).pipe(
    Effect.retry({ schedule: refusedBackoff, times: 5, while: (error) => isRefused(error) }),
    Effect.catchTag("RequestRejected", (error) =>
      unsendable.has(error.code)
        ? ledger
            .modify(message.lineageId, (item) => ({
              item: withoutReplaying(item, claim.number, runId),
              answer: undefined
            }))
            .pipe(Effect.andThen(skip(message, `SQS refuses it: ${error.message}`)))
        : Effect.fail(error)
    )
  )
  if (typeof answer !== "string") return answer
  yield* ledger
    .modify(message.lineageId, (item) => ({
      item: withReplayed(item, claim, replaying),
      answer: undefined
    }))
    .pipe(Effect.retry({ times: noteRetries }))
  yield* Effect.logInfo("A message was replayed.").pipe(
    Effect.annotateLogs({
      lineageId: message.lineageId,
      messageId: answer,
      class: message.class,
      replay: claim.number,
      runId
    })
  )
  return wasSent
})
