/**
 * Acts on the outcomes of a batch, once all of it is classified: send before delete, delay before retry, confirm before
 * success. Answers which messages are finished; all others are to be received again.
 */
import { Clock, Effect, Random, Result } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { Sqs } from "../aws/Sqs.ts"
import type { FailureRecord } from "../failure/Evidence.ts"
import { failureCode } from "../failure/FailureClass.ts"
import { redactSecrets } from "../failure/redact.ts"
import type { FailureLedger } from "../ledger/FailureLedger.ts"
import { Metrics } from "../observability/Metrics.ts"
import { backoffSeconds } from "../recovery/backoff.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import { confirmHealed } from "./confirmHealed.ts"
import { sendAllToDeadLetterQueue, sendToDeadLetterQueue } from "./deadLetter.ts"
import { ruleOf } from "./failureOf.ts"
import { identity, type Message } from "./Message.ts"
import type { Failed, Outcome, Processed } from "./outcome.ts"

/** What was done about a record. */
export interface Settlement {
  readonly message: Message
  /** Whether the message may be deleted from the main queue. */
  readonly finished: boolean
  /** Seconds until it is received again, where that was set. */
  readonly retryAfterSeconds?: number | undefined
}

/** SQS's longest visibility timeout, in seconds. */
const maxVisibilityTimeoutSeconds = 43_200

const logFailed = (failed: Failed, action: Record<string, unknown>) =>
  Effect.logWarning(failed.failure.untried === true ? "record set aside untried" : "record failed").pipe(
    Effect.annotateLogs({
      ...identity(failed.message),
      class: failureCode(failed.failure.class),
      reason: redactSecrets(failed.failure.reason),
      ...(failed.failure.dependency === undefined ? {} : { dependency: failed.failure.dependency }),
      ...(failed.cause === undefined ? {} : { cause: failed.cause }),
      ...action
    })
  )

/** Whether the ledger waits for word of this message. Of one that waited for its first try it knows nothing. */
const isHealed = (message: Message): boolean => message.evidence !== undefined && message.evidence.healAttempts > 0

/** Successes are counted and logged together: a line and a metric a record cost more than all else that is done here. */
const recordProcessed = Effect.fnUntraced(function* (messages: ReadonlyArray<Message>) {
  if (messages.length === 0) return
  const metrics = yield* Metrics
  const now = yield* Clock.currentTimeMillis
  yield* metrics.count("MessagesProcessed", {}, messages.length)
  yield* metrics.duration(
    "TimeToStore",
    messages.map(({ sentAt, firstSeen }) => now - Math.min(sentAt, firstSeen))
  )
  yield* Effect.annotateLogs(
    Effect.logInfo("records processed"),
    "records",
    messages.map(({ messageId, lineageId, receiveCount, sentAt }) => ({
      messageId,
      // It is the message's own, until it has been healed.
      lineageId: lineageId === messageId ? undefined : lineageId,
      receiveCount,
      milliseconds: now - sentAt
    }))
  )
})

/** @param known the result of sending it, where it was sent with others */
const deadLetter = Effect.fnUntraced(function* (failed: Failed, known?: Result.Result<unknown, AwsError>) {
  const sent = known ?? (yield* Effect.result(sendToDeadLetterQueue(failed.message, failed.failure)))
  if (Result.isSuccess(sent)) {
    yield* logFailed(failed, { action: failed.setAside === true ? "set-aside" : "dead-letter" })
    return { message: failed.message, finished: true }
  }
  yield* logFailed(failed, { action: "retry" })
  yield* Effect.logError("the dead-letter queue did not take a message; it stays in the main queue").pipe(
    Effect.annotateLogs({ ...identity(failed.message), error: sent.failure._tag, errorReason: awsReason(sent.failure) })
  )
  return { message: failed.message, finished: false }
})

const awsReason = (error: { readonly _tag: string; readonly reason?: string; readonly code?: string }): string =>
  error.reason ?? error.code ?? error._tag

const changeVisibility = Effect.fnUntraced(function* (message: Message, visibilityTimeoutSeconds: number) {
  const { mainQueueUrl } = yield* ConsumerSettings
  const sqs = yield* Sqs
  const changed = yield* Effect.result(
    sqs.changeVisibility(mainQueueUrl, message.receiptHandle, visibilityTimeoutSeconds)
  )
  if (Result.isSuccess(changed)) return
  // Only the delay is lost: the queue's own visibility timeout applies.
  yield* Effect.logWarning("visibility timeout could not be changed").pipe(
    Effect.annotateLogs({ ...identity(message), errorReason: awsReason(changed.failure) })
  )
})

const settleFailed = Effect.fnUntraced(function* (
  { maxReceiveCount, rules }: ConsumerSettings["Service"],
  failed: Failed,
  dependencyWaits: DependencyWaits,
  known: Result.Result<unknown, AwsError> | undefined
) {
  const { message, failure } = failed
  const metrics = yield* Metrics
  // What was not tried has not failed.
  if (failure.untried !== true) yield* metrics.count("MessagesFailed", { class: failure.class }, 1)
  // At its last receive SQS moves it to the DLQ, under the id that the ledger knows it by.
  const stays = message.pastUnknown === true
  if (failed.setAside === true && !stays) {
    const settlement = yield* deadLetter(failed, known)
    if (settlement.finished) yield* metrics.count("SetAside", { class: failure.class }, 1)
    return settlement
  }

  const rule = ruleOf(rules, failure.class)
  const transient = rule.action === "heal" || rule.action === "isolate"
  if (!stays && (!transient || message.receiveCount >= maxReceiveCount)) return yield* deadLetter(failed)

  const backoff = !transient ? 0 : backoffSeconds(rule.backoff, message.receiveCount, yield* Random.next)
  const wait = failure.dependency === undefined ? 0 : (dependencyWaits.get(failure.dependency) ?? 0)
  const delaySeconds = Math.min(
    maxVisibilityTimeoutSeconds,
    Math.ceil(Math.max(1, backoff, wait, failure.retryAfterSeconds ?? 0))
  )
  yield* changeVisibility(message, delaySeconds)
  yield* logFailed(failed, { action: "retry", delaySeconds })
  return { message, finished: false, retryAfterSeconds: delaySeconds }
})

