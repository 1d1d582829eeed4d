/** A batch of DLQ messages: read all of it, then act on each, so that no message's trouble reaches its neighbours. */
import { Cause, Clock, Effect, Exit, Random } from "effect"
import type { S3 } from "../aws/S3.ts"
import type { Sns } from "../aws/Sns.ts"
import type { Sqs } from "../aws/Sqs.ts"
import { type Message, messageOf } from "../consumer/Message.ts"
import type { SqsBatchResponse, SqsEvent } from "../consumer/SqsEvent.ts"
import type { Breakers } from "../ledger/Breakers.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { deadLetterOf } from "../ledger/transitions.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { Breaker } from "../recovery/breaker.ts"
import { ruleOf } from "../recovery/plan.ts"
import type { Archive } from "../recovery/RecoveryPlan.ts"
import type { AlertWindow } from "./AlertWindow.ts"
import { alert, archive, requeue } from "./acts.ts"
import { askBreakers, type Candidate } from "./askBreakers.ts"
import { type DeadLetterMessage, readDeadLetter } from "./DeadLetterMessage.ts"
import { decide } from "./decide.ts"
import { failedHandling } from "./failedHandling.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { heldCopy, hold } from "./hold.ts"
import { changeVisibility, leave, type Outcome, remove } from "./Outcome.ts"
import type { Verdict } from "./Verdict.ts"
import { passWaiting, waitingOf } from "./waiting.ts"

/** What the healer works with. */
export type HealerServices = HealerConfig | HealerLedger | Breakers | AlertWindow | Metrics | Sqs | Sns | S3

/** How many messages are handled at a time: each takes a handful of calls that mostly wait. */
const concurrency = 5

/** Who was faster is through with it by then. */
const conflictSeconds = 5

interface ReadMessage {
  readonly message: Message
  readonly read: Exit.Exit<DeadLetterMessage, unknown>
  /** How many messages before it in the batch are being isolated too. */
  readonly position: number
  /** Names the handling of this message: an invocation may be given the same one twice. */
  readonly sender: string
  /** Set where it has waited for its first try for too long. */
  readonly over?: Archive | undefined
}

/** A message that is known well enough to be acted on. */
interface Considered extends Candidate {
  readonly verdict: Verdict | undefined
}

/** What the ledger and the circuit breakers say of messages that are handled next; nothing of what could not be read. */
const consider = Effect.fnUntraced(function* (batch: ReadonlyArray<ReadMessage>, seen: Map<string, Breaker>) {
  const ledger = yield* HealerLedger
  const candidates = yield* Effect.forEach(
    batch.flatMap(({ read }) => (Exit.isSuccess(read) ? [read.value] : [])),
    Effect.fnUntraced(function* (deadLetter) {
      const known = yield* Effect.exit(ledger.find(deadLetter.failed.lineageId))
      return { deadLetter, known, jitter: yield* Random.next } satisfies Candidate
    }),
    { concurrency }
  )
  // What has waited for too long is not let through any more.
  const over = new Set(batch.flatMap((each) => (each.over === undefined ? [] : [each.message.receiptHandle])))
  const verdicts = yield* askBreakers(
    candidates.filter(({ deadLetter }) => !over.has(deadLetter.message.receiptHandle)),
    seen
  )
  return new Map(
    candidates.map((candidate): [string, Considered] => {
      const { receiptHandle } = candidate.deadLetter.message
      return [receiptHandle, { ...candidate, verdict: verdicts.get(receiptHandle) }]
    })
  )
})

