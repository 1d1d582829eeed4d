/**
 * A run of a replay: what it was asked, what it selected, how far it is. Its item is in the failure ledger's table, what
 * it selected and its edit are objects in the archive, so that it can be resumed after a crash at any point.
 */
import { Option, Schema } from "effect"
import {
  LeftAlone,
  ReplayCriteria,
  ReplayEdit,
  type ReplayProgress,
  type ReplaySummary,
  replayEndings
} from "./ReplayRequest.ts"

/** A message of the snapshot. */
export const SelectedMessage = Schema.Struct({
  lineageId: Schema.NonEmptyString,
  lastFailureAt: Schema.String,
  class: Schema.String,
  archiveKey: Schema.optionalKey(Schema.NonEmptyString)
})

/** A message of the snapshot. */
export type SelectedMessage = typeof SelectedMessage.Type

/** What a run works on: an object in the archive, written once. */
export const ReplaySnapshot = Schema.Struct({
  version: Schema.Literal(1),
  runId: Schema.String,
  by: Schema.optionalKey(Schema.String),
  reason: Schema.optionalKey(Schema.String),
  edit: Schema.optionalKey(ReplayEdit),
  messages: Schema.Array(SelectedMessage)
})

/** What a run works on. */
export type ReplaySnapshot = typeof ReplaySnapshot.Type

const SnapshotJson = Schema.fromJsonString(ReplaySnapshot)

/** A snapshot's text. */
export const encodeSnapshot = Schema.encodeEffect(SnapshotJson)

const decodeSnapshotText = Schema.decodeUnknownOption(SnapshotJson)

/** The snapshot in an object's text; `undefined` when it is none. Never throws. */
export const decodeSnapshot = (text: string): ReplaySnapshot | undefined =>
  Option.getOrUndefined(decodeSnapshotText(text))

/** How far a run is. */
export const ReplayRun = Schema.Struct({
  version: Schema.Literal(1),
  runId: Schema.NonEmptyString,
  /** Counts the writes; each is conditional on it. */
  revision: Schema.Int,
  /** ISO-8601: what failed later was not selected. */
  startedAt: Schema.String,
  criteria: ReplayCriteria,
  messagesPerSecond: Schema.Number,
  outcomeSeconds: Schema.Number,
  confirmations: Schema.Boolean,
  snapshotKey: Schema.NonEmptyString,
  selected: Schema.Int,
  /** How many messages of the snapshot are dealt with. */
  cursor: Schema.Int,
  replayed: Schema.Int,
  skipped: Schema.Int,
  /** The first messages that were left alone. */
  leftAlone: Schema.optionalKey(Schema.Array(LeftAlone)),
  recovered: Schema.Int,
  failedAgain: Schema.Int,
  /** The first messages that failed again. */
  failed: Schema.optionalKey(Schema.Array(LeftAlone)),
  /** Positions of messages that were sent and of which nothing is known yet. */
  pending: Schema.Array(Schema.Int),
  /** Who works on it, until when (epoch milliseconds): nobody else resumes it meanwhile. */
  owner: Schema.optionalKey(Schema.String),
  leaseUntil: Schema.optionalKey(Schema.Int),
  ended: Schema.optionalKey(Schema.Literals(replayEndings)),
  why: Schema.optionalKey(Schema.String),
  /** Epoch seconds. */
  expiresAt: Schema.Int
})

/** How far a run is. */
export type ReplayRun = typeof ReplayRun.Type

const decode = Schema.decodeUnknownOption(ReplayRun)

/** A stored run; `undefined` when it is none. Never throws. */
export const decodeReplayRun = (stored: unknown): ReplayRun | undefined => Option.getOrUndefined(decode(stored))

/** Where a run's objects are in the archive. */
export const runPrefix = (runId: string): string => `replays/run=${encodeURIComponent(runId)}`

/** How far a run is. */
export const progressOf = (run: ReplayRun): ReplayProgress => ({
  runId: run.runId,
  selected: run.selected,
  replayed: run.replayed,
  skipped: run.skipped,
  leftAlone: run.leftAlone ?? [],
  recovered: run.recovered,
  failedAgain: run.failedAgain,
  failed: run.failed ?? []
})

/** What a run has done. */
export const summaryOf = (run: ReplayRun): ReplaySummary => ({
  ...progressOf(run),
  ended: run.ended ?? "broken",
  why: run.why ?? ""
})
