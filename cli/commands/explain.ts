/** `explain`: which class, by which rule, why, and what happens next. */
import { Clock, Effect, Option } from "effect"
import { Argument, Command } from "effect/cli"
import { lineageIdPattern } from "../../handlers/failure/Evidence.ts"
import { type Explanation, explainItem, explainText } from "../../handlers/operations/explainFailure.ts"
import { findLineage } from "../../handlers/operations/findLineage.ts"
import { readArchived } from "../../handlers/operations/showFailure.ts"
import { switched } from "../flags.ts"
import { refuse } from "../Refusal.ts"
import { readText } from "../readInput.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { findSystem, type System } from "../target/findSystem.ts"
import { policyOf } from "../target/policy.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { explanationText } from "../text/explainText.ts"
import { unknownMessage } from "./show.ts"

/** Nobody fails with a UUID: where the ledger does not know it, that is the answer. */
const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)

/** The explanation of the message with this id; `undefined` where the ledger knows none. */
const explainId = Effect.fnUntraced(function* (id: string, system: System) {
  const item = yield* findLineage(id)
  if (item === undefined) return undefined
  const { message } = item.failure === undefined ? yield* readArchived(item) : { message: undefined }
  return explainItem(item, message, yield* policyOf(system))
})

const neededForIds = ["failuresTableName", "archiveBucketName"] as const

/** One word may be an id or an error code: the ledger is asked first, where there is one and it answers. */
const asMessage = Effect.fnUntraced(function* (text: string, system: Option.Option<System>) {
  if (!lineageIdPattern.test(text) || Option.isNone(system)) return undefined
  if (neededForIds.some((name) => system.value.outputs[name] === undefined)) return undefined
  const found = yield* Effect.option(withSystem(neededForIds, (known) => explainId(text, known)))
  return Option.getOrUndefined(found)
})

/** `explain`. */
export const explain = Command.make(
  "explain",
  {
    subject: Argument.String("text or id").pipe(
      Argument.withDescription("An error text, or the id of a failed message; without one: standard input"),
      Argument.optional
    ),
    id: switched("id", "It is a lineage id or correlation id, and no error text")
  },
  Effect.fn(function* ({ subject, id }) {
    const { json, ...flags } = yield* root
    const session = yield* Session
    const print = (explained: Explanation) =>
      session.print(json ? JSON.stringify(explained) : explanationText(explained, session))
    const text = Option.isSome(subject) ? subject.value : yield* readText
    if (text.trim() === "") return yield* refuse("There is nothing to explain: give an error text or an id.")
    if (id || isUuid(text))
      return yield* withSystem(neededForIds, (system) =>
        Effect.gen(function* () {
          const explained = yield* explainId(text, system)
          return explained === undefined ? yield* unknownMessage(text) : yield* print(explained)
        })
      )
    // A text needs no system: without one, the default policy answers, and it says so.
    const system = yield* Effect.option(findSystem(flags))
    const asked =
      Option.isSome(flags.outputs) ||
      Option.isSome(flags.stack) ||
      Option.isSome(flags.instance) ||
      Option.isSome(flags.queue)
    if (asked && Option.isNone(system)) yield* findSystem(flags)
    const failed = Option.isSome(subject) ? yield* asMessage(text, system) : undefined
    if (failed !== undefined) return yield* print(failed)
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
      "message: one word is looked up in the ledger first. The policy is the stack's, where",
      "its output recoveryPolicy names it."
    ])
  ),
  Command.withShortDescription("Which class, which rule, why, what next"),
  Command.withExamples([
    { command: "resilient-queue explain 'connect ECONNREFUSED 10.0.0.1:443'" },
    { command: "resilient-queue explain cf4cb2e7-59d6-450c-be45-9ffde80c51fa" }
  ])
)
