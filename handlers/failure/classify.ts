/** Classification of a failed message: from its evidence, its dead-letter attributes, or its error text. */
import type { Classification } from "./classify/Classification.ts"
import { classifyText } from "./classify/classifyText.ts"
import { deadLetterError, type ReadableAttributes } from "./classify/deadLetter.ts"
import type { Evidence } from "./Evidence.ts"

export type { Classification } from "./classify/Classification.ts"
export { classifyText } from "./classify/classifyText.ts"
export type { ReadableAttribute, ReadableAttributes } from "./classify/deadLetter.ts"

/** A failed message, as the healer receives it. */
export interface FailedMessage {
  /** Its decoded evidence, if it has any. */
  readonly evidence?: Evidence | undefined
  /** Its body, as received. */
  readonly body: string
  /** Its message attributes, as received. */
  readonly attributes: ReadableAttributes
  /** The queue that SQS moved it from, if SQS moved it. */
  readonly deadLetterQueueSourceArn?: string | undefined
}

/** A message that SQS moved, or that came without a word: its consumer crashed, was killed, or never saw it. */
const withoutEvidence = (message: FailedMessage): Classification => ({
  class: "Unknown",
  rule: "no-evidence",
  reason:
    message.evidence !== undefined || message.deadLetterQueueSourceArn !== undefined
      ? "the consumer left no reason: it crashed, was killed, or never saw the message"
      : "the message came without a reason"
})

/**
 * The class of a failed message and the rule that decided: its typed evidence first, then what EventBridge, SNS and Lambda write
 * beside dead letters, then the error text among that; a message without any is `Unknown`. Pure and total; never throws.
 */
export const classify = (message: FailedMessage): Classification => {
  const failure = message.evidence?.failure
  if (failure !== undefined)
    return {
      class: failure.class,
      rule: "evidence",
      reason: failure.reason,
      detail: failure.detail,
      dependency: failure.dependency,
      retryAfterSeconds: failure.retryAfterSeconds
    }
  const error = deadLetterError(message.body, message.attributes)
  if (error === undefined) return withoutEvidence(message)
  const classified = classifyText(error.text, error.code)
  const dependency = classified.dependency ?? error.dependency
  // AWS retries only what may pass: a delivery that was given up for its age or attempts, and says no more, was refused all along.
  return classified.class === "Unknown" && classified.rule === "none" && error.exhausted && error.text === ""
    ? { ...classified, class: "DependencyFailure", rule: `${error.source}.exhausted`, dependency }
    : { ...classified, rule: `${error.source}.${classified.rule}`, dependency }
}
