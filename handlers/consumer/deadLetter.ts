/** Sends a failed message to the DLQ: body and attributes as they were, with the evidence of its failure. */
import { Effect, Result } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import { wasTooLarge } from "../aws/sdkError.ts"
import { type Evidence, evidenceAttributeName, type FailureRecord } from "../failure/Evidence.ts"
import { encodeEvidence } from "../failure/evidenceCodec.ts"
import { hasRoomForEvidence, mayLackRoom } from "../failure/room.ts"
import type { MessageContent } from "../ledger/expectedEvidence.ts"
import { FailureLedger } from "../ledger/FailureLedger.ts"
import { Metrics } from "../observability/Metrics.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import type { Message } from "./Message.ts"

/** Who had admitted a message that comes back untried; once it is tried, nobody's word holds any more. */
const admittedBefore = ({ evidence }: Message, { untried, dependency }: FailureRecord): ReadonlyArray<string> =>
  untried === true
    ? [
        ...new Set([
          ...(evidence?.admittedBefore ?? []),
          ...(evidence?.admittedTo === undefined ? [] : [evidence.admittedTo])
        ])
      ].filter((name) => name !== dependency)
    : []

/** The evidence of a message that failed. */
export const evidenceOfFailure = (message: Message, failure: FailureRecord): Evidence => {
  const before = admittedBefore(message, failure)
  return {
    version: 1,
    lineageId: message.lineageId,
    firstSeen: message.firstSeen,
    healAttempts: message.evidence?.healAttempts ?? 0,
    ...(message.evidence?.isolated === undefined ? {} : { isolated: message.evidence.isolated }),
    ...(before.length === 0
      ? {}
      : {
          admittedBefore: before,
          ...(message.evidence?.passes === undefined ? {} : { passes: message.evidence.passes })
        }),
    // Once it is tried, it waits for its first try no more.
    ...(failure.untried === true && (message.evidence?.healAttempts ?? 0) === 0
      ? { heldSince: Math.min(message.evidence?.heldSince ?? failure.at, failure.at) }
      : {}),
    failure
  }
}

/** The message as the DLQ gets it, but for its evidence. It keeps its group: on a standard queue that is whose turn it is. */
const contentOf = (message: Message, fifo: boolean): MessageContent => {
  const messageGroupId = message.messageGroupId ?? (fifo ? message.messageId : undefined)
  return {
    body: message.body,
    attributes: message.attributes,
    ...(messageGroupId === undefined ? {} : { messageGroupId })
  }
}

const withText = (content: MessageContent, text: string): MessageContent => ({
  ...content,
  attributes: { ...content.attributes, [evidenceAttributeName]: { dataType: "String", stringValue: text } }
})

/** Keeps the evidence in the ledger, before the message is sent: whoever receives it finds what it has been through. */
const keepEvidence = Effect.fnUntraced(function* (message: Message, content: MessageContent, evidence: Evidence) {
  const ledger = yield* FailureLedger
  const metrics = yield* Metrics
  const kept = yield* Effect.result(ledger.expectEvidence("dead-letter", content, evidence))
  if (Result.isSuccess(kept)) return
  yield* metrics.count("HealingErrors", {}, 1)
  yield* Effect.logError("evidence could not be kept in the ledger").pipe(
    Effect.annotateLogs({ lineageId: message.lineageId, messageId: message.messageId, error: kept.failure._tag })
  )
  // It has a history that must not be forgotten: it stays where it is known.
  if (message.evidence !== undefined) return yield* Effect.fail(kept.failure)
})

/**
 * Sends failed messages of a standard queue to the DLQ, ten a request: they are many in an outage. One result each, by
 * receipt handle; nothing of those that have no room for their evidence, or are refused for it, which go one by one.
 */
export const sendAllToDeadLetterQueue = Effect.fnUntraced(function* (
  failed: ReadonlyArray<{ readonly message: Message; readonly failure: FailureRecord }>
) {
  const settings = yield* ConsumerSettings
  const sqs = yield* Sqs
  const outgoing = failed.flatMap(({ message, failure }) => {
    const text = encodeEvidence(evidenceOfFailure(message, failure))
    return hasRoomForEvidence(message.body, message.attributes, text)
      ? [{ receiptHandle: message.receiptHandle, message: withText(contentOf(message, false), text) }]
      : []
  })
  const sent = yield* sqs.sendBatch(
    settings.deadLetterQueueUrl,
    outgoing.map(({ message }) => message)
  )
  return new Map(
    outgoing.flatMap(({ receiptHandle }, index) => {
      const result = sent[index]
      return result === undefined || (Result.isFailure(result) && wasTooLarge(result.failure))
        ? []
        : [[receiptHandle, result] as const]
    })
  )
})

/**
 * Sends a failed message to the DLQ; succeeds once SQS has accepted it. The evidence of a message without room for it
 * goes to the ledger; should that fail, a message that was never healed is in the DLQ all the same and counts as one
 * without evidence.
 */
export const sendToDeadLetterQueue = Effect.fnUntraced(function* (message: Message, failure: FailureRecord) {
  const settings = yield* ConsumerSettings
  const sqs = yield* Sqs
  const evidence = evidenceOfFailure(message, failure)
  const text = encodeEvidence(evidence)
  const hasRoom = hasRoomForEvidence(message.body, message.attributes, text)
  const content = contentOf(message, settings.fifo)
  const send = (outgoing: MessageContent) =>
    sqs.send(settings.deadLetterQueueUrl, {
      ...outgoing,
      ...(settings.fifo ? { messageDeduplicationId: `dlq-${message.messageId}` } : {})
    })
  const sendApart = Effect.andThen(keepEvidence(message, content, evidence), send(content))
  if (!hasRoom) return yield* sendApart
  return yield* send(withText(content, text)).pipe(
    // The queue takes less than the components' own do. Evidence that nobody will look for is not taken off.
    Effect.catchIf(
      (error) => wasTooLarge(error) && mayLackRoom(message.body, message.attributes),
      () => sendApart
    )
  )
})
