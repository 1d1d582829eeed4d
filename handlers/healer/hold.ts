/**
 * Keeps a message in the DLQ until its time has come: by its visibility, or for longer by a delayed copy that takes its
 * place, because a message that its visibility holds is in flight, and SQS has no more than 120,000 of those in a queue.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
import { Clock, Effect, Exit } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import type { Evidence, FailureRecord } from "../failure/Evidence.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { deadLetterOf, withHold } from "../ledger/transitions.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import { type Keep, longestReceives } from "./decide.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { logAct } from "./logAct.ts"
import { changeVisibility, leave, type Outcome, remove } from "./Outcome.ts"
import { type Outgoing, outgoing } from "./outgoing.ts"

/** SQS's longest delay of one message. */
const longestDelaySeconds = 900

/**
 * The copy that takes a message's place. It is the same dead letter: however many copies a crash leaves behind, the
 * ledger knows them by the id of the first one, and at most the one with the highest number is handled.
 */
export const heldCopy = (
  { message, classification, failed }: DeadLetterMessage,
  copy: number,
  delaySeconds: number
): Outgoing => {
  // Where its consumer left none, what was found of it: a copy has a time of its own.
  const failure: FailureRecord = failed.failure ?? {
    class: failed.class,
    reason: failed.reason,
    ...(classification.detail === undefined ? {} : { detail: classification.detail }),
    ...(classification.dependency === undefined ? {} : { dependency: classification.dependency }),
    ...(classification.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: classification.retryAfterSeconds }),
    receiveCount: message.receiveCount,
    at: failed.failedAt
  }
  const evidence: Evidence = {
    ...(message.evidence ?? { version: 1, lineageId: failed.lineageId, firstSeen: message.firstSeen, healAttempts: 0 }),
    heldAs: { messageId: failed.messageId, copy },
    failure
  }
  return outgoing(message, evidence, {
    fifo: false,
    send: "",
    delaySeconds: Math.min(longestDelaySeconds, Math.max(1, delaySeconds))
  })
}

/** Holds a message; succeeds with what becomes of the one at hand. */
export const hold = Effect.fnUntraced(function* (deadLetter: DeadLetterMessage, { plan, slot, copy }: Keep) {
  const config = yield* HealerConfig
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const sqs = yield* Sqs
  const { message, failed } = deadLetter
  const { visibilityTimeoutSeconds, why } = plan

  // Where no copy can count its receives anew, the message is received less often instead.
  const visibleAfterSeconds =
    message.receiveCount >= longestReceives
      ? Math.max(longestDelaySeconds, visibilityTimeoutSeconds)
      : visibilityTimeoutSeconds
  const byVisibility: Effect.Effect<Outcome, never, HealerConfig | Sqs> = changeVisibility(
    message,
    visibleAfterSeconds
  ).pipe(Effect.as(leave(visibleAfterSeconds)))

  const byCopy = Effect.fnUntraced(function* (number: number) {
    const { message: copied } = heldCopy(deadLetter, number, visibilityTimeoutSeconds)
    const sent = yield* Effect.exit(sqs.send(config.deadLetterQueueUrl, copied))
    const now = yield* Clock.currentTimeMillis
    const accepted = Exit.isSuccess(sent)
    yield* ledger.modify(failed.lineageId, (item) => ({
      item:
        // Somebody was faster, and the copy finds out.
        deadLetterOf(item, failed.messageId)?.done !== undefined
          ? undefined
          : withHold(item, failed, { ...slot, now, why, copy: accepted ? number : undefined }),
      answer: undefined
    }))
    if (accepted) return remove
    yield* Effect.logWarning(
      "A failed message is held by its visibility: no copy of it could be sent.",
      sent.cause
    ).pipe(Effect.annotateLogs({ lineageId: failed.lineageId, messageId: message.messageId }))
    return yield* byVisibility
  })

  const outcome = copy === undefined ? yield* byVisibility : yield* byCopy(copy)
  yield* metrics.count("Held", { class: failed.class }, 1)
  yield* logAct("A failed message is held in the dead-letter queue.", deadLetter, {
    seconds: visibilityTimeoutSeconds,
    copy,
    why
  })
  return outcome
})
