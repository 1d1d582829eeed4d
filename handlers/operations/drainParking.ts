/**
 * Sends parked messages back to the dead-letter queue, where the healer starts anew. One by one instead of by SQS's own move
 * task, which gives every message a new id: here the ledger knows each, and one without evidence keeps its lineage.
 */
import { Clock, Config, Effect, Random } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { type InspectedMessage, QueueInspection } from "../aws/QueueInspection.ts"
import { Sqs } from "../aws/Sqs.ts"
import { evidenceAttributeName, lineageIdPattern } from "../failure/Evidence.ts"
import { decodeEvidence } from "../failure/evidenceCodec.ts"
import { deduplicationId, outgoing } from "../healer/outgoing.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { expiresAtOf, isoTime } from "../ledger/ledgerTime.ts"
import { type OperatorAct, withUnparked } from "../ledger/operatorTransitions.ts"

/** What to send back, by whom, and why. */
export interface DrainRequest {
  readonly parkingQueueUrl: string
  readonly deadLetterQueueUrl: string
  readonly by: string
  readonly reason: string
  /** Range: 0.01–1,000. @default 5 */
  readonly messagesPerSecond?: number | undefined
  /** At most so many. @default all that were parked when it began */
  readonly limit?: number | undefined
  /** Told after each message. @default nobody */
  readonly onProgress?: ((progress: DrainProgress) => void) | undefined
}

/** How far it is. */
export interface DrainProgress {
  /** Names the run, in the ledger's table: `drain#<run>`. */
  readonly runId: string
  /** How many were in the queue when it began, by SQS's approximate count. */
  readonly parked: number
  readonly sent: number
}

/** What it did. */
export interface DrainSummary extends DrainProgress {
  readonly startedAt: string
}

/** Messages in hand are invisible to others for so long: than ten of them take at this rate, and two minutes more. Pure. */
export const inHandSeconds = (messagesPerSecond: number): number =>
  Math.min(longestVisibilitySeconds, 120 + Math.ceil(10 / messagesPerSecond))

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html */
const longestVisibilitySeconds = 43_200

const lineageOf = (message: InspectedMessage): string =>
  decodeEvidence(message.attributes[evidenceAttributeName]?.stringValue)?.lineageId ?? message.messageId

/** The message as it goes back: byte for byte, with evidence of its lineage where it has none and there is room. */
const returned = (message: InspectedMessage, fifo: boolean) => {
  const { body, attributes, messageGroupId } = message
  const send = `unparked:${message.messageId}`
  if (attributes[evidenceAttributeName] === undefined && lineageIdPattern.test(message.messageId)) {
    const evidence = {
      version: 1 as const,
      lineageId: message.messageId,
      firstSeen: message.sentAt,
      healAttempts: 0
    }
    return { ...outgoing({ body, attributes, messageGroupId }, evidence, { fifo, send, delaySeconds: 0 }), evidence }
  }
  const lineageId = lineageOf(message)
  return {
    carriesEvidence: true,
    evidence: undefined,
    message: {
      body,
      attributes,
      ...(messageGroupId === undefined ? {} : { messageGroupId }),
      ...(fifo
        ? { messageGroupId: messageGroupId ?? lineageId, messageDeduplicationId: deduplicationId(lineageId, send) }
        : {})
    }
  }
}

/**
 * Sends back as many as were parked when it began, by SQS's approximate count. Each message is noted in the ledger,
 * sent, and only then deleted, so that a process that dies leaves a message twice at worst. Interrupted, it finishes the
 * message in hand; the next run takes up the rest. Config: `FAILED_TABLE`.
 */
export const drainParking = Effect.fnUntraced(function* (request: DrainRequest) {
  const { parkingQueueUrl, deadLetterQueueUrl, by, reason, onProgress } = request
  const { messagesPerSecond = 5, limit = Number.POSITIVE_INFINITY } = request
  const inspection = yield* QueueInspection
  const sqs = yield* Sqs
  const ledger = yield* HealerLedger
  const dynamoDb = yield* DynamoDb
  const tableName = yield* Config.NonEmptyString("FAILED_TABLE")
  const fifo = parkingQueueUrl.endsWith(".fifo")
  const startedAt = yield* Clock.currentTimeMillis
  const { visible, inFlight, delayed } = yield* inspection.depth(parkingQueueUrl)
  const run = (yield* Random.nextIntBetween(0, 2 ** 32)).toString(16).padStart(8, "0")
  const runId = `${isoTime(startedAt).slice(0, 19).replaceAll(/\D/g, "")}-${run}`
  let progress: DrainProgress = { runId, parked: visible + inFlight + delayed, sent: 0 }

  /** The audit of the run itself: also messages that the ledger does not know are accounted for. */
  const record = (ended: boolean) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      dynamoDb
        .put({
          tableName,
          item: {
            lineageId: `drain#${runId}`,
            by,
            reason,
            startedAt: isoTime(startedAt),
            sent: progress.sent,
            expiresAt: expiresAtOf(now),
            ...(ended ? { endedAt: isoTime(now) } : {})
          }
        })
        // It has none.
        .pipe(Effect.catchTag("ConditionFailed", Effect.die))
    )

  const sendBack = Effect.fnUntraced(function* (message: InspectedMessage) {
    const now = yield* Clock.currentTimeMillis
    const act: OperatorAct = { by, reason, now }
    const { message: outgoingMessage, carriesEvidence, evidence } = returned(message, fifo)
    yield* ledger.modify(lineageOf(message), (item) => ({
      item: withUnparked(item, message.messageId, act),
      answer: undefined
    }))
    // Before the send: whoever receives the message finds what it has been through.
    if (!carriesEvidence && evidence !== undefined)
      yield* ledger.expectEvidence("dead-letter", outgoingMessage, evidence)
    yield* sqs.send(deadLetterQueueUrl, outgoingMessage)
    yield* sqs.delete(parkingQueueUrl, message.receiptHandle)
    progress = { ...progress, sent: progress.sent + 1 }
    onProgress?.(progress)
  }, Effect.uninterruptible)

  const work = Effect.gen(function* () {
    // No more than were there at first: what the healer parks again meanwhile stays for a person to look at.
    const wanted = Math.min(limit, progress.parked)
    while (progress.sent < wanted) {
      const received = yield* inspection.receive(parkingQueueUrl, inHandSeconds(messagesPerSecond))
      if (received.length === 0) return
      for (const message of received.slice(0, wanted - progress.sent)) {
        yield* sendBack(message)
        yield* Effect.sleep(1000 / messagesPerSecond)
      }
    }
  })

  if (progress.parked > 0) {
    yield* record(false)
    yield* work.pipe(Effect.ensuring(Effect.ignore(record(true))))
  }
  const summary: DrainSummary = { ...progress, startedAt: isoTime(startedAt) }
  return summary
})
