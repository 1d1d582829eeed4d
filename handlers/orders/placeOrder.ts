/** `POST /orders`: 202 once SNS has accepted the order, and not before. The same request again gets the same answer. */
import { Clock, Config, Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { Sns } from "../aws/Sns.ts"
import { callingUser } from "./Caller.ts"
import { claimOrder } from "./claimOrder.ts"
import { orderIdOfKey } from "./contentHash.ts"
import { answering, type HttpRequest, type HttpResponse, jsonResponse, problem, unavailable } from "./httpApi.ts"
import { logAwsError } from "./logAwsError.ts"
import { anonymous, type Order } from "./Order.ts"
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

const place = Effect.fnUntraced(
  function* (request: HttpRequest) {
    const user = yield* callingUser(request)
    const said = yield* readOrderRequest(request)
    const read = user === undefined ? said : yield* asUser(said, user)
    const now = yield* Clock.currentTimeMillis
    const order = yield* orderOf(read, now)
    const sns = yield* Sns
    const { topicArn } = yield* OrderTopic

    const isStored = yield* claimOrder(order, read.idempotencyKey, now)
    if (!isStored) {
      yield* sns.publish(topicArn, { message: JSON.stringify(order) }).pipe(
        Effect.tapError((error) => logAwsError("the topic did not take an order", error, order.orderId)),
        Effect.mapError((error) =>
          unavailable(
            "The order was not accepted. Try again.",
            "retryAfterSeconds" in error ? error.retryAfterSeconds : undefined
          )
        )
      )
    }
    yield* Effect.logInfo(isStored ? "order is stored already" : "order accepted").pipe(
      Effect.annotateLogs({ orderId: order.orderId })
    )
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
