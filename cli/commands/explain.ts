/** `explain`: which class, by which rule, why, and what happens next. */
import { Clock, Effect, Option, Result } from "effect"
import { Argument, Command } from "effect/cli"
import { lineageIdPattern } from "../../handlers/failure/Evidence.ts"
import { type Explanation, explainItem, explainText } from "../../handlers/operations/explainFailure.ts"
import { findLineage } from "../../handlers/operations/findLineage.ts"
import { readArchived } from "../../handlers/operations/showFailure.ts"
import { decodeRecoveryPolicy } from "../../handlers/recovery/recoveryPolicyCodec.ts"
import { switched } from "../flags.ts"
import { Refusal, refuse } from "../Refusal.ts"
import { readText } from "../readInput.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { findSystem, type System } from "../target/findSystem.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { explanationText } from "../text/explainText.ts"
import { unknownMessage } from "./show.ts"

/** The policy of a system, where its outputs name it, else the default one. */
const policyOf = ({ outputs, name }: Pick<System, "outputs" | "name">) => {
  const decoded = decodeRecoveryPolicy(outputs.recoveryPolicy)
  return Result.isSuccess(decoded)
    ? Effect.succeed(decoded.success)
    : Effect.fail(new Refusal({ message: `The output recoveryPolicy of ${name} cannot be read: ${decoded.failure}` }))
}

/** An id has neither blanks nor the look of an error code: those are explained as texts. */
const looksLikeId = (text: string): boolean =>
  lineageIdPattern.test(text) && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)

/** `explain`. */
export const explain = Command.make(
  "explain",
  {
    subject: Argument.String("text or id").pipe(
      Argument.withDescription("An error text, or the id of a failed message; without one: standard input"),
      Argument.optional
    ),
    id: switched("id", "It is a lineage id or correlation id, though it does not look like a UUID")
  },
  Effect.fn(function* ({ subject, id }) {
    const { json, ...flags } = yield* root
    const session = yield* Session
    const print = (explained: Explanation) =>
      session.print(json ? JSON.stringify(explained) : explanationText(explained, session))
    const text = Option.isSome(subject) ? subject.value : yield* readText
    if (text.trim() === "") return yield* refuse("There is nothing to explain: give an error text or an id.")
    if (id || looksLikeId(text))
      return yield* withSystem(["failuresTableName", "archiveBucketName"], (system) =>
        Effect.gen(function* () {
          const item = yield* findLineage(text)
          if (item === undefined) return yield* unknownMessage(text)
          const { message } = item.failure === undefined ? yield* readArchived(item) : { message: undefined }
          yield* print(explainItem(item, message, yield* policyOf(system)))
        })
      )
    // A text needs no system: without one, the default policy answers, and it says so.
    const system = yield* Effect.option(findSystem(flags))
    const asked = Option.isSome(flags.outputs) || Option.isSome(flags.stack) || Option.isSome(flags.queue)
    if (asked && Option.isNone(system)) yield* findSystem(flags)
    const own = Option.filter(system, ({ outputs }) => outputs.recoveryPolicy !== undefined)
    const policy = yield* policyOf(Option.getOrElse(own, () => ({ name: "", outputs: {} })))
    if (Option.isNone(own))
      yield* session.note("By the default recovery policy: no output `recoveryPolicy` names another one.")
    yield* print(explainText(text, policy, yield* Clock.currentTimeMillis))
  })
).pipe(
  Command.withDescription(
    described([
      "Which class a failure has, which rule of the classifier decided and what it goes by,",
      "what the recovery policy does about it, and what happens next. The subject is an",
      "error text, a JSON error document, the evidence of a message, or the id of a failed",
      "message. The policy is the stack's, where its output recoveryPolicy names it."
    ])
  ),
  Command.withShortDescription("Which class, which rule, why, what next"),
  Command.withExamples([
    { command: "resilient-queue explain 'connect ECONNREFUSED 10.0.0.1:443'" },
    { command: "resilient-queue explain cf4cb2e7-59d6-450c-be45-9ffde80c51fa" }
  ])
)
