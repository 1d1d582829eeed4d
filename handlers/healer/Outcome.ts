/** What becomes of a DLQ message when the healer is through with it. */
import { Effect } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import type { Message } from "../consumer/Message.ts"
import { HealerConfig } from "./HealerConfig.ts"

/** Deleted by Lambda, or left in the DLQ, invisible for some seconds. */
export type Outcome =
  | { readonly _tag: "Remove" }
  | { readonly _tag: "Leave"; readonly visibilityTimeoutSeconds: number }

/** Dealt with: Lambda may delete it. */
export const remove: Outcome = { _tag: "Remove" }

/** It stays in the DLQ. */
export const leave = (visibilityTimeoutSeconds: number): Outcome => ({ _tag: "Leave", visibilityTimeoutSeconds })

/**
 * Makes a message of the DLQ visible again after some seconds. Never fails: without it, the message comes back after
 * the queue's own visibility timeout, and is planned again then.
 */
export const changeVisibility = Effect.fnUntraced(function* (message: Message, seconds: number) {
  const config = yield* HealerConfig
  const sqs = yield* Sqs
  yield* sqs
    .changeVisibility(config.deadLetterQueueUrl, message.receiptHandle, seconds)
    .pipe(
      Effect.catchCause((cause) =>
        Effect.logWarning("A message's visibility could not be changed.", cause).pipe(
          Effect.annotateLogs({ messageId: message.messageId })
        )
      )
    )
})
