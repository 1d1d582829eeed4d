/** `replay`: archived messages go back to their queue, once the cause of their failure is mended. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import type { ReplayProgress, ReplaySummary } from "../../handlers/replay/ReplayRequest.ts"
import { previewReplay, replay as replayMessages, resumeReplay } from "../../handlers/replay/replay.ts"
import { progressReport } from "../progress.ts"
import { exitCodes, Refusal, sentenceOf } from "../Refusal.ts"
import { type ReplayCommand, replayCommandOf, replayFlags } from "../replayRequest.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import type { System } from "../target/findSystem.ts"
import { refuseUnknownClass } from "../target/policy.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { beginningText, interruptedText, previewText, progressText, summaryText } from "../text/replayText.ts"

const endings = {
  finished: exitCodes.done,
  broken: exitCodes.failed,
  stopped: exitCodes.person
} as const satisfies Record<ReplaySummary["ended"], number>

const begin = Effect.fnUntraced(function* (
  command: Exclude<ReplayCommand, { readonly _tag: "Preview" }>,
  system: System,
  json: boolean
) {
  const session = yield* Session
  const report = yield* progressReport
  let progress: ReplayProgress | undefined
  const onProgress = (next: ReplayProgress): void => {
    if (progress === undefined) session.error(`${beginningText(next)}\n`)
    progress = next
    report({ done: next.replayed + next.skipped, of: next.selected, text: progressText(next) })
  }
  const running =
    command._tag === "Resume"
      ? resumeReplay(command.runId, { ...command.changes, onProgress })
      : replayMessages({ ...command.request, onProgress })
  const summary = yield* running.pipe(
    Effect.onInterrupt(() =>
      Effect.sync(() => {
        session.error(`${interruptedText(progress)}\n`)
        if (json && progress !== undefined)
          session.out(`${JSON.stringify({ ...progress, ended: "broken", why: "It was interrupted." })}\n`)
      })
    ),
    Effect.mapError((error) =>
      error._tag === "RunUnavailable"
        ? new Refusal({ message: error.message })
        : new Refusal({ message: `The replay could not be begun: ${sentenceOf(error)}` })
    ),
    Effect.ensuring(Effect.sync(report.end))
  )
  if (summary.selected === 0 && command._tag === "Replay")
    yield* refuseUnknownClass(system, command.request.criteria?.class)
  yield* session.print(json ? JSON.stringify(summary) : summaryText(summary))
  yield* session.exitWith(endings[summary.ended])
})

/** `replay`. */
export const replay = Command.make(
  "replay",
  replayFlags,
  Effect.fn(function* (flags) {
    const { json } = yield* root
    const session = yield* Session
    const command = yield* replayCommandOf(flags)
    yield* withSystem(["queueUrl", "archiveBucketName", "failuresTableName"], (system) =>
      Effect.gen(function* () {
        if (command._tag !== "Preview") return yield* begin(command, system, json)
        const found = yield* previewReplay(command.request)
        if (found.length === 0) yield* refuseUnknownClass(system, command.request.criteria?.class)
        yield* session.print(json ? JSON.stringify(found) : previewText(found))
      })
    )
  })
).pipe(
  Command.withDescription(
    described([
      "Sends archived messages back to their queue, once the cause of their failure is",
      "mended: one first, then 2, 4, 8 … as they recover. Without a selection: all that",
      "awaits an operator. Everything given has to match. The name of the run is printed",
      "first; Ctrl-C lets the messages in hand be sent, and ends it. Needs the operator's",
      "policy.",
      "",
      "Exit codes: 0 all was dealt with, 1 AWS did not answer, nothing is running, or there",
      "is no such run to resume, 2 the arguments make no sense, 3 it stopped because messages",
      "failed again or nothing became of them, 130 it was interrupted. What was begun can be",
      "resumed after 1, 3 and 130."
    ])
  ),
  Command.withShortDescription("Send archived messages back to their queue"),
  Command.withExamples([
    { command: "resilient-queue replay --dry-run" },
    { command: "resilient-queue replay --class AuthFailure --by Ada" },
    { command: `resilient-queue replay --class ValidationError --status archived --patch '{"quantity":1}' --by Ada` }
  ])
)
