/** Stores an order, once: authorised first where there is a payment gateway. */
import { Clock, Effect } from "effect"
import type { RequestRejected } from "../aws/AwsError.ts"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { present } from "../aws/sdkCall.ts"
import type { RecordContext } from "../consumer/Message.ts"
import { type ClassifiedFailure, Unknown, ValidationError } from "../failure/errors.ts"
import { Chaos } from "./chaos.ts"
import { contentHash } from "./contentHash.ts"
import type { Order } from "./Order.ts"
import { OrdersTable } from "./OrdersTable.ts"
import { PaymentGateway, paymentGateway } from "./PaymentGateway.ts"

/** DynamoDB refused the call itself: a missing table, a wrong key. Nothing that an order could mend. */
const rejected = (error: RequestRejected) =>
  Effect.fail(
    new Unknown({
      reason: `${error.service} ${error.operation}: ${error.code}`,
      detail: error.message,
      dependency: error.service
    })
  )

/** What storing an order depends on: DynamoDB, and the payment gateway where one is configured (`PAYMENT_URL`). */
export const orderDependencies = (paymentUrl: string | undefined): ReadonlyArray<string> =>
  paymentUrl === undefined || paymentUrl === "" ? ["dynamodb"] : [paymentGateway, "dynamodb"]

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString()

/**
 * Stores an order under its id. A second delivery of the same order is a success; another order under the same id is a
 * `ValidationError`. The mark that `placeOrder` left is replaced.
 */
export const storeOrder = Effect.fnUntraced(
  function* (order: Order, record: Pick<RecordContext, "deadline" | "sentAt">) {
    const chaos = yield* Chaos
    const payments = yield* PaymentGateway
    const dynamoDb = yield* DynamoDb
    const { tableName } = yield* OrdersTable

    yield* chaos.raise(order.itemName)
    yield* payments.authorise(order, record.deadline)

    const hash = contentHash(order)
    const now = yield* Clock.currentTimeMillis
    yield* dynamoDb
      .put({
        tableName,
        item: {
          orderId: order.orderId,
          userId: order.userId,
          itemName: order.itemName,
          quantity: order.quantity,
          status: order.status,
          timestamp: order.timestamp ?? isoTime(record.sentAt),
          storedAt: isoTime(now),
          contentHash: hash
        },
        condition: "attribute_not_exists(storedAt)",
        returnValuesOnConditionCheckFailure: "ALL_OLD"
      })
      .pipe(
        Effect.catchTag(
          "ConditionFailed",
          Effect.fnUntraced(function* ({ item }) {
            const stored = yield* present(item, "the stored order")
            if (stored["contentHash"] === hash) return
            return yield* Effect.fail(
              new ValidationError({ reason: "another order is stored under this orderId", field: "orderId" })
            )
          })
        )
      )
  },
  (effect): Effect.Effect<void, ClassifiedFailure, Chaos | PaymentGateway | DynamoDb | OrdersTable> =>
    Effect.catchTag(effect, "RequestRejected", rejected)
)
