/** Finds one failed message: by its lineage id, or by its correlation id, which is what people outside know it by. */
import { Config, Effect, Option, Schema } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { ledgerIndexes } from "../ledger/FailureLedger.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"

/** The index holds little more than keys: the item is read from the table. */
const decodeEntry = Schema.decodeUnknownOption(Schema.Struct({ lineageId: Schema.NonEmptyString }))

/**
 * The item with this lineage id, else the latest failure with this correlation id (an order id, say), which the index
 * may know a moment later. `undefined` when there is neither. Config: `FAILED_TABLE`.
 */
export const findLineage = Effect.fnUntraced(function* (id: string) {
  const ledger = yield* HealerLedger
  const found = yield* ledger.find(id)
  if (found !== undefined) return found
  const dynamoDb = yield* DynamoDb
  const { items } = yield* dynamoDb.query({
    tableName: yield* Config.NonEmptyString("FAILED_TABLE"),
    indexName: ledgerIndexes.byCorrelationId,
    keyCondition: "correlationId = :correlationId",
    attributes: { values: { ":correlationId": id } },
    scanIndexForward: false,
    limit: 1
  })
  const entry = decodeEntry(items[0])
  return Option.isNone(entry) ? undefined : yield* ledger.find(entry.value.lineageId)
})
