/** `POST /orders`: 202 once SNS has accepted the order, and not before. */
import { Clock, Config, Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import type { AwsError } from "../aws/AwsError.ts"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { Sns } from "../aws/Sns.ts"
import { callingUser } from "./Caller.ts"
import { contentHash, orderIdOfKey } from "./contentHash.ts"
import { answering, type HttpRequest, type HttpResponse, jsonResponse, problem, unavailable } from "./httpApi.ts"
import { anonymous, type Order } from "./Order.ts"
import { OrdersTable } from "./OrdersTable.ts"
import { type ReadOrderRequest, readOrderRequest } from "./readOrderRequest.ts"

/** Where orders are published. */
export class OrderTopic extends Context.Service<OrderTopic, { readonly topicArn: string }>()(
  "resilient-queue/orders/OrderTopic"
) {
  /** Config `ORDER_TOPIC_ARN`. */
  static readonly layer = Layer.effect(
    OrderTopic,
    Effect.map(Config.NonEmptyString("ORDER_TOPIC_ARN"), (topicArn) => ({ topicArn }))
  )
}

/** How long an order that was accepted but never stored can be asked for, in seconds: longer than the DLQ keeps it. */
const trackingSeconds = 30 * 24 * 3600

/**
 * What a user may say of an order: that it is another's, or what its id is, neither. Ids are one space for all users: who
 * could choose one could find out which are taken, or take another's before it.
 */
const asUser = ({ order, idempotencyKey }: ReadOrderRequest, userId: string) => {
  if (order.orderId !== undefined) {
    return Effect.fail<HttpResponse>(
      problem(422, "Not valid: orderId.", {
        errors: [{ field: "orderId", message: "A user's order gets its id here; send an Idempotency-Key instead" }]
      })
    )
  }
  return order.userId === undefined || order.userId === userId
    ? Effect.succeed<ReadOrderRequest>({ order: { ...order, userId }, idempotencyKey })
    : Effect.fail<HttpResponse>(
        problem(403, "An order can be placed for oneself only.", {
          errors: [{ field: "userId", message: "Expected the token's subject, or nothing" }]
        })
      )
}

/** The order that a request stands for. Repeated with the same idempotency key it is the same order. */
const orderOf = Effect.fnUntraced(function* ({ order, idempotencyKey }: ReadOrderRequest, now: number) {
  const userId = order.userId ?? anonymous
  const random = yield* SecureRandom.SecureRandom
  const generated =
    idempotencyKey === undefined ? random.uuidV4() : Effect.succeed(orderIdOfKey(userId, idempotencyKey))
  return {
    orderId: order.orderId ?? (yield* generated),
    userId,
    itemName: order.itemName,
    quantity: order.quantity,
    status: "new",
    timestamp: order.timestamp ?? new Date(now).toISOString()
  } satisfies Order
})

const logAwsError = (message: string, orderId: string, error: AwsError) =>
  Effect.logError(message).pipe(
    Effect.annotateLogs({ orderId, error: error._tag, reason: "reason" in error ? error.reason : error.code })
  )

/** Lets `getOrder` know of the order before it is stored. Only a convenience: the order itself is with SNS already. */
const track = Effect.fnUntraced(function* (order: Order, now: number) {
  const dynamoDb = yield* DynamoDb
  const { tableName } = yield* OrdersTable
  yield* dynamoDb
    .put({
      tableName,
      item: {
        orderId: order.orderId,
        userId: order.userId,
        acceptedAt: new Date(now).toISOString(),
        contentHash: contentHash(order),
        expiresAt: Math.floor(now / 1000) + trackingSeconds
      },
      // The order may be stored already; that must not be undone.
      condition: "attribute_not_exists(orderId)"
    })
    .pipe(
      Effect.catchTag("ConditionFailed", () => Effect.void),
      Effect.catch((error) => logAwsError("order could not be tracked", order.orderId, error))
    )
})

const place = Effect.fnUntraced(
  function* (request: HttpRequest) {
    const user = yield* callingUser(request)
    const said = yield* readOrderRequest(request)
    const read = user === undefined ? said : yield* asUser(said, user)
    const now = yield* Clock.currentTimeMillis
    const order = yield* orderOf(read, now)
    const sns = yield* Sns
    const { topicArn } = yield* OrderTopic

    yield* sns.publish(topicArn, { message: JSON.stringify(order) }).pipe(
      Effect.tapError((error) => logAwsError("the topic did not take an order", order.orderId, error)),
      Effect.mapError((error) =>
        unavailable(
          "The order was not accepted. Try again.",
          "retryAfterSeconds" in error ? error.retryAfterSeconds : undefined
        )
      )
    )
    yield* track(order, now)
    yield* Effect.logInfo("order accepted").pipe(Effect.annotateLogs({ orderId: order.orderId }))
    return jsonResponse(
      202,
      { orderId: order.orderId, status: "processing" },
      { location: `/orders/${encodeURIComponent(order.orderId)}` }
    )
  },
  (effect) => Effect.catch(effect, (refused) => Effect.succeed(refused))
)

/** Answers `POST /orders`: 202 with the order's id and `Location`, or a problem document. */
export const placeOrder = answering(place)