const act = Effect.fnUntraced(function* (
  { deadLetter, known, jitter, verdict }: Considered,
  { position, sender, over }: Pick<ReadMessage, "position" | "sender" | "over">
) {
  const { policy, fifo: ordered, redriveDelays } = yield* HealerConfig
  const fifo = ordered || redriveDelays === false
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const { message, failed } = deadLetter
  if (over === undefined && deadLetterOf(yield* known, failed.messageId) === undefined)
    yield* metrics.count("DeadLettersReceived", { class: failed.class }, 1)
  const now = yield* Clock.currentTimeMillis
  const copies = !ordered && heldCopy(deadLetter, 1, 1).carriesEvidence
  const decision = yield* ledger.modify(
    failed.lineageId,
    decide(deadLetter, { policy, fifo, position, sender, verdict, over, copies, now, jitter })
  )
  switch (decision._tag) {
    case "Settled":
      return decision.alertDue ? yield* alert(deadLetter, decision.item, sender) : remove
    case "Superseded":
      return remove
    case "Busy": {
      yield* changeVisibility(message, decision.seconds)
      return leave(decision.seconds)
    }
    case "Keep":
      return yield* hold(deadLetter, decision)
    case "Send": {
      yield* requeue(deadLetter, decision, sender)
      return remove
    }
    case "Store": {
      const item = yield* archive(deadLetter, decision)
      const alertDue = deadLetterOf(item, failed.messageId)?.alertDue === true
      return alertDue ? yield* alert(deadLetter, item, sender) : remove
    }
  }
})

/** Handles one message, whatever happens: never fails, and never dies. */
const heal = (each: ReadMessage, considered: Considered | undefined): Effect.Effect<Outcome, never, HealerServices> => {
  const { message, read, sender, over } = each
  if (considered === undefined)
    return failedHandling(message, undefined, Exit.isFailure(read) ? read.cause : Cause.empty, sender)
  const { deadLetter } = considered
  return act(considered, each).pipe(
    Effect.catchTag("LedgerConflict", () =>
      changeVisibility(message, conflictSeconds).pipe(Effect.as(leave(conflictSeconds)))
    ),
    Effect.catchCause((cause) =>
      failedHandling(message, deadLetter, cause, sender, over === undefined ? "ledger" : "receives")
    ),
    // Only a defect in the handling of failures itself gets here: the queue's own visibility timeout applies.
    Effect.catchCause((cause) => Effect.logFatal("The healer is broken.", cause).pipe(Effect.as(leave(0))))
  )
}

/** Messages that must be handled one after another: a FIFO group, or the same lineage twice. */
const lanes = (batch: ReadonlyArray<ReadMessage>, fifo: boolean): ReadonlyArray<ReadonlyArray<ReadMessage>> => [
  ...Map.groupBy(batch, ({ message }) => (fifo ? (message.messageGroupId ?? "") : message.lineageId)).values()
]

/** Handles a lane in order. On a FIFO queue, once a message stays, those behind it stay too. */
const healLane = Effect.fnUntraced(function* (
  lane: ReadonlyArray<ReadMessage>,
  first: ReadonlyMap<string, Considered>,
  seen: Map<string, Breaker>,
  fifo: boolean
) {
  const left: Array<string> = []
  let blocked: number | undefined
  for (const each of lane) {
    if (blocked !== undefined) {
      // Not longer than the one before it: SQS gives out nothing of a group of which anything is in flight.
      yield* changeVisibility(each.message, blocked)
      left.push(each.message.messageId)
      continue
    }
    const { receiptHandle } = each.message
    // Those behind the first ask when it is their turn: until then it is open whether they get one.
    const considered = first.get(receiptHandle) ?? (yield* consider([each], seen)).get(receiptHandle)
    const outcome = yield* heal(each, considered)
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
    const separate = lanes(
      batch.flatMap((each) => {
        const outcome = passed.get(each.message.receiptHandle)
        if (outcome === undefined) return [each]
        return outcome._tag === "Archive" ? [{ ...each, over: outcome }] : []
      }),
      config.fifo
    )
    const first = yield* consider(
      separate.flatMap((lane) => lane.slice(0, 1)),
      seen
    )
    const left = yield* Effect.forEach(separate, (lane) => healLane(lane, first, seen, config.fifo), { concurrency })
    const waits = batch.filter(({ message }) => passed.get(message.receiptHandle)?._tag === "Leave")
    return [...left.flat(), ...waits.map(({ message }) => message.messageId)]
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
