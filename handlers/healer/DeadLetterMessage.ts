/** A message of the DLQ with all that is known of its failure before anything is done about it. */
import { Effect } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { type Message, mayHaveKeptEvidence, withEvidence } from "../consumer/Message.ts"
import { type Classification, classify } from "../failure/classify.ts"
import { fingerprint } from "../failure/fingerprint.ts"
import { bodyRedactor } from "../failure/redaction.ts"
import { cutText } from "../failure/text.ts"
import type { HealerLedger } from "../ledger/HealerLedger.ts"
import type { RecordedFailure } from "../ledger/transitions.ts"
import type { RecoveryPolicy } from "../recovery/RecoveryPolicy.ts"
import { correlationIdOf } from "./correlationId.ts"
import type { HealerSettings } from "./HealerConfig.ts"
import { logLink } from "./logLink.ts"

/** As long as the reason of evidence may be. */
const maxReasonLength = 256

/** A message of the DLQ, classified. */
export interface DeadLetterMessage {
  readonly message: Message
  readonly classification: Classification
  /** What the ledger records of it. */
  readonly failed: RecordedFailure
  /** When its consumer had processed it, as it says; epoch milliseconds. Only where the ledger could not be told. */
  readonly recoveredAt?: number | undefined
}

/** What of the healer's settings a diagnosis depends on. */
export type DiagnosisSettings = Pick<
  HealerSettings,
  "region" | "correlationField" | "policy" | "redactPaths" | "confirmed"
>

/**
 * A class that the policy does not know is `Unknown`, as its rule is: else whoever forges evidence could make metrics,
 * indexes and partitions of the archive without end.
 */
const knownClass = (classification: Classification, policy: RecoveryPolicy<string>): Classification =>
  Object.hasOwn(policy.rules, classification.class)
    ? classification
    : {
        ...classification,
        class: "Unknown",
        reason: cutText(`${classification.class}: ${classification.reason}`, maxReasonLength)
      }

const withoutValues = <Told extends { readonly reason: string; readonly detail?: string | undefined }>(
  told: Told,
  redact: (text: string) => string
): Told => ({
  ...told,
  // The mark may be longer than what it stands for.
  reason: cutText(redact(told.reason), maxReasonLength),
  ...(told.detail === undefined ? {} : { detail: redact(told.detail) })
})

/**
 * Classifies a message that has its evidence; what may not be written down is out of all that is known of its failure.
 * Pure and total.
 */
export const diagnose = (received: Message, settings: DiagnosisSettings): DeadLetterMessage => {
  const redact = bodyRedactor(settings.redactPaths ?? [], received.body)
  const classification = withoutValues(
    knownClass(
      classify({
        evidence: received.evidence,
        body: received.body,
        attributes: received.attributes,
        deadLetterQueueSourceArn: received.deadLetterQueueSourceArn
      }),
      settings.policy
    ),
    redact
  )
  const failure =
    received.evidence?.failure === undefined ? undefined : withoutValues(received.evidence.failure, redact)
  const evidence =
    received.evidence === undefined || failure === undefined ? received.evidence : { ...received.evidence, failure }
  const message = { ...received, evidence }
  return {
    message,
    classification,
    ...(settings.confirmed === false || evidence?.recoveredAt === undefined
      ? {}
      : { recoveredAt: evidence.recoveredAt }),
    failed: {
      lineageId: message.lineageId,
      // A copy that holds a message is the same dead letter.
      messageId: evidence?.heldAs?.messageId ?? message.messageId,
      class: classification.class,
      reason: classification.reason,
      fingerprint: fingerprint(classification),
      dependency: classification.dependency,
      // The same whenever the same DLQ message is read, so that a repeat is the same failure.
      failedAt: failure?.at ?? (evidence === undefined ? message.firstSeen : message.sentAt),
      failure,
      healAttempts: evidence?.healAttempts,
      heldSince: failure?.untried === true ? evidence?.heldSince : undefined,
      logUrl: logLink(settings.region, failure),
      correlationId: correlationIdOf(message.body, settings.correlationField)
    }
  }
}

/** Classifies a message of the DLQ, with the evidence that the ledger keeps for it where it has no room of its own. */
export const readDeadLetter = (
  message: Message,
  settings: DiagnosisSettings & Pick<HealerSettings, "maxMessageBytes">,
  ledger: HealerLedger["Service"]
): Effect.Effect<DeadLetterMessage, AwsError> =>
  mayHaveKeptEvidence(message, settings.maxMessageBytes)
    ? Effect.map(ledger.evidenceOf(message.messageId, message), (kept) =>
        diagnose(withEvidence(message, kept), settings)
      )
    : Effect.sync(() => diagnose(message, settings))
