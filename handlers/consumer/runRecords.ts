/**
 * Runs the records of a batch and says what became of each. One deadline a batch: a fibre and a timer a record would
 * cost half of the warm time. Nothing is done about failures here: the whole batch is classified first.
 */
import { Cause, Clock, Effect, type Fiber, Result } from "effect"
import { redactSecrets } from "../failure/redact.ts"
import { bodyRedactor } from "../failure/redaction.ts"
import type { RedactPath } from "../failure/redactPath.ts"
import { type FailureSituation, failureOf, ownFailure } from "./failureOf.ts"
import type { Message } from "./Message.ts"
import type { Outcome } from "./outcome.ts"
import { runUntil } from "./runUntil.ts"

/** What running records needs to know. */
export interface RunOptions<E, R> {
  /** Decodes and processes one record. */
  readonly handle: (message: Message) => Effect.Effect<unknown, E, R>
  /** Sequences that run side by side. */
  readonly sequences: ReadonlyArray<ReadonlyArray<Message>>
  /** How many sequences run at once. */
  readonly concurrency: number
  /** When what still runs is interrupted, and not waited for; epoch milliseconds. */
  readonly deadline: number
  /** What failure records say of the situation, beside time and receive count. */
  readonly situation: Omit<FailureSituation, "at" | "receiveCount" | "redact">
  /** What of a body is written down nowhere. */
  readonly redactPaths: ReadonlyArray<RedactPath>
}

/** How much of a foreign error enters the function's own log. */
const maxCauseLength = 4000

/** A defect with its stack. Even printing a foreign error may throw. */
const loggedCause = (cause: Cause.Cause<unknown>, redact: (text: string) => string): string | undefined => {
  const died = cause.reasons.find(Cause.isDieReason)
  if (died === undefined) return undefined
  return Result.getOrUndefined(
    Result.try(() => redactSecrets(redact(Cause.pretty(Cause.die(died.defect))).slice(0, maxCauseLength)))
  )
}

/** Runs records; the outcomes are in the order of the sequences. Never fails, whatever a record does. */
export const runRecords = <E, R>(options: RunOptions<E, R>): Effect.Effect<ReadonlyArray<Outcome>, never, R> =>
  Effect.flatMap(Clock.Clock, (clock) => {
    const run = { ...options, clock, outcomes: new Map<string, Outcome | "running">() }
    const sequences = Effect.forEach(options.sequences, (sequence) => runSequence(run, sequence), {
      concurrency: options.concurrency,
      discard: true
    })
    return Effect.flatMap(runUntil(sequences, options.deadline), ({ leftover }) => {
      const outcomes = outcomesOf(run)
      return leftover === undefined ? Effect.succeed(outcomes) : Effect.as(logLeftover(run, leftover), outcomes)
    })
  })

/**
 * Records that go on although they are interrupted: the function answers without them, so Lambda freezes them, and what is
 * left of them happens in a later invocation of this environment, or never. So there is a line for the beginning and the end of it.
 */
const logLeftover = Effect.fnUntraced(function* <E, R>(run: Run<E, R>, leftover: Fiber.Fiber<unknown>) {
  const messageIds = run.sequences
    .flat()
    .flatMap(({ messageId, receiptHandle }) => (run.outcomes.get(receiptHandle) === "running" ? [messageId] : []))
  yield* Effect.annotateLogs(
    Effect.logWarning("not all interrupted records have ended: a finalizer or an uninterruptible region goes on"),
    "messageIds",
    messageIds
  )
  const runHere = Effect.runForkWith(yield* Effect.context<never>())
  leftover.addObserver(() => {
    runHere(Effect.annotateLogs(Effect.logWarning("all interrupted records have ended now"), "messageIds", messageIds))
  })
})

/** A batch that runs. What is done for each record here is done without Effects of its own: they would be most of its time. */
interface Run<E, R> extends RunOptions<E, R> {
  readonly clock: Clock.Clock
  /** What became of each record that was begun, by receipt handle. */
  readonly outcomes: Map<string, Outcome | "running">
}

const situationOf = <E, R>(
  run: Run<E, R>,
  message: Message,
  at: number,
  redact?: (text: string) => string
): FailureSituation => ({ ...run.situation, receiveCount: message.receiveCount, at, redact })

const failed = <E, R>(run: Run<E, R>, message: Message, cause: Cause.Cause<unknown>): Outcome => {
  const redact = bodyRedactor(run.redactPaths, message.body)
  const failure = failureOf(cause, situationOf(run, message, run.clock.currentTimeMillisUnsafe(), redact))
  return { _tag: "Failed", message, failure, cause: loggedCause(cause, redact) }
}

const runOne = <E, R>(run: Run<E, R>, message: Message): Effect.Effect<Outcome, never, R> => {
  const finish = (outcome: Outcome): Outcome => {
    run.outcomes.set(message.receiptHandle, outcome)
    return outcome
  }
  run.outcomes.set(message.receiptHandle, "running")
  return Effect.matchCause(
    // Suspended, so that a `process` that throws instead of answering is contained as well.
    Effect.suspend(() => run.handle(message)),
    {
      onSuccess: () => finish({ _tag: "Processed", message }),
      onFailure: (cause) => finish(failed(run, message, cause))
    }
  )
}

const runInOrder = Effect.fnUntraced(function* <E, R>(run: Run<E, R>, sequence: ReadonlyArray<Message>) {
  for (const [index, message] of sequence.entries()) {
    const outcome = yield* runOne(run, message)
    if (outcome._tag === "Processed") continue
    for (const behind of sequence.slice(index + 1)) {
      run.outcomes.set(behind.receiptHandle, { _tag: "Untried", message: behind, why: "message-group" })
    }
    return
  }
})

const runSequence = <E, R>(run: Run<E, R>, sequence: ReadonlyArray<Message>): Effect.Effect<unknown, never, R> => {
  const [message, behind] = sequence
  return message !== undefined && behind === undefined ? runOne(run, message) : runInOrder(run, sequence)
}

/** What became of all records, now that none is waited for any more. */
const outcomesOf = <E, R>(run: Run<E, R>): ReadonlyArray<Outcome> => {
  const at = run.clock.currentTimeMillisUnsafe()
  return run.sequences.flat().map((message): Outcome => {
    const outcome = run.outcomes.get(message.receiptHandle)
    if (outcome === undefined) return { _tag: "Untried", message, why: "deadline" }
    if (outcome !== "running") return outcome
    const failure = ownFailure(
      { class: "Timeout", reason: "the function's time ran out while the record was handled" },
      situationOf(run, message, at)
    )
    return { _tag: "Failed", message, failure, cause: undefined }
  })
}
