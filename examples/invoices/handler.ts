/** Books invoices. What it can fail with is in its type, and the compiler checks it against the recovery policy. */
import { Config, Context, Data, Effect, Layer, Schema } from "effect"
import { DynamoDb } from "resilient-queue/aws/DynamoDb"
import { DependencyFailure } from "resilient-queue/errors"
import { resilientConsumer } from "resilient-queue/resilientConsumer"
import { recovery } from "./recovery.ts"

/** An invoice, as it travels on the queue. */
const Invoice = Schema.Struct({
  invoiceId: Schema.NonEmptyString,
  customerId: Schema.NonEmptyString,
  amountCents: Schema.Int.check(Schema.isGreaterThan(0))
})

/** A failure class of our own: its tag is the class. A person decides about such an invoice. */
class CreditLimitExceeded extends Data.TaggedError("CreditLimitExceeded")<{ readonly reason: string }> {}

/** Above this no invoice is booked without a person, in cents. */
const creditLimitCents = 1_000_000

/** The table of invoices. */
export class InvoicesTable extends Context.Service<InvoicesTable, { readonly tableName: string }>()(
  "invoices/InvoicesTable"
) {
  static readonly layer = Layer.effect(
    InvoicesTable,
    Effect.map(Config.NonEmptyString("INVOICES_TABLE"), (tableName) => ({ tableName }))
  )
}

/** Books one invoice; a second delivery of it changes nothing. */
export const bookInvoice = Effect.fnUntraced(function* (invoice: typeof Invoice.Type) {
  if (invoice.amountCents > creditLimitCents) {
    return yield* new CreditLimitExceeded({ reason: "the amount is above the credit limit" })
  }
  const { tableName } = yield* InvoicesTable
  const dynamoDb = yield* DynamoDb
  yield* dynamoDb.put({ tableName, item: invoice, condition: "attribute_not_exists(invoiceId)" }).pipe(
    Effect.catchTags({
      ConditionFailed: () => Effect.void,
      RequestRejected: ({ code }) =>
        Effect.fail(new DependencyFailure({ reason: `DynamoDB refused: ${code}`, dependency: "dynamodb" }))
    })
  )
})

/** Lambda's entry point. Leave the rule of `CreditLimitExceeded` out of `recovery`, and this does not compile. */
export const handler = resilientConsumer({
  schema: Invoice,
  process: bookInvoice,
  recovery,
  layer: InvoicesTable.layer
})
