/** `classify`: a failure a line on standard input, its class a line on standard output. */
import { Effect, Option, Schema, Stream } from "effect"
import { Command } from "effect/cli"
import { failureCode } from "../../handlers/failure/FailureClass.ts"
import { classifyAny } from "../../handlers/operations/explainFailure.ts"
import { inputLines } from "../readInput.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { described } from "../text/described.ts"
import { classifiedText } from "../text/explainText.ts"

const decodeLine = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Union([
      Schema.String,
      Schema.Struct({
        text: Schema.String,
        code: Schema.optionalKey(Schema.Union([Schema.String, Schema.Number]))
      })
    ])
  )
)

/** A line is a JSON string, an object with `text` and `code`, or the text itself. */
const classified = (line: string) => {
  const read = Option.getOrElse(decodeLine(line), () => line)
  const { text, code } = typeof read === "string" ? { text: read, code: undefined } : { code: undefined, ...read }
  const { class: name, rule, reason, dependency, retryAfterSeconds } = classifyAny(text, code?.toString())
  return {
    class: name,
    code: failureCode(name),
    rule,
    reason,
    ...(dependency === undefined ? {} : { dependency }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
  }
}

/** `classify`. */
export const classify = Command.make(
  "classify",
  {},
  Effect.fn(function* () {
    const { json } = yield* root
    const session = yield* Session
    if (session.inputIsTerminal)
      yield* session.note('A failure a line: a JSON string, {"text": …, "code": …}, or the text itself. Ctrl-D ends.')
    yield* Stream.runForEach(inputLines(session.input), (line) => {
      const answer = classified(line)
      return session.print(json ? JSON.stringify(answer) : classifiedText(answer, session.width))
    })
  })
).pipe(
  Command.withDescription(
    described([
      "Reads a failure a line from standard input and prints the class of each: code, rule",
      "and reason, or JSON lines with --json. A line is a JSON string, an object with text",
      "and (if known) code, evidence, or the error text itself. Needs no system."
    ])
  ),
  Command.withShortDescription("The class of each line of standard input"),
  Command.withExamples([
    { command: `echo '{"text":"deadlock detected","code":"40P01"}' | resilient-queue classify --json` }
  ])
)
