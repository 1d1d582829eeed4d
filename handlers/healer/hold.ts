/**
 * Keeps a message in the DLQ until its time has come: by its visibility, or for longer by a delayed copy that takes its
 * place, because a message that its visibility holds is in flight, and SQS has no more than 120,000 of those in a queue.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
import { Clock, Effect, Result } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { Sqs } from "../aws/Sqs.ts"
import type { Evidence, FailureRecord } from "../failure/Evidence.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { deadLetterOf, withHold } from "../ledger/transitions.ts"
import { Metrics } from "../observability/Metrics.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import type { Keep } from "./decide.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { logAct } from "./logAct.ts"
import { leave, remove } from "./Outcome.ts"
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
  delaySeconds: number,
  maxMessageBytes: number | undefined
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
    delaySeconds: Math.min(longestDelaySeconds, Math.max(1, delaySeconds)),
    maxMessageBytes
  })
}

/** A message that is held. */
export interface Holding {
  readonly deadLetter: DeadLetterMessage
  readonly decision: Keep
}

/** What sending a message's copy came to; `undefined` where there is none: its visibility holds it. */
export type Copied = Result.Result<string, AwsError> | undefined

/** Sends the copies of those that copies hold, in requests of ten; one result each, in their order. Never fails. */
export const sendCopies = Effect.fnUntraced(function* (messages: ReadonlyArray<Holding>) {
  const config = yield* HealerConfig
  const sqs = yield* Sqs
  const copies = messages.flatMap(({ deadLetter, decision: { copy, plan } }) =>
    copy === undefined
      ? []
      : [
          {
            deadLetter,
            message: heldCopy(deadLetter, copy, plan.visibilityTimeoutSeconds, config.maxMessageBytes).message
          }
        ]
  )
  const results = yield* sqs.sendBatch(
    config.deadLetterQueueUrl,
    copies.map(({ message }) => message)
  )
  const resultOf = new Map(copies.map(({ deadLetter }, index) => [deadLetter, results[index]]))
  return messages.map(({ deadLetter }): Copied => resultOf.get(deadLetter))
})

/** Notes that a message is held; succeeds with what becomes of the one at hand. */
export const noteHeld = Effect.fnUntraced(function* ({ deadLetter, decision }: Holding, copied: Copied) {
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const { message, failed } = deadLetter
  const { plan, slot, copy, visibleSeconds } = decision
  const { why } = plan
  const accepted = copied !== undefined && Result.isSuccess(copied)
  if (copy !== undefined) {
    const now = yield* Clock.currentTimeMillis
    yield* ledger.modify(failed.lineageId, (item) => ({
      item:
        // Somebody was faster, and the copy finds out.
        deadLetterOf(item, failed.messageId)?.done !== undefined
          ? undefined
          : withHold(item, failed, { ...slot, now, why, copy: accepted ? copy : undefined }),
      answer: undefined
    }))
    if (!accepted)
      yield* Effect.logWarning("A failed message is held by its visibility: no copy of it could be sent.").pipe(
        Effect.annotateLogs({
          lineageId: failed.lineageId,
          messageId: message.messageId,
          error: copied?.failure._tag
        })
      )
  }
  yield* metrics.count("Held", { class: failed.class }, 1)
  yield* logAct("A failed message is held in the dead-letter queue.", deadLetter, {
    seconds: accepted ? plan.visibilityTimeoutSeconds : visibleSeconds,
    copy,
    why
  })
  return accepted ? remove : leave(visibleSeconds)
})
