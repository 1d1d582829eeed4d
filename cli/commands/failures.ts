/** `failures`: lists failures, newest first, a page at a time. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { type LedgerStatus, ledgerStatuses } from "../../handlers/ledger/FailureLedger.ts"
import { findFailures } from "../../handlers/operations/findFailures.ts"
import { given, numberOf, selectionFlags, selectionOf, text } from "../flags.ts"
import { refuse } from "../Refusal.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { refuseUnknownClass } from "../target/policy.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { failuresText } from "../text/failuresText.ts"

const choices = ["open", "all", ...ledgerStatuses] as const

const isChoice = (found: string): found is LedgerStatus | "open" | "all" => choices.some((choice) => choice === found)

/** `failures`. */
export const failures = Command.make(
  "failures",
  {
    status: text("status", "STATUS", `${choices.slice(0, 5).join(", ")}, …: all that is not over (open)`),
    ...selectionFlags,
    limit: text("limit", "N", "At most so many a page (50)"),
    after: text("after", "PAGE", "The next page, as the one before names it")
  },
  Effect.fn(function* (flags) {
    const { json } = yield* root
    const session = yield* Session
    const status = yield* given("status", flags.status)
    if (status !== undefined && !isChoice(status))
      return yield* refuse(
        `--status is "${status}": it has to be ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}.`
      )
    const criteria = { ...(yield* selectionOf(flags)), status }
    const limit = yield* numberOf("limit", flags.limit, { minimum: 1, maximum: 10_000, whole: true })
    const after = yield* given("after", flags.after)
    yield* withSystem(["failuresTableName"], (system) =>
      Effect.gen(function* () {
        const page = yield* findFailures(criteria, { limit, after }).pipe(
          Effect.catchTag("InvalidPage", (error) => Effect.fail(refuse(`--after: ${error.message}`)))
        )
        if (page.failures.length === 0) yield* refuseUnknownClass(system, criteria.class)
        yield* session.print(json ? JSON.stringify(page) : failuresText(page, session))
      })
    )
  })
).pipe(
  Command.withDescription(
    described([
      "Lists failures, newest first, a page at a time. Everything given has to match.",
      `Statuses: ${choices.slice(0, 6).join(", ")},`,
      `${choices.slice(6).join(", ")}. Needs the reader's policy.`
    ])
  ),
  Command.withShortDescription("List failures"),
  Command.withExamples([
    { command: "resilient-queue failures --class AuthFailure --from 2026-01-31" },
    { command: "resilient-queue failures --status all --json --limit 1000" }
  ])
)
