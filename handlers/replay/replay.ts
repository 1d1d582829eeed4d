/**
 * Replay: archived messages go back to their queue once an operator has mended the cause; slowly at first, never twice in
 * one run, and so that a run which was killed at any point can be resumed.
 */
import { Clock, Effect, Random } from "effect"
import { S3 } from "../aws/S3.ts"
import { failureTimes } from "../ledger/failureSelection.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import type { ListedFailure } from "../ledger/LedgerItem.ts"
import { epochMilliseconds, expiresAtOf, isoTime } from "../ledger/ledgerTime.ts"
import { isReplayable } from "../ledger/replayTransitions.ts"
import type { ReplayChanges, ReplayCriteria, ReplayRequest, ReplaySummary } from "./ReplayRequest.ts"
import {
  decodeSnapshot,
  encodeSnapshot,
  type ReplayRun,
  type ReplaySnapshot,
  runPrefix,
  type SelectedMessage,
  summaryOf
} from "./ReplayRun.ts"
import { makeRunStore, RunUnavailable } from "./RunStore.ts"
import { replaySettings } from "./replayOne.ts"
import { runReplay } from "./runReplay.ts"
import { selectItems } from "./selectItems.ts"

const ignored = (): void => undefined

const unlimited = Number.POSITIVE_INFINITY

const bounded = (value: number, minimum: number, maximum: number): number => Math.min(maximum, Math.max(minimum, value))

const randomName = Effect.map(Random.nextIntBetween(0, 2 ** 32), (number) => number.toString(16).padStart(8, "0"))

const selectedMessage = ({
  lineageId,
  lastFailureAt,
  class: className,
  archiveKey
}: ListedFailure): SelectedMessage => ({
  lineageId,
  lastFailureAt,
  class: className,
  ...(archiveKey === undefined ? {} : { archiveKey })
})

const nothing = (why: string): ReplaySummary => ({
  runId: undefined,
  selected: 0,
  replayed: 0,
  skipped: 0,
  leftAlone: [],
  recovered: 0,
  failedAgain: 0,
  failed: [],
  ended: "finished",
  why
})

/** Why nothing was selected: of one message an operator wants to know what else has become of it. */
const whyNothing = Effect.fnUntraced(function* ({ lineageId }: ReplayCriteria) {
  if (lineageId === undefined) return "Nothing matches."
  const ledger = yield* HealerLedger
  const item = yield* ledger.find(lineageId)
  if (item === undefined) return `The ledger knows no message "${lineageId}".`
  return isReplayable(item.status)
    ? `The message "${lineageId}" is ${item.status}, and does not match the rest of what was asked for.`
    : `The message "${lineageId}" is ${item.status}: replayed is what is archived or awaits an operator.`
})

/** What a request would replay, oldest failure first. Sends and writes nothing. */
export const previewReplay = Effect.fnUntraced(function* ({ criteria = {}, limit }: ReplayRequest) {
  const now = yield* Clock.currentTimeMillis
  return yield* selectItems(
    criteria,
    failureTimes(criteria, now),
    limit ?? unlimited,
    ({ class: className, ...item }) => ({
      lineageId: item.lineageId,
      status: item.status,
      class: className,
      fingerprint: item.fingerprint,
      reason: item.reason,
      lastFailureAt: item.lastFailureAt,
      ...(item.correlationId === undefined ? {} : { correlationId: item.correlationId })
    })
  )
})

/**
 * Replays the messages that match, as of its start: what fails again meanwhile is not taken up again, so it always ends.
 * It fails when nothing was begun; after that it always answers how far it came, and the run can be resumed.
 * Config: `MAIN_QUEUE_URL`, `ARCHIVE_BUCKET`, `FAILED_TABLE`, `FIFO`.
 */
export const replay = Effect.fnUntraced(function* (request: ReplayRequest) {
  const settings = yield* replaySettings
  const s3 = yield* S3
  const store = yield* makeRunStore(yield* randomName)
  const now = yield* Clock.currentTimeMillis
  const startedAt = isoTime(now)
  const criteria = request.criteria ?? {}
  const times = failureTimes(criteria, now)
  const messages = yield* selectItems(criteria, times, request.limit ?? unlimited, selectedMessage)
  if (messages.length === 0) return nothing(yield* whyNothing(criteria))
  const runId = `${startedAt.slice(0, 19).replaceAll(/\D/g, "")}-${yield* randomName}`
  const { by, reason, edit } = request
  const snapshot: ReplaySnapshot = {
    version: 1,
    runId,
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
    ...(edit === undefined ? {} : { edit }),
    messages
  }
  const snapshotKey = `${runPrefix(runId)}/snapshot.json`
  yield* s3.put({
    bucket: settings.archiveBucket,
    key: snapshotKey,
    // Our own values, of the schema's own type: an encoding that fails is a defect.
    body: yield* Effect.orDie(encodeSnapshot(snapshot)),
    contentType: "application/json"
  })
  const run: ReplayRun = yield* store.save({
    version: 1,
    runId,
    revision: 0,
    startedAt,
    criteria,
    messagesPerSecond: bounded(request.messagesPerSecond ?? 10, 0.01, 1000),
    outcomeSeconds: bounded(request.outcomeSeconds ?? 120, 1, 86_400),
    confirmations: request.confirmations ?? true,
    snapshotKey,
    selected: messages.length,
    cursor: 0,
    replayed: 0,
    skipped: 0,
    recovered: 0,
    failedAgain: 0,
    pending: [],
    expiresAt: expiresAtOf(now)
  })
  const { onProgress = ignored } = request
  const { until } = times
  return summaryOf(yield* runReplay(run, snapshot, { runId, until, by, reason, edit, settings }, store, onProgress))
})

/**
 * Goes on with a run that was stopped, has broken, or whose process has died: with what it has not dealt with, one message
 * first. Fails with `RunUnavailable` when there is no such run, it has finished, or somebody works on it.
 */
export const resumeReplay = Effect.fnUntraced(function* (runId: string, changes: ReplayChanges = {}) {
  const settings = yield* replaySettings
  const s3 = yield* S3
  const store = yield* makeRunStore(yield* randomName)
  const resumed = yield* store.resume(runId)
  const snapshot = decodeSnapshot(yield* s3.get(settings.archiveBucket, resumed.snapshotKey))
  if (snapshot === undefined)
    return yield* new RunUnavailable({ runId, message: `What the replay run "${runId}" has selected cannot be read.` })
  const run: ReplayRun = {
    ...resumed,
    messagesPerSecond: bounded(changes.messagesPerSecond ?? resumed.messagesPerSecond, 0.01, 1000),
    outcomeSeconds: bounded(changes.outcomeSeconds ?? resumed.outcomeSeconds, 1, 86_400)
  }
  const { until } = failureTimes(run.criteria, epochMilliseconds(run.startedAt))
  const { by, reason, edit } = snapshot
  const { onProgress = ignored } = changes
  return summaryOf(yield* runReplay(run, snapshot, { runId, until, by, reason, edit, settings }, store, onProgress))
})
