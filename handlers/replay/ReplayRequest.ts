/** What an operator asks of a replay, and what it answers. */
import { Schema } from "effect"

/** Which messages to replay. Everything given has to match. */
export const ReplayCriteria = Schema.Struct({
  /** `all`: archived and awaiting-operator. @default awaiting-operator */
  status: Schema.optionalKey(Schema.Literals(["archived", "awaiting-operator", "all"])),
  /** Only this failure class, by its name or its code: `AuthFailure` or `AUTH_FAILURE`. */
  class: Schema.optionalKey(Schema.String),
  /** Only this group of failures: by its fingerprint, or by the hash that it begins with. */
  fingerprint: Schema.optionalKey(Schema.String),
  /** Only this message, archived or awaiting an operator, unless a status is given. */
  lineageId: Schema.optionalKey(Schema.String),
  /** Only what failed last at this time or later, ISO-8601. */
  from: Schema.optionalKey(Schema.String),
  /** Only what failed last at this time or earlier, ISO-8601. @default now */
  to: Schema.optionalKey(Schema.String)
})

/** Which messages to replay. */
export type ReplayCriteria = typeof ReplayCriteria.Type

/** What becomes of the body on its way. */
export const ReplayEdit = Schema.Union([
  /** This body instead of the original one. */
  Schema.Struct({ kind: Schema.Literal("body"), body: Schema.NonEmptyString }),
  /** A JSON merge patch (RFC 7396) for a body that is JSON. */
  Schema.Struct({ kind: Schema.Literal("patch"), patch: Schema.Unknown })
])

/** What becomes of the body on its way. */
export type ReplayEdit = typeof ReplayEdit.Type

/** Which messages to replay, how, and how fast. */
export interface ReplayRequest {
  readonly criteria?: ReplayCriteria | undefined
  /** At most this many messages. @default no limit */
  readonly limit?: number | undefined
  /** Never more than this; the first ones go slower, until they are known to recover. Range: 0.01–1,000. @default 10 */
  readonly messagesPerSecond?: number | undefined
  readonly edit?: ReplayEdit | undefined
  /** Who replays: recorded in the history of every message. */
  readonly by?: string | undefined
  /** Why: recorded in the history of every message. @default nothing */
  readonly reason?: string | undefined
  /** How long the outcome of the first messages is waited for, in seconds. Range: 1–86,400. @default 120 */
  readonly outcomeSeconds?: number | undefined
  /**
   * Whether the queue's consumer confirms recoveries. Where it does not (an adopted queue), a message that has not failed
   * again after `outcomeSeconds` is taken for a recovery. @default true
   */
  readonly confirmations?: boolean | undefined
  /** Told how far the run is when it begins, which is when its name is known, and whenever that is written. @default nobody */
  readonly onProgress?: ((progress: ReplayProgress) => void) | undefined
}

/** How a run is gone on with. */
export type ReplayChanges = Pick<ReplayRequest, "messagesPerSecond" | "outcomeSeconds" | "onProgress">

/** How a replay ended. */
export const replayEndings = ["finished", "stopped", "broken"] as const

/** A message that was left alone, or failed again. */
export const LeftAlone = Schema.Struct({
  lineageId: Schema.String,
  /** For the operator. */
  why: Schema.String
})

/** How far a replay is, from its start over all of its resumptions. */
export interface ReplayProgress {
  /** Names the run, for its resumption; `undefined` when nothing matched. */
  readonly runId: string | undefined
  /** How many messages were to be replayed, as of its start. */
  readonly selected: number
  readonly replayed: number
  /** Left alone: changed meanwhile, without a readable archive object, or refused by SQS. */
  readonly skipped: number
  /** The first of them, at most 20. */
  readonly leftAlone: ReadonlyArray<typeof LeftAlone.Type>
  /** Of those replayed: known to have recovered, and to have failed again. Of the others nothing is known yet. */
  readonly recovered: number
  readonly failedAgain: number
  /** The first of those that failed again, at most 20, each with the reason of its new failure. */
  readonly failed: ReadonlyArray<typeof LeftAlone.Type>
}

/** What a replay did. */
export interface ReplaySummary extends ReplayProgress {
  /** `stopped`: messages failed again, or nothing became of the first ones. `broken`: AWS did not answer. Both can be resumed. */
  readonly ended: (typeof replayEndings)[number]
  /** One sentence for the operator. */
  readonly why: string
}
