/** Reads one invoice. */
import { Config, Effect, ManagedRuntime, Schema } from "effect"
import { DynamoDb } from "resilient-queue/aws/DynamoDb"

const decodeRequest = Schema.decodeUnknownEffect(Schema.Struct({ invoiceId: Schema.NonEmptyString }))

/** The invoice; `null` where there is none. */
const readInvoice = Effect.fnUntraced(function* (event: unknown) {
  const { invoiceId } = yield* decodeRequest(event)
  const tableName = yield* Config.NonEmptyString("INVOICES_TABLE")
  const dynamoDb = yield* DynamoDb
  return (yield* dynamoDb.get(tableName, { invoiceId })) ?? null
})

const runtime = ManagedRuntime.make(DynamoDb.layer)

/** Lambda's entry point. */
export const handler = (event: unknown): Promise<unknown> => runtime.runPromise(readInvoice(event))
