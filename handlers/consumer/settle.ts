/**
 * Acts on the outcomes of a batch, once all of it is classified: send before delete, delay before retry, confirm before
 * success. What is finished is noted as soon as it is; all other messages are received again, so that it may be cut short
 * anywhere.
 */
import { Cause, Effect, Exit, Random } from "effect"
import type { Sqs } from "../aws/Sqs.ts"
import type { FailureRecord } from "../failure/Evidence.ts"
import type { FailureLedger } from "../ledger/FailureLedger.ts"
import type { Metrics } from "../observability/Metrics.ts"
import { actOn } from "./actOn.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import { type Action, type Ahead, decideSettlement, isPlain } from "./decideSettlement.ts"
import type { FailureSituation } from "./failureOf.ts"
import type { Message } from "./Message.ts"
import type { Outcome } from "./outcome.ts"
import { recordProcessed } from "./recordProcessed.ts"
import { runUntil } from "./runUntil.ts"

/** What an invocation has settled so far. */
export interface Settled {
  /** The messages that may be deleted from the main queue, by receipt handle. */
  readonly finished: Set<string>
  /** What became of each message group so far; FIFO queues only. */
  readonly groups: Map<string, Ahead>
}

/** Where outcomes are settled. */
export interface Settling {
  readonly settled: Settled
  readonly situation: Omit<FailureSituation, "receiveCount">
  /** How many requests run at once. */
  readonly concurrency: number
  /** When settling ends, epoch milliseconds. */
  readonly endsAt: number
}

/** What acting on outcomes needs. */
export type SettleServices = ConsumerSettings | FailureLedger | Metrics | Sqs

const groupOf = ({ messageGroupId, messageId }: Message): string => messageGroupId ?? messageId

/** How long each dependency asked to be left alone, in seconds. */
const waitsOf = (failures: ReadonlyArray<FailureRecord>): ReadonlyMap<string, number> => {
  const waits = new Map<string, number>()
  for (const { dependency, retryAfterSeconds } of failures) {
    if (dependency === undefined || retryAfterSeconds === undefined) continue
    waits.set(dependency, Math.max(waits.get(dependency) ?? 0, retryAfterSeconds))
  }
  return waits
}

/** What is settled side by side: all of a standard queue, one message of each group of a FIFO queue. */
const roundsOf = (outcomes: ReadonlyArray<Outcome>, fifo: boolean): ReadonlyArray<ReadonlyArray<Outcome>> => {
  if (!fifo) return [outcomes]
  const rounds: Array<Array<Outcome>> = []
  const depths = new Map<string, number>()
  for (const outcome of outcomes) {
    const group = groupOf(outcome.message)
    const depth = depths.get(group) ?? 0
    depths.set(group, depth + 1)
    const round = rounds[depth]
    if (round === undefined) rounds.push([outcome])
    else round.push(outcome)
  }
  return rounds
}

/** What is ahead of the next message of a group, after this action. */
const aheadAfter = (action: Action, finished: boolean): Ahead | undefined => {
  if (!finished) return { stays: true, delaySeconds: "delaySeconds" in action ? action.delaySeconds : undefined }
  // What stopped the group has left the queue.
  return action._tag === "DeadLetter" ? { stays: false, delaySeconds: 0 } : undefined
}

const settleEach = Effect.fnUntraced(function* (outcomes: ReadonlyArray<Outcome>, settling: Settling) {
  const { settled, situation, concurrency } = settling
  const { fifo, maxReceiveCount, rules } = yield* ConsumerSettings
  const dependencyWaits = waitsOf(outcomes.flatMap((each) => (each._tag === "Failed" ? [each.failure] : [])))
  for (const round of roundsOf(outcomes, fifo)) {
    const actions: Array<Action> = []
    for (const outcome of round) {
      const ahead = fifo ? settled.groups.get(groupOf(outcome.message)) : undefined
      const random = outcome._tag === "Failed" ? yield* Random.next : 0
      actions.push(decideSettlement(outcome, { rules, maxReceiveCount, dependencyWaits, ahead, random, situation }))
    }
    yield* actOn(actions, settled.finished, concurrency)
    if (!fifo) continue
    for (const action of actions) {
      const group = groupOf(action.message)
      const ahead = aheadAfter(action, settled.finished.has(action.message.receiptHandle))
      if (ahead !== undefined && settled.groups.get(group)?.stays !== true) settled.groups.set(group, ahead)
    }
  }
})

const settleInTime = Effect.fnUntraced(function* (outcomes: ReadonlyArray<Outcome>, settling: Settling) {
  const { exit } = yield* runUntil(settleEach(outcomes, settling), settling.endsAt)
  if (exit !== undefined && Exit.isSuccess(exit)) return
  const unsettled = outcomes.filter(({ message }) => !settling.settled.finished.has(message.receiptHandle))
  yield* Effect.logError("the batch could not be settled in time: what was not is received again").pipe(
    Effect.annotateLogs({
      messages: unsettled.length,
      ...(exit === undefined ? {} : { defect: Cause.pretty(exit.cause).slice(0, 4000) })
    })
  )
})

/** Acts on the outcomes of records that ran, as long as there is time. Never fails. */
export const settle = (
  outcomes: ReadonlyArray<Outcome>,
  settling: Settling
): Effect.Effect<void, never, SettleServices> => {
  const { finished, groups } = settling.settled
  if (groups.size > 0 || !outcomes.every(isPlain)) return settleInTime(outcomes, settling)
  // Most batches: every record was handled, and nobody waits for word of any.
  const messages = outcomes.map(({ message }) => message)
  return Effect.map(recordProcessed(messages), () => {
    for (const { receiptHandle } of messages) finished.add(receiptHandle)
  })
}
