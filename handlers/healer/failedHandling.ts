/**
 * When the healer itself cannot handle a message: try again later, a bounded number of times, then the parking queue,
 * which is alarmed. The message leaves the DLQ only once the parking queue has accepted it.
 */
import { Cause, Clock, Effect, Random } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import { type Message, mayHaveKeptEvidence } from "../consumer/Message.ts"
import type { Evidence } from "../failure/Evidence.ts"
import { lineageOf } from "../failure/evidenceCodec.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { deadLetterOf, withError, withParked } from "../ledger/transitions.ts"
import { Metrics } from "../observability/Metrics.ts"
import { backoffSeconds } from "../recovery/backoff.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { leave, type Outcome, remove } from "./Outcome.ts"
import { outgoing } from "./outgoing.ts"

/** How often handling a message may fail before it is parked. */
const maxErrors = 5

/**
 * Where the ledger cannot say how often it failed, receives are counted instead: more of them, because holds are
 * receives too.
 */
const maxReceives = 20

/**
 * As many where its visibility alone holds a message, for days if it must, and the ledger may answer the next time: short of
 * the 100 after which SQS parks it without a word.
 */
const maxReceivesOfHeld = 90

/** About a quarter of an hour until a message is parked: long enough for a dependency's short outage. */
const errorBackoff = { baseSeconds: 60, factor: 2, capSeconds: 900 }

const park = Effect.fnUntraced(function* (
  message: Message,
  deadLetter: DeadLetterMessage | undefined,
  errors: number | undefined
) {
  const config = yield* HealerConfig
  const sqs = yield* Sqs
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const why = `The healer could not handle it, ${errors ?? message.receiveCount} times.`
  // Whoever brings it back from there brings back a message of its own, not a copy that holds another one's place.
  const { heldAs: _, ...evidence }: Evidence = message.evidence ?? {
    version: 1,
    lineageId: lineageOf(undefined, message.messageId),
    firstSeen: message.firstSeen,
    healAttempts: 0
  }
  const sent = outgoing(message, evidence, { fifo: config.fifo, send: `parked:${message.messageId}`, delaySeconds: 0 })
  yield* sqs.send(config.parkingQueueUrl, sent.message)
  yield* metrics.count("Parked", { class: deadLetter?.failed.class }, 1)
  yield* Effect.logError("A message was sent to the parking queue.").pipe(
    Effect.annotateLogs({ lineageId: message.lineageId, messageId: message.messageId, why })
  )
  if (deadLetter !== undefined) {
    const now = yield* Clock.currentTimeMillis
    // It is safe where it is, and the ledger may be what is broken.
    yield* ledger
      .modify(deadLetter.failed.lineageId, (item) => ({
        item: withParked(item, deadLetter.failed, { now, why }),
        answer: undefined
      }))
      .pipe(Effect.ignoreCause)
  }
  return remove
})

/** How often handling it has failed, this time included; `silent` where the ledger does not answer, `undefined` where it has no answer. */
const countError = Effect.fnUntraced(function* ({ failed }: DeadLetterMessage, sender: string) {
  const ledger = yield* HealerLedger
  return yield* ledger
    .modify(failed.lineageId, (item) => {
      const next = withError(item, failed, sender)
      return { item: next, answer: deadLetterOf(next, failed.messageId)?.errors }
    })
    .pipe(
      Effect.catchTag("LedgerItemUnreadable", () => Effect.succeed(undefined)),
      // Whatever is wrong with the ledger: the message is what counts now.
      Effect.catch(() => Effect.succeed("silent" as const)),
      Effect.catchCause(() => Effect.succeed(undefined))
    )
})

/**
 * What becomes of a message whose handling has failed: it is parked, or has to be hidden for a while. Never fails.
 *
 * @param countedBy `receives` for a message that the ledger is not to know of
 */
export const failedHandling = Effect.fnUntraced(function* (
  message: Message,
  deadLetter: DeadLetterMessage | undefined,
  cause: Cause.Cause<unknown>,
  sender: string,
  countedBy: "ledger" | "receives" = "ledger"
): Effect.fn.Return<Outcome, never, HealerConfig | HealerLedger | Metrics | Sqs> {
  const metrics = yield* Metrics
  yield* metrics.count("HealingErrors", { class: deadLetter?.failed.class }, 1)
  yield* Effect.logError("Handling a failed message has failed.", cause).pipe(
    Effect.annotateLogs({
      lineageId: message.lineageId,
      messageId: message.messageId,
      receiveCount: message.receiveCount
    })
  )
  const { fifo } = yield* HealerConfig
  // What could not even be read is of the ledger as well.
  const unread = deadLetter === undefined && Cause.hasFails(cause) ? "silent" : undefined
  const counted = deadLetter === undefined || countedBy === "receives" ? unread : yield* countError(deadLetter, sender)
  const errors = counted === "silent" ? undefined : counted
  const mayHaveBeenHeld = fifo || mayHaveKeptEvidence(message)
  const mostReceives = counted === "silent" && mayHaveBeenHeld ? maxReceivesOfHeld : maxReceives
  const parkNow = errors === undefined ? message.receiveCount >= mostReceives : errors >= maxErrors
  const visibilitySeconds = backoffSeconds(
    errorBackoff,
    errors ?? message.receiveCount,
    // Not sooner than half of it.
    (1 + (yield* Random.next)) / 2
  )
  if (!parkNow) return leave(visibilitySeconds)
  return yield* park(message, deadLetter, errors).pipe(
    Effect.catchCause((parkCause) =>
      Effect.as(Effect.logError("The parking queue did not take a message.", parkCause), leave(visibilitySeconds))
    )
  )
})
