/**
 * Sends a message to the DLQ, body and attributes as they were: a failed one with the evidence of its failure, one whose
 * recovery could not be confirmed with the word that it was processed.
 */
import { Effect, Result } from "effect"
import { Sqs } from "../aws/Sqs.ts"
import { type Evidence, evidenceAttributeName, type FailureRecord } from "../failure/Evidence.ts"
import { encodeEvidence } from "../failure/evidenceCodec.ts"
import { hasRoomForEvidence } from "../failure/room.ts"
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

/** The message as the DLQ gets it, but for its evidence. */
const contentOf = (message: Message, fifo: boolean): MessageContent => ({
  body: message.body,
  attributes: message.attributes,
  ...(fifo ? { messageGroupId: message.messageGroupId ?? message.messageId } : {})
})

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
 * receipt handle; nothing of those that have no room for their evidence, which go one by one.
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
      return result === undefined ? [] : [[receiptHandle, result] as const]
    })
  )
})

/** @param name what a FIFO queue takes a repeated send out by */
const sendWith = Effect.fnUntraced(function* (message: Message, evidence: Evidence, name: string) {
  const settings = yield* ConsumerSettings
  const sqs = yield* Sqs
  const text = encodeEvidence(evidence)
  const hasRoom = hasRoomForEvidence(message.body, message.attributes, text)
  const content = contentOf(message, settings.fifo)
  if (!hasRoom) yield* keepEvidence(message, content, evidence)

  yield* sqs.send(settings.deadLetterQueueUrl, {
    ...(hasRoom ? withText(content, text) : content),
    ...(settings.fifo ? { messageDeduplicationId: `${name}-${message.messageId}` } : {})
  })
})

/**
 * Sends a failed message to the DLQ; succeeds once SQS has accepted it. The evidence of a message without room for it
 * goes to the ledger; should that fail, a message that was never healed is in the DLQ all the same and counts as one
 * without evidence.
 */
export const sendToDeadLetterQueue = (message: Message, failure: FailureRecord) =>
  sendWith(message, evidenceOfFailure(message, failure), "dlq")

/**
 * Sends a healed message that was processed to the DLQ, for the healer to confirm its recovery; succeeds once SQS has
 * accepted it.
 *
 * @param recoveredAt epoch milliseconds
 */
export const sendUnconfirmed = (message: Message, recoveredAt: number) => {
  const { lineageId, firstSeen, evidence } = message
  const healAttempts = evidence?.healAttempts ?? 0
  return sendWith(message, { version: 1, lineageId, firstSeen, healAttempts, recoveredAt }, "recovered")
}
