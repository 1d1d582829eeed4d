/** A batch of DLQ messages: read all of it, then act on each, so that no message's trouble reaches its neighbours. */
import { Clock, Effect, Exit, Random } from "effect"
import type { S3 } from "../aws/S3.ts"
import type { Sns } from "../aws/Sns.ts"
import type { Sqs } from "../aws/Sqs.ts"
import { type Message, messageOf } from "../consumer/Message.ts"
import type { SqsBatchResponse, SqsEvent } from "../consumer/SqsEvent.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { deadLetterOf } from "../ledger/transitions.ts"
import { Metrics } from "../observability/Metrics.ts"
import { ruleOf } from "../recovery/plan.ts"
import type { AlertWindow } from "./AlertWindow.ts"
import { alert, archive, logAct, requeue } from "./acts.ts"
import { type DeadLetterMessage, readDeadLetter } from "./DeadLetterMessage.ts"
import { decide } from "./decide.ts"
import { failedHandling } from "./failedHandling.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { changeVisibility, leave, type Outcome, remove } from "./Outcome.ts"

/** What the healer works with. */
export type HealerServices = HealerConfig | HealerLedger | AlertWindow | Metrics | Sqs | Sns | S3

/** How many messages are handled at a time: each takes a handful of calls that mostly wait. */
const concurrency = 5

/** Who was faster is through with it by then. */
const conflictSeconds = 5

interface ReadMessage {
  readonly message: Message
  readonly read: Exit.Exit<DeadLetterMessage, unknown>
  /** How many messages before it in the batch are being isolated too. */
  readonly position: number
}

const countReceived = Effect.fnUntraced(function* ({ failed }: DeadLetterMessage) {
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const item = yield* ledger.find(failed.lineageId)
  if (deadLetterOf(item, failed.messageId) === undefined)
    yield* metrics.count("DeadLettersReceived", { class: failed.class }, 1)
})

const act = Effect.fnUntraced(function* (deadLetter: DeadLetterMessage, position: number, sender: string) {
  const { policy, fifo: ordered, redriveDelays } = yield* HealerConfig
  const fifo = ordered || redriveDelays === false
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const { message, failed } = deadLetter
  yield* countReceived(deadLetter)
  const now = yield* Clock.currentTimeMillis
  const jitter = yield* Random.next
  const decision = yield* ledger.modify(
    failed.lineageId,
    decide(deadLetter, { policy, fifo, position, sender, now, jitter })
  )
  switch (decision._tag) {
    case "Settled": {
      if (decision.alertDue) yield* alert(deadLetter, decision.item)
      return remove
    }
    case "Busy": {
      yield* changeVisibility(message, decision.seconds)
      return leave(decision.seconds)
    }
    case "Hold": {
      const { visibilityTimeoutSeconds, why } = decision
      yield* changeVisibility(message, visibilityTimeoutSeconds)
      yield* metrics.count("Held", { class: failed.class }, 1)
      yield* logAct("A failed message is held in the dead-letter queue.", deadLetter, { visibilityTimeoutSeconds, why })
      return leave(visibilityTimeoutSeconds)
    }
    case "Send": {
      yield* requeue(deadLetter, decision)
      return remove
    }
    case "Store": {
      const item = yield* archive(deadLetter, decision)
      if (deadLetterOf(item, failed.messageId)?.alertDue === true) yield* alert(deadLetter, item)
      return remove
    }
  }
})

/** Handles one message, whatever happens: never fails, and never dies. */
const heal = (
  { message, read, position }: ReadMessage,
  sender: string
): Effect.Effect<Outcome, never, HealerServices> => {
  if (Exit.isFailure(read)) return failedHandling(message, undefined, read.cause)
  const deadLetter = read.value
  return act(deadLetter, position, sender).pipe(
    Effect.catchTag("LedgerConflict", () =>
      changeVisibility(message, conflictSeconds).pipe(Effect.as(leave(conflictSeconds)))
    ),
    Effect.catchCause((cause) => failedHandling(message, deadLetter, cause)),
    // Only a defect in the handling of failures itself gets here: the queue's own visibility timeout applies.
    Effect.catchCause((cause) => Effect.logFatal("The healer is broken.", cause).pipe(Effect.as(leave(0))))
  )
}

/** Messages that must be handled one after another: a FIFO group, or the same lineage twice. */
const lanes = (batch: ReadonlyArray<ReadMessage>, fifo: boolean): ReadonlyArray<ReadonlyArray<ReadMessage>> => [
  ...Map.groupBy(batch, ({ message }) => (fifo ? (message.messageGroupId ?? "") : message.lineageId)).values()
]

/** Handles a lane in order. On a FIFO queue, once a message stays, those behind it stay too. */
const healLane = Effect.fnUntraced(function* (lane: ReadonlyArray<ReadMessage>, sender: string, fifo: boolean) {
  const left: Array<string> = []
  let blocked: number | undefined
  for (const each of lane) {
    if (blocked !== undefined) {
      // Not longer than the one before it: SQS gives out nothing of a group of which anything is in flight.
      yield* changeVisibility(each.message, blocked)
      left.push(each.message.messageId)
      continue
    }
    const outcome = yield* heal(each, sender)
    if (outcome._tag === "Remove") continue
    left.push(each.message.messageId)
    if (fifo) blocked = outcome.visibilityTimeoutSeconds
  }
  return left
})

/**
 * Heals a batch.
 *
 * @param sender names this invocation, so that a repeated write is known from another healer's
 */
export const healBatch = Effect.fnUntraced(function* (
  event: SqsEvent,
  sender: string
): Effect.fn.Return<SqsBatchResponse, never, HealerServices> {
  const config = yield* HealerConfig
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const readings = yield* Effect.forEach(
    event.Records,
    (record) => {
      const message = messageOf(record)
      return readDeadLetter(message, config, ledger).pipe(
        Effect.exit,
        Effect.map((read) => ({ message, read }))
      )
    },
    { concurrency }
  )
  let isolated = 0
  const batch = readings.map(({ message, read }): ReadMessage => {
    const isolates = Exit.isSuccess(read) && ruleOf(config.policy, read.value.failed.class).action === "isolate"
    return { message, read, position: isolates ? isolated++ : 0 }
  })
  const left = yield* Effect.forEach(lanes(batch, config.fifo), (lane) => healLane(lane, sender, config.fifo), {
    concurrency
  }).pipe(Effect.ensuring(metrics.flush))
  return { batchItemFailures: left.flat().map((itemIdentifier) => ({ itemIdentifier })) }
})
