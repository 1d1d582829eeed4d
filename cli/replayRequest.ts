/** The flags of `replay`, and what they ask for: refused with one sentence where they make no sense. */
import { readFile } from "node:fs/promises"
import { Effect, Option } from "effect"
import type { ReplayChanges, ReplayCriteria, ReplayEdit, ReplayRequest } from "../handlers/replay/ReplayRequest.ts"
import {
  byOf,
  given,
  numberOf,
  type SelectionGiven,
  selectionFlags,
  selectionOf,
  switched,
  text,
  waitingStatusFlag,
  waitingStatusOf
} from "./flags.ts"
import { refuse } from "./Refusal.ts"

/** What is to be done. */
export type ReplayCommand =
  | { readonly _tag: "Preview"; readonly request: ReplayRequest }
  | { readonly _tag: "Replay"; readonly request: ReplayRequest }
  | { readonly _tag: "Resume"; readonly runId: string; readonly changes: ReplayChanges }

/** The flags. */
export const replayFlags = {
  status: waitingStatusFlag,
  ...selectionFlags,
  lineageId: text("lineage-id", "ID", "One message, archived or awaiting an operator"),
  limit: text("limit", "N", "At most so many, oldest first"),
  rate: text("rate", "N", "At most N messages a second (10)"),
  wait: text("wait", "SECONDS", "How long the outcome of the first ones is waited for (120)"),
  unconfirmed: switched("unconfirmed", "The consumer confirms nothing: not failed again is a recovery"),
  edit: text("edit", "FILE", "Send the file's text as the body (with --lineage-id and --by)"),
  patch: text("patch", "JSON", "Change the bodies with a JSON merge patch, RFC 7396 (with --by)"),
  by: text("by", "NAME", "Who replays; kept in the history of each message"),
  reason: text("reason", "TEXT", "Why; kept in the history of each message"),
  dryRun: switched("dry-run", "Show what would be replayed, and send nothing"),
  resume: text("resume", "RUN", "Go on with a run; with --rate, --wait and --json alone")
}

/** What the flags were given. */
export interface ReplayGiven extends SelectionGiven {
  readonly status: Option.Option<string>
  readonly lineageId: Option.Option<string>
  readonly limit: Option.Option<string>
  readonly rate: Option.Option<string>
  readonly wait: Option.Option<string>
  readonly unconfirmed: boolean
  readonly edit: Option.Option<string>
  readonly patch: Option.Option<string>
  readonly by: Option.Option<string>
  readonly reason: Option.Option<string>
  readonly dryRun: boolean
  readonly resume: Option.Option<string>
}

const readPatch = Effect.fnUntraced(function* (json: string) {
  const patch = yield* Effect.option(Effect.try({ try: (): unknown => JSON.parse(json), catch: () => undefined }))
  // Anything else would be the whole body of every message.
  return Option.isSome(patch) &&
    typeof patch.value === "object" &&
    patch.value !== null &&
    !Array.isArray(patch.value) &&
    Object.keys(patch.value).length > 0
    ? patch.value
    : yield* refuse(
        `--patch is ${json.slice(0, 100)}: it has to be a JSON object with at least one member, like {"quantity":1}.`
      )
})

const readBody = Effect.fnUntraced(function* (path: string) {
  const body = yield* Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: () => refuse(`--edit: the file "${path}" cannot be read.`)
  })
  return body === "" ? yield* refuse(`--edit: the file "${path}" is empty; SQS takes no empty body.`) : body
})

const readEdit = Effect.fnUntraced(function* (flags: ReplayGiven, by: string | undefined) {
  const edit = yield* given("edit", flags.edit)
  const patch = yield* given("patch", flags.patch)
  if (edit === undefined && patch === undefined) return undefined
  if (edit !== undefined && patch !== undefined)
    return yield* refuse("--edit and --patch are both given: one of them is allowed.")
  if (by === undefined)
    return yield* refuse(`--${edit === undefined ? "patch" : "edit"} needs --by: who changes a message is recorded.`)
  if (edit === undefined) {
    const change: ReplayEdit = { kind: "patch", patch: yield* readPatch(patch ?? "") }
    return change
  }
  if (Option.isNone(flags.lineageId))
    return yield* refuse("--edit needs --lineage-id: one text is the body of one message. --patch changes many.")
  const change: ReplayEdit = { kind: "body", body: yield* readBody(edit) }
  return change
})

/** What may not stand beside `--resume`: the run knows what it has selected. */
const besideResume = (flags: ReplayGiven): string | undefined => {
  const { resume: _, rate: __, wait: ___, unconfirmed, dryRun, lineageId, ...texts } = flags
  if (unconfirmed) return "unconfirmed"
  if (dryRun) return "dry-run"
  if (Option.isSome(lineageId)) return "lineage-id"
  return Object.entries(texts).find(([, value]) => Option.isSome(value))?.[0]
}

/** What the flags ask for. */
export const replayCommandOf = Effect.fnUntraced(function* (flags: ReplayGiven) {
  const changes = {
    messagesPerSecond: yield* numberOf("rate", flags.rate, { minimum: 0.01, maximum: 1000 }),
    outcomeSeconds: yield* numberOf("wait", flags.wait, { minimum: 1, maximum: 86_400 })
  }
  const runId = yield* given("resume", flags.resume)
  if (runId !== undefined) {
    const other = besideResume(flags)
    if (other !== undefined)
      return yield* refuse(
        `--${other} is given with --resume, which goes on with what the run has selected: --rate, --wait and --json are allowed.`
      )
    const resumed: ReplayCommand = { _tag: "Resume", runId, changes }
    return resumed
  }
  const status = yield* waitingStatusOf(flags.status)
  const lineageId = yield* given("lineage-id", flags.lineageId)
  const criteria: ReplayCriteria = {
    ...(yield* selectionOf(flags)),
    ...(status === undefined ? {} : { status }),
    ...(lineageId === undefined ? {} : { lineageId })
  }
  const by = yield* byOf(flags.by)
  const request: ReplayRequest = {
    criteria,
    limit: yield* numberOf("limit", flags.limit, { minimum: 1, maximum: 1_000_000, whole: true }),
    ...changes,
    edit: yield* readEdit(flags, by),
    by,
    reason: yield* given("reason", flags.reason),
    confirmations: !flags.unconfirmed
  }
  const command: ReplayCommand = { _tag: flags.dryRun ? "Preview" : "Replay", request }
  return command
})
