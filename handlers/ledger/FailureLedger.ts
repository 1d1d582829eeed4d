/**
 * The failure ledger: one DynamoDB item a lineage, which says what failed, why, what was done and what became of it.
 * It is written before the DLQ message is deleted, and its conditions make every act idempotent.
 */
import { Clock, Config, Context, Effect, Layer, Option, Schema } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { DynamoDb } from "../aws/DynamoDb.ts"
import type { Evidence } from "../failure/Evidence.ts"
import { claimEvidence, type EvidenceQueue, expectEvidence, type MessageContent } from "./expectedEvidence.ts"
import { evidenceOf, keepEvidence } from "./keptEvidence.ts"
import { expiresAtOf, isoTime } from "./ledgerTime.ts"

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

const decodeFound = Schema.decodeUnknownOption(
  Schema.Struct({ status: Schema.Literals(ledgerStatuses), class: Schema.String })
)

/** What a consumer needs of the ledger. The healer's own, wider service is `HealerLedger`. */
export class FailureLedger extends Context.Service<
  FailureLedger,
  {
    /** A healed or replayed message has succeeded: its status becomes `recovered`. Idempotent; succeeds when nothing is recorded. */
    readonly confirmRecovered: (lineageId: string) => Effect.Effect<void, AwsError>
    /** Keeps the evidence of a message that has no room for it, by the SQS message id that it was sent under. */
    readonly keepEvidence: (messageId: string, evidence: Evidence) => Effect.Effect<void, AwsError>
    /** Keeps the evidence of a message that has no room for it, before the message is sent to this queue. */
    readonly expectEvidence: (
      queue: EvidenceQueue,
      content: MessageContent,
      evidence: Evidence
    ) => Effect.Effect<void, AwsError>
    /**
     * The evidence kept for a message: by its id, else, where `received` is given (what the message is made of, received
     * from the main queue), the evidence that was expected of such a message and that no other one has claimed.
     */
    readonly evidenceOf: (messageId: string, received?: MessageContent) => Effect.Effect<Evidence | undefined, AwsError>
    /**
     * The latest failure of the message with this correlation id (a field of its body that the queue was configured
     * with, e.g. `orderId`), for `GET /orders/{orderId}` and the like.
     */
    readonly findByCorrelationId: (
      correlationId: string
    ) => Effect.Effect<{ readonly status: LedgerStatus; readonly class: string } | undefined, AwsError>
  }
>()("resilient-queue/ledger/FailureLedger") {
  /** Over DynamoDB; the table is config `FAILED_TABLE`. Needs `GetItem`, `PutItem`, `UpdateItem`, and `Query` on the index. */
  static readonly layer = Layer.effect(
    FailureLedger,
    Effect.gen(function* () {
      const dynamoDb = yield* DynamoDb
      const tableName = yield* Config.NonEmptyString("FAILED_TABLE")
      return FailureLedger.of({
        confirmRecovered: Effect.fnUntraced(function* (lineageId) {
          const now = yield* Clock.currentTimeMillis
          const at = isoTime(now)
          yield* dynamoDb
            .update({
              tableName,
              key: { lineageId },
              // A success is the truth, whatever the ledger expected: only an operator's `discarded` outranks it.
              condition: "attribute_exists(lineageId) AND NOT #status IN (:recovered, :discarded)",
              update:
                "SET #status = :recovered, recoveredAt = :at, expiresAt = :expiresAt, revision = revision + :one, history = list_append(history, :entry)",
              attributes: {
                names: { "#status": "status" },
                values: {
                  ":recovered": "recovered",
                  ":discarded": "discarded",
                  ":at": at,
                  ":expiresAt": expiresAtOf(now),
                  ":one": 1,
                  ":entry": [{ at, act: "recovered", why: "The consumer has processed it." }]
                }
              }
            })
            .pipe(Effect.catchTag("ConditionFailed", () => Effect.void))
        }),
        keepEvidence: (messageId, evidence) => keepEvidence(dynamoDb, tableName, messageId, evidence),
        expectEvidence: (queue, content, evidence) => expectEvidence(dynamoDb, tableName, queue, content, evidence),
        evidenceOf: Effect.fnUntraced(function* (messageId, received) {
          const kept = yield* evidenceOf(dynamoDb, tableName, messageId)
          return kept !== undefined || received === undefined
            ? kept
            : yield* claimEvidence(dynamoDb, tableName, "main", received, messageId)
        }),
        findByCorrelationId: (correlationId) =>
          dynamoDb
            .query({
              tableName,
              indexName: ledgerIndexes.byCorrelationId,
              keyCondition: "correlationId = :correlationId",
              attributes: { values: { ":correlationId": correlationId } },
              scanIndexForward: false,
              limit: 1
            })
            .pipe(Effect.map(({ items }) => Option.getOrUndefined(decodeFound(items[0]))))
      })
    })
  )
}
