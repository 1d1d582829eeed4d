/** What the log says of the healer's acts. */
import { Effect } from "effect"
import { failureCode } from "../failure/FailureClass.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"

/** One line in the log for each act; never the body. */
export const logAct = (sentence: string, deadLetter: DeadLetterMessage, more: Readonly<Record<string, unknown>>) =>
  Effect.logInfo(sentence).pipe(
    Effect.annotateLogs({
      lineageId: deadLetter.failed.lineageId,
      messageId: deadLetter.failed.messageId,
      class: failureCode(deadLetter.failed.class),
      fingerprint: deadLetter.failed.fingerprint,
      reason: deadLetter.failed.reason,
      rule: deadLetter.classification.rule,
      ...(deadLetter.failed.correlationId === undefined ? {} : { correlationId: deadLetter.failed.correlationId }),
      ...more
    })
  )
