/** `drain-parking`: parked messages go back to the dead-letter queue, where the healer starts anew. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { type DrainProgress, drainParking as drain } from "../../handlers/operations/drainParking.ts"
import { readQueues } from "../../handlers/operations/systemStatus.ts"
import { byOf, needed, numberOf, switched, text } from "../flags.ts"
import { progressReport } from "../progress.ts"
import { refuse } from "../Refusal.ts"
import { root } from "../root.ts"
import { Session } from "../Session.ts"
import { withSystem } from "../target/withSystem.ts"
import { described } from "../text/described.ts"
import { drainText, wouldDrainText } from "../text/operatorText.ts"

/** `drain-parking`. */
export const drainParking = Command.make(
  "drain-parking",
  {
    limit: text("limit", "N", "At most so many"),
    rate: text("rate", "N", "At most N messages a second (5)"),
    by: text("by", "NAME", "Who sends them back; kept in the history of each message"),
    reason: text("reason", "TEXT", "Why; kept in the history of each message"),
    dryRun: switched("dry-run", "Say how many there are, and send nothing")
  },
  Effect.fn(function* (flags) {
    const { json } = yield* root
    const session = yield* Session
    const limit = yield* numberOf("limit", flags.limit, { minimum: 1, maximum: 1_000_000, whole: true })
    const messagesPerSecond = yield* numberOf("rate", flags.rate, { minimum: 0.01, maximum: 1000 })
    const by =
      (yield* byOf(flags.by)) ??
      (flags.dryRun ? "" : yield* refuse("--by is missing: who sends a message back is recorded."))
    const reason = flags.dryRun ? "" : yield* needed("reason", flags.reason, "why a message is sent back is recorded")
    yield* withSystem(["parkingQueueUrl", "deadLetterQueueUrl", "failuresTableName"], ({ outputs }) =>
      Effect.gen(function* () {
        const { parkingQueueUrl = "", deadLetterQueueUrl = "" } = outputs
        if (flags.dryRun) {
          const [parking] = yield* readQueues({ parking: parkingQueueUrl })
          const parked = parking === undefined ? 0 : parking.visible + parking.inFlight + parking.delayed
          return yield* session.print(json ? JSON.stringify({ parked }) : wouldDrainText(parked))
        }
        const report = yield* progressReport
        let progress: DrainProgress | undefined
        const onProgress = (next: DrainProgress): void => {
          progress = next
          report({ done: next.sent, of: Math.min(next.parked, limit ?? next.parked), text: drainText(next) })
        }
        const request = { parkingQueueUrl, deadLetterQueueUrl, by, reason, limit, messagesPerSecond, onProgress }
        const summary = yield* drain(request).pipe(
          Effect.ensuring(Effect.sync(report.end)),
          Effect.onInterrupt(() =>
            session.note(
              `Interrupted${progress === undefined ? " before anything was sent" : `. ${drainText(progress)}`} Type the same command again for the rest.`
            )
          )
        )
        yield* session.print(json ? JSON.stringify(summary) : drainText(summary))
      })
    )
  })
).pipe(
  Command.withDescription(
    described([
      "Sends back to the dead-letter queue what the healer gave up on, once the cause is",
      "mended; what is parked again meanwhile stays. Each message is noted in the ledger,",
      "sent, and only then deleted. On a FIFO queue it keeps its group. Ctrl-C finishes the",
      "message in hand; type the same command again for the rest, after two minutes at most.",
      "Needs the operator's policy."
    ])
  ),
  Command.withShortDescription("Send parked messages back to the healer"),
  Command.withExamples([
    { command: "resilient-queue drain-parking --dry-run" },
    { command: "resilient-queue drain-parking --by Ada --reason 'the table is back' --rate 20" }
  ])
)
