/** The command line: from its arguments to its exit code. */
import { readFileSync } from "node:fs"
import { Cause, Effect, Exit, Layer, Logger, Schema } from "effect"
import { CliConfig, CliError, CliOutput, Command, GlobalFlag } from "effect/cli"
import { classify } from "./commands/classify.ts"
import { completionOf } from "./commands/completion.ts"
import { discard } from "./commands/discard.ts"
import { drainParking } from "./commands/drainParking.ts"
import { explain } from "./commands/explain.ts"
import { failures } from "./commands/failures.ts"
import { reconcile } from "./commands/reconcile.ts"
import { replay } from "./commands/replay.ts"
import { show } from "./commands/show.ts"
import { status } from "./commands/status.ts"
import { platform } from "./platform.ts"
import { exitCodes, Refusal, sentenceOf } from "./Refusal.ts"
import { root } from "./root.ts"
import { makeSession, Session, type SessionStreams } from "./Session.ts"
import { usageSentence } from "./usageText.ts"

/** All commands. */
export const commandLine = root.pipe(
  Command.withSubcommands([
    status,
    failures,
    show,
    explain,
    classify,
    replay,
    discard,
    drainParking,
    reconcile,
    completionOf((): Command.Command.Any => commandLine)
  ])
)

const decodePackage = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ version: Schema.String })))

const versionOf = (): string => decodePackage(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version

/** Help to standard output; what is wrong with arguments in one sentence to standard error. */
const presenter = (session: Session["Service"]) =>
  CliOutput.layerPresenter({
    present: (event) => {
      const formatter = CliOutput.defaultFormatter({ colors: session.outputIsTerminal && !session.noColor })
      switch (event._tag) {
        case "Help":
          return session.print(formatter.formatHelpDoc(event.helpDoc))
        case "Version":
          return session.print(`${event.name} ${event.version}`)
        case "InvalidInvocation": {
          const [error] = event.errors
          return session.note(
            `${error === undefined ? "The arguments make no sense." : usageSentence(error)}\nRun "${event.commandPath.join(" ")} --help".`
          )
        }
      }
    }
  })

/** What a command that failed says, and its exit code. */
const failed = (cause: Cause.Cause<unknown>): { readonly sentence?: string; readonly exitCode: number } => {
  if (Cause.hasInterruptsOnly(cause)) return { exitCode: exitCodes.interrupted }
  const error = Cause.squash(cause)
  // Shown already.
  if (CliError.isCliError(error) && error._tag === "ShowHelp")
    return { exitCode: error.errors.length === 0 ? exitCodes.done : exitCodes.usage }
  return error instanceof Refusal
    ? { sentence: error.message, exitCode: error.exitCode ?? exitCodes.failed }
    : { sentence: sentenceOf(error), exitCode: exitCodes.failed }
}

/**
 * Runs the command line; resolves with the exit code of the process. Rejects never.
 *
 * @param signal ends it in good order: what is in hand is finished
 */
export const runCommandLine = async (
  argv: ReadonlyArray<string>,
  streams: SessionStreams,
  signal: AbortSignal
): Promise<number> => {
  const session = makeSession(streams)
  const services = Layer.mergeAll(
    platform(streams),
    presenter(session),
    CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
    Layer.succeed(Session, session),
    // What programs log is for functions; a person is told in sentences.
    Logger.layer([])
  )
  const exit = await Effect.runPromiseExit(
    Command.runWith(commandLine, { version: versionOf() })([...argv]).pipe(Effect.provide(services)),
    { signal }
  )
  if (Exit.isSuccess(exit)) return session.exitCode()
  const { sentence, exitCode } = failed(exit.cause)
  if (sentence !== undefined) session.error(`${sentence}\n`)
  return signal.aborted ? exitCodes.interrupted : exitCode
}
