/** `completion`: a script that completes commands and flags in a shell. */
import { Effect } from "effect"
import { Argument, Command, Completions } from "effect/cli"
import { Session } from "../Session.ts"
import { described } from "../text/described.ts"

/** `completion`, which knows the command line that it is a part of. */
export const completionOf = (commandLine: () => Command.Command.Any) =>
  Command.make(
    "completion",
    {
      shell: Argument.Literals("shell", ["bash", "zsh", "fish", "powershell"]).pipe(
        Argument.withDescription("bash, zsh, fish or powershell")
      )
    },
    Effect.fn(function* ({ shell }) {
      const session = yield* Session
      const script = Completions.generate("resilient-queue", shell, Completions.fromCommand(commandLine()))
      // The library's remark on its installation names a flag where we have a command.
      yield* session.print(
        script.replaceAll(`resilient-queue --completions ${shell}`, `resilient-queue completion ${shell}`)
      )
    })
  ).pipe(
    Command.withDescription(
      described([
        "Prints a script that completes commands and flags. For a program that npx starts,",
        "complete an alias or a link of that name."
      ])
    ),
    Command.withShortDescription("Completion for a shell"),
    Command.withExamples([
      { command: "resilient-queue completion bash > ~/.local/share/bash-completion/completions/resilient-queue" }
    ])
  )
