/** A message of the DLQ with all that is known of its failure before anything is done about it. */
import { Effect } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { type Message, mayHaveKeptEvidence, withEvidence } from "../consumer/Message.ts"
import { type Classification, classify } from "../failure/classify.ts"
import { fingerprint } from "../failure/fingerprint.ts"
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
}

/** What of the healer's settings a diagnosis depends on. */
export type DiagnosisSettings = Pick<HealerSettings, "region" | "correlationField" | "policy">

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

/** Classifies a message that has its evidence. Pure and total. */
export const diagnose = (message: Message, settings: DiagnosisSettings): DeadLetterMessage => {
  const { evidence } = message
  const classification = knownClass(
    classify({
      evidence,
      body: message.body,
      attributes: message.attributes,
      deadLetterQueueSourceArn: message.deadLetterQueueSourceArn
    }),
    settings.policy
  )
  const failure = evidence?.failure
  return {
    message,
    classification,
    failed: {
      lineageId: message.lineageId,
      // A copy that holds a message is the same dead letter.
      messageId: evidence?.heldAs?.messageId ?? message.messageId,
      class: classification.class,
      reason: classification.reason,
      fingerprint: fingerprint(classification),
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
  settings: DiagnosisSettings,
  ledger: HealerLedger["Service"]
): Effect.Effect<DeadLetterMessage, AwsError> =>
  mayHaveKeptEvidence(message)
    ? Effect.map(ledger.evidenceOf(message.messageId, message), (kept) =>
        diagnose(withEvidence(message, kept), settings)
      )
    : Effect.sync(() => diagnose(message, settings))
