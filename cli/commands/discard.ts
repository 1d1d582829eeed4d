/** `discard`: failures that nobody needs any more are over; who said so and why is kept. */
import { Effect, Option } from "effect"
import { Argument, Command } from "effect/cli"
import { type DiscardSummary, discardFailures, previewDiscard } from "../../handlers/operations/discardFailures.ts"
import type { ReplayCriteria } from "../../handlers/replay/ReplayRequest.ts"
import { confirm } from "../confirm.ts"
import {
  byOf,
  needed,
  numberOf,
  type SelectionGiven,
  selectionFlags,
  selectionOf,
  switched,
  text,
  waitingStatusFlag,
  waitingStatusOf
} from "../flags.ts"
import { progressReport } from "../progress.ts"
import { exitCodes, refuse } from "../Refusal.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { refuseUnknownClass } from "../target/policy.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { counted } from "../text/layout.ts"
import { discardText, wouldDiscardText } from "../text/operatorText.ts"

const flags = {
  ids: Argument.String("lineage id").pipe(
    Argument.withDescription("The messages; without any, all that match"),
    Argument.variadic()
  ),
  status: waitingStatusFlag,
  ...selectionFlags,
  limit: text("limit", "N", "At most so many, oldest first"),
  by: text("by", "NAME", "Who discards; kept in the history of each message"),
  reason: text("reason", "TEXT", "Why; kept in the history of each message"),
  dryRun: switched("dry-run", "Show what would be discarded, and change nothing"),
  yes: switched("yes", "Do not ask")
}

const readCriteria = Effect.fnUntraced(function* (
  flagsGiven: SelectionGiven & { readonly status: Option.Option<string> }
) {
  const status = yield* waitingStatusOf(flagsGiven.status)
  const criteria: ReplayCriteria = { ...(yield* selectionOf(flagsGiven)), ...(status === undefined ? {} : { status }) }
  return criteria
})

/** `discard`. */
export const discard = Command.make(
  "discard",
  flags,
  Effect.fn(function* (given) {
    const { json } = yield* root
    const session = yield* Session
    const criteria = yield* readCriteria(given)
    const named = given.ids.length > 0
    if (named && (Object.keys(criteria).length > 0 || Option.isSome(given.limit)))
      return yield* refuse("Lineage ids are given with a selection: one of them is allowed.")
    if (!named && Object.keys(criteria).length === 0)
      return yield* refuse("There is nothing to discard: give lineage ids, or a selection such as --fingerprint.")
    const limit = yield* numberOf("limit", given.limit, { minimum: 1, maximum: 1_000_000, whole: true })
    const by =
      (yield* byOf(given.by)) ??
      (given.dryRun ? "" : yield* refuse("--by is missing: who discards a message is recorded."))
    const reason = given.dryRun ? "" : yield* needed("reason", given.reason, "why a message is discarded is recorded")
    yield* withSystem(["failuresTableName"], (system) =>
      Effect.gen(function* () {
        const lineageIds = yield* previewDiscard(named ? { lineageIds: given.ids } : { criteria, limit })
        if (lineageIds.length === 0) yield* refuseUnknownClass(system, criteria.class)
        if (given.dryRun)
          return yield* session.print(json ? JSON.stringify({ lineageIds }) : wouldDiscardText(lineageIds))
        if (!named && lineageIds.length > 0)
          yield* confirm(`Discard ${counted(lineageIds.length, "message")} of ${system.name}`, given.yes)
        const report = yield* progressReport
        const onProgress = (summary: DiscardSummary): void =>
          report({
            done: summary.discarded + summary.already + summary.skipped,
            of: summary.selected,
            text: discardText({ ...summary, leftAlone: [] })
          })
        const summary = yield* discardFailures({ lineageIds, criteria, by, reason, onProgress }).pipe(
          Effect.ensuring(Effect.sync(report.end)),
          Effect.onInterrupt(() => session.note("Interrupted: type the same command again for the rest."))
        )
        yield* session.print(json ? JSON.stringify(summary) : discardText(summary))
        if (summary.skipped > 0 && named) yield* session.exitWith(exitCodes.failed)
      })
    )
  })
).pipe(
  Command.withDescription(
    described([
      "Discards archived messages, and those that await an operator, that nobody needs any",
      "more. Their history says by whom and why; their archive objects stay until they",
      "expire; the ledger forgets them after 90 days. A selection is asked about first.",
      "Safe to repeat. Needs the operator's policy.",
      "",
      "Exit codes: 0 done, 1 a message that was named could not be discarded, or AWS did not",
      "answer, 2 the arguments make no sense, 130 it was interrupted."
    ])
  ),
  Command.withShortDescription("Discard what nobody needs any more"),
  Command.withExamples([
    {
      command: "resilient-queue discard cf4cb2e7-59d6-450c-be45-9ffde80c51fa --by Ada --reason 'test order'"
    },
    {
      command:
        "resilient-queue discard --fingerprint 0328de8cad69d4 --status archived --by Ada --reason 'sent anew' --yes"
    }
  ])
)
