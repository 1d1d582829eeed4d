/** The command that all others belong to, with the flags that all of them take. */
import { Command, Flag } from "effect/cli"
import { text } from "./flags.ts"
import { described } from "./text/described.ts"

/** Which system, and how to answer. */
export const root = Command.make("resilient-queue").pipe(
  Command.withSharedFlags({
    json: Flag.Boolean("json").pipe(
      Flag.withoutNegation,
      Flag.withDefault(false),
      Flag.withDescription("One JSON document on standard output (classify: JSON lines)")
    ),
    outputs: text("outputs", "FILE", "Stack outputs, as `pulumi stack output --json` writes them"),
    stack: text("stack", "NAME", "Ask Pulumi for this stack's outputs"),
    instance: text("instance", "PORT", "The running instance whose console, API or AWS has this port (the newest)"),
    queue: text("queue", "PREFIX", "Which queue, where the outputs have several: invoices for invoicesQueueUrl")
  }),
  Command.withDescription(
    described([
      "What failed, why, is anything lost, and what to do about it.",
      "",
      "Which system: --outputs, else --stack, else --instance, else the newest running",
      "instance of the embedded AWS in this checkout, else the Pulumi stack that is",
      "selected here.",
      "",
      "Exit codes: 0 done, 1 failed (reconcile: discrepancies), 2 the arguments make no",
      "sense, 3 somebody has to look, 4 reconcile could not look at everything,",
      "130 interrupted (Ctrl-C)."
    ])
  )
)
