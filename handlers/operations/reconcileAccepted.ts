/** What was accepted against what was stored or has failed, and what is both. */
import { Config, Effect, Stream } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { ledgerIndexes } from "../ledger/FailureLedger.ts"
import type { ListedFailure } from "../ledger/LedgerItem.ts"

/** What was accepted, and where it is stored. */
export interface AcceptedMessages<E = never> {
  /** The correlation ids of accepted messages, e.g. order ids. */
  readonly ids: Stream.Stream<string, E>
  /** The table in which a processed message is found by its id. */
  readonly table: { readonly name: string; readonly key: string }
}

/** Requests to DynamoDB at a time. */
const concurrency = 16

/** These say that a message was not finished, and not how far it came: its consumer may have died after it had stored it. */
const unfinished: ReadonlySet<string> = new Set(["Unknown", "Timeout"])

/** Whether a message is in the archive although it may have been processed: what has its correlation id is stored. */
export const isArchivedAndStored = Effect.fnUntraced(function* (
  { class: name, status, archiveKey, correlationId }: ListedFailure,
  { table }: Pick<AcceptedMessages, "table">
) {
  const waits = status === "archived" || status === "awaiting-operator"
  if (!waits || archiveKey === undefined || correlationId === undefined || !unfinished.has(name)) return false
  const dynamoDb = yield* DynamoDb
  return (yield* dynamoDb.get(table.name, { [table.key]: correlationId })) !== undefined
})

/** Looks up each accepted id; succeeds with how many are neither stored nor in the ledger. Config: `FAILED_TABLE`. */
export const reconcileAccepted = Effect.fnUntraced(function* <E = never>(
  { ids, table }: AcceptedMessages<E>,
  told: { readonly onLooked: () => void; readonly onMissing: (id: string) => void }
) {
  const dynamoDb = yield* DynamoDb
  const tableName = yield* Config.NonEmptyString("FAILED_TABLE")
  let missing = 0
  const check = Effect.fnUntraced(function* (id: string) {
    const stored = yield* dynamoDb.get(table.name, { [table.key]: id })
    const failed =
      stored !== undefined ||
      (yield* dynamoDb.query({
        tableName,
        indexName: ledgerIndexes.byCorrelationId,
        keyCondition: "correlationId = :correlationId",
        attributes: { values: { ":correlationId": id } },
        limit: 1
      })).items.length > 0
    told.onLooked()
    if (failed) return
    missing += 1
    told.onMissing(id)
  })
  yield* Stream.runForEach(Stream.mapEffect(ids, check, { concurrency }), () => Effect.void)
  return missing
})
