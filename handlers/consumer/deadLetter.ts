/** Sends a failed message to the DLQ: body and attributes as they were, with the evidence of its failure. */
import { Effect } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import { type Evidence, evidenceAttributeName, type FailureRecord } from "../failure/Evidence.ts"
import { encodeEvidence } from "../failure/evidenceCodec.ts"
import { hasRoomForEvidence } from "../failure/room.ts"
import { FailureLedger } from "../ledger/FailureLedger.ts"
import { Metrics } from "../observability/Metrics.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import type { Message } from "./Message.ts"

/** Gives the ledger time to hold the evidence before the healer receives the message. FIFO queues know no delay. */
const delayWithoutEvidenceSeconds = 5

/** The evidence of a message that failed. */
export const evidenceOfFailure = (message: Message, failure: FailureRecord): Evidence => ({
  version: 1,
  lineageId: message.lineageId,
  firstSeen: message.firstSeen,
  healAttempts: message.evidence?.healAttempts ?? 0,
  ...(message.evidence?.isolated === undefined ? {} : { isolated: message.evidence.isolated }),
  failure
})

/**
 * Sends a failed message to the DLQ; succeeds once SQS has accepted it. The evidence of a message without room for it
 * goes to the ledger; should that fail, the message is in the DLQ all the same and counts as one without evidence.
 */
export const sendToDeadLetterQueue = Effect.fnUntraced(function* (message: Message, failure: FailureRecord) {
  const settings = yield* ConsumerSettings
  const sqs = yield* Sqs
  const evidence = evidenceOfFailure(message, failure)
  const text = encodeEvidence(evidence)
  const hasRoom = hasRoomForEvidence(message.body, message.attributes, text)

  const newMessageId = yield* sqs.send(settings.deadLetterQueueUrl, {
    body: message.body,
    attributes: hasRoom
      ? { ...message.attributes, [evidenceAttributeName]: { dataType: "String", stringValue: text } }
      : message.attributes,
    ...(settings.fifo
      ? {
          messageGroupId: message.messageGroupId ?? message.messageId,
          messageDeduplicationId: `dlq-${message.messageId}`
        }
      : {}),
    ...(hasRoom || settings.fifo ? {} : { delaySeconds: delayWithoutEvidenceSeconds })
  })
  if (hasRoom) return

  const ledger = yield* FailureLedger
  const metrics = yield* Metrics
  yield* ledger
    .keepEvidence(newMessageId, evidence)
    .pipe(
      Effect.catch((error) =>
        Effect.andThen(
          metrics.count("HealingErrors", {}, 1),
          Effect.logError("evidence could not be kept in the ledger").pipe(
            Effect.annotateLogs({ lineageId: message.lineageId, messageId: newMessageId, error: error._tag })
          )
        )
      )
    )
})
