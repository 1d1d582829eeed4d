/** Tries the records of a batch, or of a part of it, and settles what became of them. */
import { Effect, Result } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { type BadPayload, DependencyFailure, type ValidationError } from "../failure/errors.ts"
import { setAsideUntried } from "./breakerGuard.ts"
import { type Invocation, settlingNow, situationNow } from "./Invocation.ts"
import type { Message, RecordContext } from "./Message.ts"
import type { Outcome } from "./outcome.ts"
import { runRecords } from "./runRecords.ts"
import { settle } from "./settle.ts"

/** Handles one decoded message. */
export type Process<A, E, R> = (value: A, record: RecordContext) => Effect.Effect<unknown, E, R>

/** Why a message was not handled, beside what `process` fails with. */
type NotHandled = AwsError | BadPayload | DependencyFailure | ValidationError

/**
 * Runs these records, tells the circuit breakers, and acts on what became of them.
 *
 * @param sequences run side by side; the records of one run one after the other
 */
export const tryRecords = Effect.fnUntraced(function* <A, E, R>(
  invocation: Invocation<A, R>,
  process: Process<A, E, R>,
  sequences: ReadonlyArray<ReadonlyArray<Message>>
) {
  const { bodies, concurrency, deadline, endsAt, guard, lookups, settings, situation } = invocation
  /** Records that were not tried, with the dependency that kept them from it, by receipt handle. */
  const refused = new Map<string, string>()

  const tryOne = (message: Message, value: A): Effect.Effect<unknown, E | NotHandled, R> => {
    const dependency = guard.blocking(message)
    if (dependency !== undefined) {
      refused.set(message.receiptHandle, dependency)
      return Effect.fail(new DependencyFailure({ reason: "not tried", dependency }))
    }
    return process(value, {
      messageId: message.messageId,
      lineageId: message.lineageId,
      receiveCount: message.receiveCount,
      healAttempts: message.evidence?.healAttempts ?? 0,
      attributes: message.attributes,
      messageGroupId: message.messageGroupId,
      sentAt: message.sentAt,
      deadline,
      requestId: situation.requestId
    })
  }

  const handle = (message: Message): Effect.Effect<unknown, E | NotHandled, R> => {
    const lookup = lookups.get(message.receiptHandle)
    // Without the count of its heals the message could be healed for ever: try again later.
    return lookup !== undefined && Result.isFailure(lookup)
      ? Effect.fail(lookup.failure)
      : Effect.flatMapEager(bodies.valueOf(message), (value) => tryOne(message, value))
  }

  const messages = sequences.flat()
  yield* bodies.open(messages, concurrency, deadline)
  yield* guard.look(messages)
  const redactPaths = settings.redactPaths ?? []
  const ran = yield* runRecords({ handle, sequences, concurrency, deadline, situation, redactPaths })
  const here = situationNow(invocation)
  const tried: ReadonlyArray<Outcome> =
    refused.size === 0
      ? ran
      : ran.map((outcome) => {
          const { message } = outcome
          const dependency = refused.get(message.receiptHandle)
          return dependency === undefined || outcome._tag !== "Failed"
            ? outcome
            : setAsideUntried(message, dependency, { ...here, receiveCount: message.receiveCount })
        })
  const outcomes = yield* guard.learn(tried, here, endsAt)
  yield* settle(outcomes, settlingNow(invocation))
})
