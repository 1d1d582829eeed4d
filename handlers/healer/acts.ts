/**
 * What the healer does to a DLQ message that is not sent back. Each act ends with the ledger knowing of it, and only then may the message be
 * deleted; each can be repeated after a crash at any point.
 */
import { Clock, Effect, Exit } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { S3 } from "../aws/S3.ts"
import { Sns } from "../aws/Sns.ts"
import { failureCode } from "../failure/FailureClass.ts"
import { attributeRedactor, redactBody } from "../failure/redaction.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import type { LedgerItem } from "../ledger/LedgerItem.ts"
import { deadLetterOf, withAlerted, withArchived, withFailure } from "../ledger/transitions.ts"
import { Metrics } from "../observability/Metrics.ts"
import { AlertWindow } from "./AlertWindow.ts"
import { archivedAttributes, archiveKeyOf, encodeArchivedMessage } from "./ArchivedMessage.ts"
import { alertMessage } from "./alertMessage.ts"
import type { DeadLetterMessage } from "./DeadLetterMessage.ts"
import type { Store } from "./decide.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { logAct } from "./logAct.ts"
import { leave, remove } from "./Outcome.ts"

/** A message that goes to the archive. */
export interface Storing {
  readonly deadLetter: DeadLetterMessage
  readonly decision: Store
}

/** Puts a message into the archive; succeeds with what the ledger is to say of it. */
const put = Effect.fnUntraced(function* ({ deadLetter, decision: { plan, item } }: Storing) {
  const config = yield* HealerConfig
  const s3 = yield* S3
  const { message, failed, classification } = deadLetter
  const redacted = redactBody(config.redactPaths ?? [], message.body)
  const now = yield* Clock.currentTimeMillis
  const key = archiveKeyOf({ ...failed, firstFailureAt: withFailure(item, failed).firstFailureAt })
  const archived = { status: plan.status, alert: plan.alert, why: plan.why, archiveKey: key, now }
  const recorded = withArchived(item, failed, archived)
  const body = yield* encodeArchivedMessage({
    version: 1,
    lineageId: failed.lineageId,
    queue: config.queueName,
    class: failed.class,
    code: failureCode(failed.class),
    reason: failed.reason,
    ...(classification.detail === undefined ? {} : { detail: classification.detail }),
    fingerprint: failed.fingerprint,
    why: plan.why,
    firstFailureAt: recorded.firstFailureAt,
    lastFailureAt: recorded.lastFailureAt,
    attempts: recorded.attempts,
    body: redacted.body,
    ...(redacted.paths.length === 0 ? {} : { redacted: redacted.paths }),
    attributes: archivedAttributes(message.attributes, attributeRedactor(redacted)),
    ...(message.messageGroupId === undefined ? {} : { messageGroupId: message.messageGroupId }),
    ...(failed.correlationId === undefined ? {} : { correlationId: failed.correlationId }),
    ...(message.evidence === undefined ? {} : { evidence: message.evidence }),
    history: recorded.history,
    ...(failed.logUrl === undefined ? {} : { logUrl: failed.logUrl })
    // Our own values, of the schema's own type: an encoding that fails is a defect.
  }).pipe(Effect.orDie)
  yield* s3.put({ bucket: config.archiveBucket, key, body, contentType: "application/json" })
  return archived
})

type Archived = Effect.Success<ReturnType<typeof put>>

/** What putting a message into the archive came to: what the ledger is to say of it. */
export type Put = Exit.Exit<Archived, AwsError>

/**
 * Puts messages with one fingerprint into the archive; one result each, in their order. Where an alert about them is known to
 * be out, they are counted with it at once, and none is due any more. Never fails.
 */
