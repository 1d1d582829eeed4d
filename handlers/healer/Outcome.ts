/** What becomes of a DLQ message when the healer is through with it. */
import { Effect, Result } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import type { Message } from "../consumer/Message.ts"
import { HealerConfig } from "./HealerConfig.ts"

/** Deleted by Lambda, or left in the DLQ. */
export type Outcome =
  | { readonly _tag: "Remove" }
  | {
      readonly _tag: "Leave"
      /** How long it is to be invisible; `undefined`: for as long as the queue's own visibility timeout lasts. */
      readonly visibilityTimeoutSeconds: number | undefined
    }

/** Dealt with: Lambda may delete it. */
export const remove: Outcome = { _tag: "Remove" }

/** It stays in the DLQ, invisible for so many seconds. */
export const leave = (visibilityTimeoutSeconds: number | undefined): Outcome => ({
  _tag: "Leave",
  visibilityTimeoutSeconds
})

/** A message, and what becomes of it. */
export interface Handled {
  readonly message: Message
  readonly outcome: Outcome
}

/**
 * Hides messages that stay for as long as they are to be invisible, in requests of ten. Never fails: without it, a message
 * comes back after the queue's own visibility timeout, and is planned again then.
 */
export const hide = Effect.fnUntraced(function* (handled: ReadonlyArray<Handled>) {
  const config = yield* HealerConfig
  const sqs = yield* Sqs
  const changes = handled.flatMap(({ message: { messageId, receiptHandle }, outcome }) =>
    outcome._tag === "Remove" || outcome.visibilityTimeoutSeconds === undefined
      ? []
      : [{ messageId, receiptHandle, visibilityTimeoutSeconds: outcome.visibilityTimeoutSeconds }]
  )
  const results = yield* sqs.changeVisibilityBatch(config.deadLetterQueueUrl, changes)
  const refused = changes.flatMap(({ messageId }, index) => {
    const result = results[index]
    return result !== undefined && Result.isFailure(result) ? [{ messageId, error: result.failure._tag }] : []
  })
  if (refused.length > 0)
    yield* Effect.logWarning("SQS did not hold every message as long as it was told.").pipe(
      Effect.annotateLogs({ messageIds: refused.map(({ messageId }) => messageId), error: refused[0]?.error })
    )
})