/** How long each dependency asked to be left alone, in seconds. */
type DependencyWaits = ReadonlyMap<string, number>

const waitsOf = (failures: ReadonlyArray<FailureRecord>): DependencyWaits => {
  const waits = new Map<string, number>()
  for (const { dependency, retryAfterSeconds } of failures) {
    if (dependency === undefined || retryAfterSeconds === undefined) continue
    waits.set(dependency, Math.max(waits.get(dependency) ?? 0, retryAfterSeconds))
  }
  return waits
}

/** An untried record of a FIFO group waits as long as the one that stopped the group, so that their order stays. */
const settleUntried = Effect.fnUntraced(function* (message: Message, groupWaits: ReadonlyMap<string, number>) {
  const wait = message.messageGroupId === undefined ? undefined : groupWaits.get(message.messageGroupId)
  if (wait !== undefined) yield* changeVisibility(message, wait)
  yield* Effect.logInfo("record not tried; it is received again").pipe(Effect.annotateLogs(identity(message)))
  return { message, finished: false }
})

const isTried = (outcome: Outcome): outcome is Processed | Failed => outcome._tag !== "Untried"

/** A success that nobody waits for: nothing is to be done about it. */
const isPlain = (outcome: Outcome): boolean => outcome._tag === "Processed" && !isHealed(outcome.message)

const none: ReadonlyMap<string, Result.Result<unknown, AwsError>> = new Map()

/** Acts on the outcomes of records that ran; `concurrency` acts at once. Never fails. */
export const settle = (
  outcomes: ReadonlyArray<Outcome>,
  concurrency: number
): Effect.Effect<ReadonlyArray<Settlement>, never, SettleServices> =>
  // Most batches: every record was handled, and nobody waits for word of any.
  outcomes.every(isPlain)
    ? Effect.map(recordProcessed(outcomes.map(({ message }) => message)), () =>
        outcomes.map(({ message }) => ({ message, finished: true }))
      )
    : settleEach(outcomes, concurrency)

/** What acting on outcomes needs. */
type SettleServices = ConsumerSettings | FailureLedger | Metrics | Sqs

const settleEach = Effect.fnUntraced(function* (outcomes: ReadonlyArray<Outcome>, concurrency: number) {
  const failures = outcomes.flatMap((outcome) => (outcome._tag === "Failed" ? [outcome.failure] : []))
  const dependencyWaits = waitsOf(failures)

  const settings = yield* ConsumerSettings
  const { fifo } = settings
  const aside = outcomes.flatMap((outcome) =>
    outcome._tag === "Failed" && outcome.setAside === true && outcome.message.pastUnknown !== true ? [outcome] : []
  )
  const together = fifo || aside.length < 2 ? none : yield* sendAllToDeadLetterQueue(aside)
  const stopped = new Set<string | undefined>()
  const settleOne = (outcome: Processed | Failed): Effect.Effect<Settlement, never, SettleServices> => {
    const { message } = outcome
    // What follows a message that has stayed in the main queue stays behind it: it is received again.
    const follows = fifo && outcome._tag === "Failed" && outcome.setAside === true
    if (follows && stopped.has(message.messageGroupId)) return Effect.succeed({ message, finished: false })
    const settled: Effect.Effect<Settlement, never, SettleServices> =
      outcome._tag === "Processed"
        ? confirmHealed(message)
        : settleFailed(settings, outcome, dependencyWaits, together.get(message.receiptHandle))
    return Effect.map(settled, (settlement) => {
      if (!settlement.finished) stopped.add(message.messageGroupId)
      return settlement
    })
  }
  const acted = yield* Effect.forEach(
    outcomes.filter(isTried).filter((outcome) => !isPlain(outcome)),
    settleOne,
    { concurrency }
  )
  const settlements = new Map(acted.map((settlement) => [settlement.message.receiptHandle, settlement]))
  const tried = outcomes
    .filter(isTried)
    .map(({ message }): Settlement => settlements.get(message.receiptHandle) ?? { message, finished: true })
  yield* recordProcessed(
    outcomes.flatMap(({ _tag, message }) =>
      _tag === "Processed" && settlements.get(message.receiptHandle)?.finished !== false ? [message] : []
    )
  )

  const groupWaits = new Map<string, number>()
  for (const { message, finished, retryAfterSeconds } of tried) {
    if (message.messageGroupId === undefined) continue
    // What stopped the group has left the queue, or comes back after its delay.
    if (finished) groupWaits.set(message.messageGroupId, 0)
    else if (retryAfterSeconds !== undefined) groupWaits.set(message.messageGroupId, retryAfterSeconds)
  }
  const untried: ReadonlyArray<Settlement> = yield* Effect.forEach(
    outcomes.filter((outcome) => outcome._tag === "Untried"),
    ({ message }) => settleUntried(message, groupWaits),
    { concurrency }
  )
  return [...tried, ...untried]
})
