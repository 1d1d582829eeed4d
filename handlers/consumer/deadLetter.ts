/**
 * Sends a message to the DLQ, body and attributes as they were: a failed one with the evidence of its failure, one whose
 * recovery could not be confirmed with the word that it was processed.
 */
import { Effect, Result } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { type OutgoingMessage, Sqs } from "../aws/Sqs.ts"
import { wasTooLarge } from "../aws/sdkError.ts"
import { type Evidence, evidenceAttributeName, type FailureRecord } from "../failure/Evidence.ts"
import { encodeEvidence } from "../failure/evidenceCodec.ts"
import { hasRoomForEvidence, mayLackRoom } from "../failure/room.ts"
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

/** A message on its way to the DLQ. */
export interface Letter {
  readonly message: Message
  readonly evidence: Evidence
  /** As the DLQ gets it without its evidence. It keeps its group: on a standard queue that is whose turn it is. */
  readonly bare: OutgoingMessage
  /** As the DLQ gets it with its evidence. */
  readonly outgoing: OutgoingMessage
  /** Whether there is room for its evidence. */
  readonly hasRoom: boolean
}

/** A failed message on its way to the DLQ. */
export interface DeadLetter extends Letter {
  readonly failed: Failed
}

/** @param name what a FIFO queue takes a repeated send out by */
const letterOf = (message: Message, evidence: Evidence, fifo: boolean, name: string): Letter => {
  const messageGroupId = message.messageGroupId ?? (fifo ? message.messageId : undefined)
  const text = encodeEvidence(evidence)
  const bare = {
    body: message.body,
    attributes: message.attributes,
    ...(messageGroupId === undefined ? {} : { messageGroupId }),
    ...(fifo ? { messageDeduplicationId: `${name}-${message.messageId}` } : {})
  }
  return {
    message,
    evidence,
    bare,
    outgoing: {
      ...bare,
      attributes: { ...bare.attributes, [evidenceAttributeName]: { dataType: "String", stringValue: text } }
    },
    hasRoom: hasRoomForEvidence(message.body, message.attributes, text)
  }
}

/** A failed message as the DLQ gets it: on a FIFO queue in its group, and once however often it is repeated. */
export const deadLetterOf = (failed: Failed, fifo: boolean): DeadLetter => ({
  failed,
  ...letterOf(failed.message, evidenceOfFailure(failed.message, failed.failure), fifo, "dlq")
})

/** Keeps the evidence in the ledger, before the message is sent: whoever receives it finds what it has been through. */
const keepEvidence = Effect.fnUntraced(function* ({ message, evidence, bare }: Letter) {
  const ledger = yield* FailureLedger
  const metrics = yield* Metrics
  const { body, attributes, messageGroupId } = bare
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

/**
 * Sends a message without room for its evidence to the DLQ; succeeds once SQS has accepted it. The evidence goes to the
 * ledger; should that fail, a message that was never healed is in the DLQ all the same and counts as one without evidence.
 */
export const sendWithKeptEvidence = Effect.fnUntraced(function* (letter: Letter) {
  const { deadLetterQueueUrl } = yield* ConsumerSettings
  const sqs = yield* Sqs
  yield* keepEvidence(letter)
  yield* sqs.send(deadLetterQueueUrl, letter.bare)
})

/** The queue takes less than the components' own do. Evidence that nobody will look for is not taken off. */
const isRefusedForEvidence = ({ message }: Letter, error: AwsError): boolean =>
  wasTooLarge(error) && mayLackRoom(message.body, message.attributes)

/** Sends failed messages that carry their evidence to the DLQ, ten a request: they are many in an outage. One result each. */
export const sendDeadLetters = Effect.fnUntraced(function* (letters: ReadonlyArray<DeadLetter>) {
  const { deadLetterQueueUrl } = yield* ConsumerSettings
  const sqs = yield* Sqs
  const sent = yield* sqs.sendBatch(
    deadLetterQueueUrl,
    letters.map(({ outgoing }) => outgoing)
  )
  const results: Array<Result.Result<unknown, AwsError> | undefined> = []
  for (const [index, letter] of letters.entries()) {
    const result = sent[index]
    const refused = result !== undefined && Result.isFailure(result) && isRefusedForEvidence(letter, result.failure)
    results.push(refused ? yield* Effect.result(sendWithKeptEvidence(letter)) : result)
  }
  return results
})

/**
 * Sends a healed message that was processed to the DLQ, for the healer to confirm its recovery; succeeds once SQS has
 * accepted it.
 *
 * @param recoveredAt epoch milliseconds
 */
export const sendUnconfirmed = Effect.fnUntraced(function* (message: Message, recoveredAt: number) {
  const { deadLetterQueueUrl, fifo } = yield* ConsumerSettings
  const sqs = yield* Sqs
  const { lineageId, firstSeen, evidence } = message
  const healAttempts = evidence?.healAttempts ?? 0
  const letter = letterOf(message, { version: 1, lineageId, firstSeen, healAttempts, recoveredAt }, fifo, "recovered")
  if (!letter.hasRoom) return yield* sendWithKeptEvidence(letter)
  yield* sqs.send(deadLetterQueueUrl, letter.outgoing).pipe(
    Effect.asVoid,
    Effect.catchIf(
      (error) => isRefusedForEvidence(letter, error),
      () => sendWithKeptEvidence(letter)
    )
  )
})
