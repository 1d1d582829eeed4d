/**
 * Runs the records of a batch and says what became of each. One deadline a batch: a fibre and a timer a record would
 * cost half of the warm time. Nothing is done about failures here: the whole batch is classified first.
 */
import { Cause, Clock, Effect, Exit, Result } from "effect"
import { redactSecrets } from "../failure/redact.ts"
import { bodyRedactor } from "../failure/redaction.ts"
import type { RedactPath } from "../failure/redactPath.ts"
import { type FailureSituation, failureOf, ownFailure } from "./failureOf.ts"
import type { Message } from "./Message.ts"
import type { Outcome } from "./outcome.ts"

/** What running records needs to know. */
export interface RunOptions<E, R> {
  /** Decodes and processes one record. */
  readonly handle: (message: Message) => Effect.Effect<unknown, E, R>
  /** Sequences that run side by side. */
  readonly sequences: ReadonlyArray<ReadonlyArray<Message>>
  /** How many sequences run at once. */
  readonly concurrency: number
  /** When what still runs is interrupted, epoch milliseconds. */
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
export const runRecords = Effect.fnUntraced(function* <E, R>(options: RunOptions<E, R>) {
  const outcomes = new Map<string, Outcome | "running">()

  const situationOf = (message: Message, at: number, redact?: (text: string) => string): FailureSituation => ({
    ...options.situation,
    receiveCount: message.receiveCount,
    at,
    redact
  })

  const failed = (message: Message, cause: Cause.Cause<unknown>, at: number): Outcome => {
    const redact = bodyRedactor(options.redactPaths, message.body)
    const failure = failureOf(cause, situationOf(message, at, redact))
    return { _tag: "Failed", message, failure, cause: loggedCause(cause, redact) }
  }

  const runOne = Effect.fnUntraced(function* (message: Message) {
    outcomes.set(message.receiptHandle, "running")
    // Suspended, so that a `process` that throws instead of answering is contained as well.
    const exit = yield* Effect.exit(Effect.suspend(() => options.handle(message)))
    const at = yield* Clock.currentTimeMillis
    const outcome: Outcome = Exit.isSuccess(exit) ? { _tag: "Processed", message } : failed(message, exit.cause, at)
    outcomes.set(message.receiptHandle, outcome)
    return outcome
  })

  const runInOrder = Effect.fnUntraced(function* (sequence: ReadonlyArray<Message>) {
    for (const [index, message] of sequence.entries()) {
      const outcome = yield* runOne(message)
      if (outcome._tag === "Processed") continue
      for (const behind of sequence.slice(index + 1)) {
        outcomes.set(behind.receiptHandle, { _tag: "Untried", message: behind, why: "message-group" })
      }
      return
    }
  })

  const runSequence = (sequence: ReadonlyArray<Message>): Effect.Effect<unknown, never, R> => {
    const [message, ...behind] = sequence
    return message !== undefined && behind.length === 0 ? runOne(message) : runInOrder(sequence)
  }

  const remaining = options.deadline - (yield* Clock.currentTimeMillis)
  if (remaining > 0) {
    yield* Effect.forEach(options.sequences, runSequence, { concurrency: options.concurrency, discard: true }).pipe(
      Effect.timeoutOrElse({ duration: remaining, orElse: () => Effect.void })
    )
  }

  const at = yield* Clock.currentTimeMillis
  return options.sequences.flat().map((message): Outcome => {
    const outcome = outcomes.get(message.receiptHandle)
    if (outcome === undefined) return { _tag: "Untried", message, why: "deadline" }
    if (outcome !== "running") return outcome
    const failure = ownFailure(
      { class: "Timeout", reason: "the function's time ran out while the record was handled" },
      situationOf(message, at)
    )
    return { _tag: "Failed", message, failure, cause: undefined }
  })
})
