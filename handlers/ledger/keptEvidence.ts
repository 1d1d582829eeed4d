/** Evidence of messages that have no room for it, kept in the ledger's table by SQS message id. */
import { Clock, Effect, Option, Schema } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import type { DynamoDb } from "../aws/DynamoDb.ts"
import type { Evidence } from "../failure/Evidence.ts"
import { decodeEvidence, encodeEvidence } from "../failure/evidenceCodec.ts"

/** How long kept evidence stays: a day longer than SQS keeps any message. */
const evidenceRetentionSeconds = 15 * 86_400

const evidenceKey = (messageId: string) => ({ lineageId: `evidence#${messageId}` })

const decodeKept = Schema.decodeUnknownOption(Schema.Struct({ evidence: Schema.String }))

/** Keeps evidence by the SQS message id that its message was sent under. */
export const keepEvidence = Effect.fnUntraced(function* (
  dynamoDb: DynamoDb["Service"],
  tableName: string,
  messageId: string,
  evidence: Evidence
) {
  const now = yield* Clock.currentTimeMillis
  const expiresAt = Math.floor(now / 1000) + evidenceRetentionSeconds
  const item = { ...evidenceKey(messageId), evidence: encodeEvidence(evidence), expiresAt }
  yield* dynamoDb.put({ tableName, item }).pipe(Effect.catchTag("ConditionFailed", Effect.die))
})

/** The evidence kept for a message id, if any. */
export const evidenceOf = (
  dynamoDb: DynamoDb["Service"],
  tableName: string,
  messageId: string
): Effect.Effect<Evidence | undefined, AwsError> =>
  dynamoDb
    .get(tableName, evidenceKey(messageId))
    .pipe(
      Effect.map((item) =>
        decodeEvidence(Option.getOrUndefined(Option.map(decodeKept(item), ({ evidence }) => evidence)))
      )
    )
