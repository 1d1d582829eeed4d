/** Sends a failed message to the DLQ: body and attributes as they were, with the evidence of its failure. */
import { Effect, Result } from "effect"
import { type OutgoingMessage, Sqs } from "../aws/Sqs.ts"
import { type Evidence, evidenceAttributeName, type FailureRecord } from "../failure/Evidence.ts"
import { encodeEvidence } from "../failure/evidenceCodec.ts"
import { hasRoomForEvidence } from "../failure/room.ts"
import { FailureLedger } from "../ledger/FailureLedger.ts"
import { Metrics } from "../observability/Metrics.ts"
import { ConsumerSettings } from "./ConsumerSettings.ts"
import type { Message } from "./Message.ts"
import type { Failed } from "./outcome.ts"

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

/** A failed message on its way to the DLQ. */
export interface DeadLetter {
  readonly failed: Failed
  readonly evidence: Evidence
  /** As the DLQ gets it; without its evidence where it has no room for it. */
  readonly outgoing: OutgoingMessage
  /** Whether it carries its evidence. */
  readonly hasRoom: boolean
}

/** A failed message as the DLQ gets it: on a FIFO queue in its group, and once however often it is repeated. */
export const deadLetterOf = (failed: Failed, fifo: boolean): DeadLetter => {
  const { message, failure } = failed
  const evidence = evidenceOfFailure(message, failure)
  const text = encodeEvidence(evidence)
  const hasRoom = hasRoomForEvidence(message.body, message.attributes, text)
  return {
    failed,
    evidence,
    outgoing: {
      body: message.body,
      attributes: hasRoom
        ? { ...message.attributes, [evidenceAttributeName]: { dataType: "String", stringValue: text } }
        : message.attributes,
      ...(fifo
        ? {
            messageGroupId: message.messageGroupId ?? message.messageId,
            messageDeduplicationId: `dlq-${message.messageId}`
          }
        : {})
    },
    hasRoom
  }
}

/** Keeps the evidence in the ledger, before the message is sent: whoever receives it finds what it has been through. */
const keepEvidence = Effect.fnUntraced(function* ({ failed: { message }, evidence, outgoing }: DeadLetter) {
  const ledger = yield* FailureLedger
  const metrics = yield* Metrics
  const { body, attributes, messageGroupId } = outgoing
  const content = { body, attributes, ...(messageGroupId === undefined ? {} : { messageGroupId }) }
  const kept = yield* Effect.result(ledger.expectEvidence("dead-letter", content, evidence))
  if (Result.isSuccess(kept)) return
  yield* metrics.count("HealingErrors", {}, 1)
  yield* Effect.logError("evidence could not be kept in the ledger").pipe(
    Effect.annotateLogs({ lineageId: message.lineageId, messageId: message.messageId, error: kept.failure._tag })
  )
  // It has a history that must not be forgotten: it stays where it is known.
  if (message.evidence !== undefined) return yield* Effect.fail(kept.failure)
})

/** Sends failed messages that carry their evidence to the DLQ, ten a request: they are many in an outage. One result each. */
export const sendDeadLetters = Effect.fnUntraced(function* (letters: ReadonlyArray<DeadLetter>) {
  const { deadLetterQueueUrl } = yield* ConsumerSettings
  const sqs = yield* Sqs
  return yield* sqs.sendBatch(
    deadLetterQueueUrl,
    letters.map(({ outgoing }) => outgoing)
  )
})

/**
 * Sends a failed message without room for its evidence to the DLQ; succeeds once SQS has accepted it. The evidence goes to
 * the ledger; should that fail, a message that was never healed is in the DLQ all the same and counts as one without
 * evidence.
 */
export const sendWithKeptEvidence = Effect.fnUntraced(function* (letter: DeadLetter) {
  const { deadLetterQueueUrl } = yield* ConsumerSettings
  const sqs = yield* Sqs
  yield* keepEvidence(letter)
  yield* sqs.send(deadLetterQueueUrl, letter.outgoing)
})
