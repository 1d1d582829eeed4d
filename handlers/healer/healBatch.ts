/** A batch of DLQ messages: read all of it, then act on each, so that no message's trouble reaches its neighbours. */
import { Effect, Exit } from "effect"
import { messageOf } from "../consumer/Message.ts"
import type { SqsBatchResponse, SqsEvent } from "../consumer/SqsEvent.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { Breaker } from "../recovery/breaker.ts"
import { ruleOf } from "../recovery/plan.ts"
import { readDeadLetter } from "./DeadLetterMessage.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { type Handled, hide, leave } from "./Outcome.ts"
import { concurrency, type HealerServices, healRound, type ReadMessage } from "./round.ts"
import { passWaiting, waitingOf } from "./waiting.ts"

export type { HealerServices } from "./round.ts"

/** Messages that must be handled one after another: a FIFO group, or the same lineage twice. */
const lanes = (batch: ReadonlyArray<ReadMessage>, fifo: boolean): ReadonlyArray<ReadonlyArray<ReadMessage>> => [
  ...Map.groupBy(batch, ({ message }) => (fifo ? (message.messageGroupId ?? "") : message.lineageId)).values()
]

/**
 * Handles lanes, each in its order: the first message of every lane, then the second ones, which ask when it is their turn. On
 * a FIFO queue, once a message stays, those behind it stay too. Succeeds with the ids of those that stay.
 */
const healLanes = Effect.fnUntraced(function* (
  separate: ReadonlyArray<ReadonlyArray<ReadMessage>>,
  seen: Map<string, Breaker>,
  fifo: boolean
) {
  const left: Array<string> = []
  let remaining = separate
  while (remaining.length > 0) {
    const outcomes = yield* healRound(
      remaining.flatMap((lane) => lane.slice(0, 1)),
      seen
    )
    const handled: Array<Handled> = []
    remaining = remaining.flatMap(([first, ...behind]) => {
      if (first === undefined) return []
      const outcome = outcomes.get(first) ?? leave(undefined)
      // Not longer than the one before them: SQS gives out nothing of a group of which anything is in flight.
      const blocked = fifo && outcome._tag === "Leave"
      for (const { message } of blocked ? [first, ...behind] : [first]) handled.push({ message, outcome })
      return blocked || behind.length === 0 ? [] : [behind]
    })
    yield* hide(handled)
    for (const { message, outcome } of handled) if (outcome._tag === "Leave") left.push(message.messageId)
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
  const batch = readings.map(({ message, read }, index): ReadMessage => {
    const isolates = Exit.isSuccess(read) && ruleOf(config.policy, read.value.failed.class).action === "isolate"
    return { message, read, position: isolates ? isolated++ : 0, sender: `${sender}#${index}` }
  })
  const seen = new Map<string, Breaker>()
  const healing = Effect.gen(function* () {
    const waiting = batch.flatMap(({ read, sender }) =>
      Exit.isSuccess(read) ? (waitingOf(read.value, config, sender) ?? []) : []
    )
    const passed = yield* passWaiting(waiting, seen)
    const passedBy = batch.flatMap(({ message }): ReadonlyArray<Handled> => {
      const outcome = passed.get(message.receiptHandle)
      return outcome === undefined || outcome._tag === "Archive" ? [] : [{ message, outcome }]
    })
    yield* hide(passedBy)
    const separate = lanes(
      batch.flatMap((each) => {
        const outcome = passed.get(each.message.receiptHandle)
        if (outcome === undefined) return [each]
        return outcome._tag === "Archive" ? [{ ...each, over: outcome }] : []
      }),
      config.fifo
    )
    const left = yield* healLanes(separate, seen, config.fifo)
    return [
      ...left,
      ...passedBy.flatMap(({ message, outcome }) => (outcome._tag === "Leave" ? [message.messageId] : []))
    ]
  })
  const left = yield* healing.pipe(
    Effect.ensuring(
      Effect.andThen(
        Effect.suspend(() => metrics.breakers(seen)),
        metrics.flush
      )
    )
  )
  return { batchItemFailures: left.map((itemIdentifier) => ({ itemIdentifier })) }
})
