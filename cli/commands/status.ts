/** `status`: depths, breakers, groups of failures, and whether anything is lost. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { systemStatus } from "../../handlers/operations/systemStatus.ts"
import { switched } from "../flags.ts"
import { exitCodes } from "../Refusal.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { queueUrlsOf } from "../target/systemOutputs.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { statusText } from "../text/statusText.ts"

/** `status`. */
export const status = Command.make(
  "status",
  {
    exitCode: switched("exit-code", "Exit with 3 when something needs a person"),
    verbose: switched("verbose", "Each queue, the next step of each group, and what cannot be known")
  },
  Effect.fn(function* ({ exitCode, verbose }) {
    const { json } = yield* root
    const session = yield* Session
    yield* withSystem(["failuresTableName"], (system) =>
      Effect.gen(function* () {
        const found = yield* systemStatus({ queues: queueUrlsOf(system.outputs) })
        yield* session.print(
          json
            ? JSON.stringify({ system: system.name, ...found })
            : statusText(found, system.name, { ...session, verbose })
        )
        if (exitCode && found.needsPerson.length > 0) yield* session.exitWith(exitCodes.person)
      })
    )
  })
).pipe(
  Command.withDescription(
    described([
      "In the first line: how many messages need a person, where the others stand, whether",
      "anything is lost, which circuit breakers are open. Then what failed, in groups, with",
      "the command to type. What needs a person: messages that await an operator, parked",
      "messages, and a possible loss. Needs the reader's policy."
    ])
  ),
  Command.withShortDescription("Does anything need you, and is anything lost?"),
  Command.withExamples([
    { command: "resilient-queue status" },
    {
      command: "resilient-queue status --stack prod --exit-code",
      description: "In a script: 3 when a person is needed"
    }
  ])
)
