/**
 * The failure ledger: one DynamoDB item a lineage, which says what failed, why, what was done and what became of it.
 * It is written before the DLQ message is deleted, and its conditions make every act idempotent.
 */
import { Context, type Effect } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import type { Evidence } from "../failure/Evidence.ts"

/** Where a failed message is in its life. */
export const ledgerStatuses = [
  "healing",
  "held",
  "recovered",
  "archived",
  "awaiting-operator",
  "replayed",
  "discarded"
] as const

/** Where a failed message is in its life. */
export type LedgerStatus = (typeof ledgerStatuses)[number]

/** Names of the table's indexes: keyed by `class`, `status` or `correlationId`, each sorted by `lastFailureAt`. */
export const ledgerIndexes = { byClass: "byClass", byStatus: "byStatus", byCorrelationId: "byCorrelationId" } as const

/** What a consumer needs of the ledger. The healer's own, wider service is `HealerLedger`. */
export class FailureLedger extends Context.Service<
  FailureLedger,
  {
    /** A healed or replayed message has succeeded: its status becomes `recovered`. Idempotent; succeeds when nothing is recorded. */
    readonly confirmRecovered: (lineageId: string) => Effect.Effect<void, AwsError>
    /** Keeps the evidence of a message that has no room for it, by the SQS message id that it was sent under. */
    readonly keepEvidence: (messageId: string, evidence: Evidence) => Effect.Effect<void, AwsError>
    /** The evidence kept for a message id, if any. */
    readonly evidenceOf: (messageId: string) => Effect.Effect<Evidence | undefined, AwsError>
    /**
     * The latest failure of the message with this correlation id (a field of its body that the queue was configured
     * with, e.g. `orderId`), for `GET /orders/{orderId}` and the like.
     */
    readonly findByCorrelationId: (
      correlationId: string
    ) => Effect.Effect<{ readonly status: LedgerStatus; readonly class: string } | undefined, AwsError>
  }
>()("resilient-queue/ledger/FailureLedger") {}
