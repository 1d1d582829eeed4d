/** `show`: one failed message in full. */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { showFailure } from "../../handlers/operations/showFailure.ts"
import { switched } from "../flags.ts"
import { Refusal } from "../Refusal.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { detailText } from "../text/failuresText.ts"

/** Says that there is no such message, in one sentence. */
export const unknownMessage = (id: string): Refusal =>
  new Refusal({
    message: `The ledger knows no message with the lineage id or correlation id "${id}": it has not failed, or was forgotten 90 days after it was finished.`
  })

/** `show`. */
export const show = Command.make(
  "show",
  {
    id: Argument.String("id").pipe(Argument.withDescription("Lineage id or correlation id")),
    body: switched("body", "Show the body, as it is archived: personal data")
  },
  Effect.fn(function* ({ id, body }) {
    const { json } = yield* root
    const session = yield* Session
    yield* withSystem(body ? ["failuresTableName", "archiveBucketName"] : ["failuresTableName"], () =>
      Effect.gen(function* () {
        const detail = yield* showFailure(id, { body })
        if (detail === undefined) return yield* unknownMessage(id)
        yield* session.print(json ? JSON.stringify(detail) : detailText(detail, session))
      })
    )
  })
).pipe(
  Command.withDescription(
    described([
      "One failed message: its timeline, the evidence of its last failure, the link that",
      "opens its log, its archive key, and the next step. Found by its lineage id, or by",
      "its correlation id (an order id, say). Bodies are shown on request only, as they are",
      "archived: what is redacted stays so. Needs the reader's policy."
    ])
  ),
  Command.withShortDescription("One failed message in full"),
  Command.withExamples([
    { command: "resilient-queue show cf4cb2e7-59d6-450c-be45-9ffde80c51fa" },
    { command: "resilient-queue show O2 --body" }
  ])
)