export const putAll = Effect.fnUntraced(function* (messages: ReadonlyArray<Storing>) {
  const windows = yield* AlertWindow
  const puts: ReadonlyArray<Put> = yield* Effect.forEach(messages, (each) => Effect.exit(put(each)), {
    concurrency: "unbounded"
  })
  const alerting = messages.filter(
    ({ decision }, index) => decision.plan.alert && puts[index] !== undefined && Exit.isSuccess(puts[index])
  )
  const [first] = alerting
  if (first === undefined) return puts
  const messageIds = alerting.map(({ deadLetter }) => deadLetter.failed.messageId)
  // Should it fail, each finds out for itself.
  const counted = yield* Effect.exit(windows.holdBack(first.deadLetter.failed.fingerprint, messageIds))
  return Exit.isSuccess(counted) && counted.value
    ? puts.map((each): Put => Exit.map(each, (archived) => ({ ...archived, alert: false })))
    : puts
})

/** Says in the ledger that a message is in the archive. Succeeds with what the ledger says now. Fails as the put has failed. */
export const noteArchived = Effect.fnUntraced(function* ({ deadLetter, decision: { plan } }: Storing, put: Put) {
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const { failed } = deadLetter
  const archived = yield* put
  const { first, after } = yield* ledger.modify(failed.lineageId, (current) => {
    // Archived by another healer meanwhile.
    if (current !== undefined && deadLetterOf(current, failed.messageId)?.done !== undefined)
      return { item: undefined, answer: { first: false, after: current } }
    const next = withArchived(current, failed, archived)
    return { item: next, answer: { first: true, after: next } }
  })
  if (first) {
    yield* metrics.count("Archived", { class: failed.class }, 1)
    if (plan.status === "awaiting-operator") yield* metrics.count("AwaitingOperator", { class: failed.class }, 1)
  }
  yield* logAct("A failed message was archived.", deadLetter, {
    status: plan.status,
    archiveKey: archived.archiveKey,
    alert: plan.alert,
    why: plan.why
  })
  return after
})

/**
 * Publishes the alert that is due for an archived message, or counts it where one is out. Succeeds with what becomes of the
 * message: it stays where another healer is publishing its alert.
 */
export const alert = Effect.fnUntraced(function* (deadLetter: DeadLetterMessage, item: LedgerItem, sender: string) {
  const config = yield* HealerConfig
  const ledger = yield* HealerLedger
  const metrics = yield* Metrics
  const windows = yield* AlertWindow
  const sns = yield* Sns
  const { failed, classification } = deadLetter
  const turn = yield* windows.take(failed.fingerprint, { messageId: failed.messageId, sender })
  if (turn._tag === "Busy") return leave(turn.seconds)
  if (turn._tag === "Publish") {
    yield* sns.publish(
      config.alertTopicArn,
      alertMessage({
        queue: config.queueName,
        class: failed.class,
        reason: failed.reason,
        detail: classification.detail,
        dependency: classification.dependency,
        fingerprint: failed.fingerprint,
        status: item.status === "awaiting-operator" ? "awaiting-operator" : "archived",
        why: item.why,
        lineageId: failed.lineageId,
        correlationId: failed.correlationId,
        archiveBucket: config.archiveBucket,
        archiveKey: item.archiveKey,
        region: config.region,
        logUrl: failed.logUrl,
        attempts: item.attempts,
        firstFailureAt: item.firstFailureAt,
        lastFailureAt: item.lastFailureAt,
        heldBack: turn.heldBack,
        windowSeconds: config.alertWindowSeconds
      })
    )
    yield* windows.published(failed.fingerprint, sender)
    yield* metrics.count("Alerted", { class: failed.class }, 1)
    yield* logAct("An alert was published.", deadLetter, { heldBack: turn.heldBack })
  }
  const now = yield* Clock.currentTimeMillis
  yield* ledger.modify(failed.lineageId, (current) => ({
    item:
      current === undefined
        ? undefined
        : withAlerted(current, failed.messageId, { published: turn._tag !== "HeldBack", now }),
    answer: undefined
  }))
  return remove
})
