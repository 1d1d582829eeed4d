/**
 * The marks that a request leaves in the table of orders before it is published: which order an id, or an idempotency
 * key, stands for. `getOrder` knows by them of an order that is not stored yet.
 */
import { Effect } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { Timeout } from "../failure/errors.ts"
import { contentHash, orderIdOfKey, requestHash } from "./contentHash.ts"
import { type HttpResponse, problem } from "./httpApi.ts"
import { logAwsError } from "./logAwsError.ts"
import type { Order } from "./Order.ts"
import { OrdersTable } from "./OrdersTable.ts"

/** How long a mark is kept whose order is never stored, in seconds: longer than the DLQ keeps the order. */
const markSeconds = 30 * 24 * 3600

/** What is left of the function's time is for SNS: an order is worth more than its mark. */
const longestMilliseconds = 3000

/** @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ (Error Handling) */
const keyReused = () =>
  problem(422, "This Idempotency-Key stands for another order. A new order needs a new key.", {
    type: {
      type: "https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/",
      title: "Idempotency-Key is already used"
    },
    errors: [{ field: "Idempotency-Key", message: "Expected a key that no other order was sent with" }]
  })

const idTaken = () =>
  problem(422, "Another order has this orderId.", {
    errors: [{ field: "orderId", message: "Expected an id that no other order has" }]
  })

/** A mark: the id that is taken, by what, and the answer to whoever means something else by it. */
interface Mark {
  readonly orderId: string
  readonly contentHash: string
  readonly taken: () => HttpResponse
}

/** The order's own mark, which its stored order replaces; and one of the key, where that did not make the order's id. */
const marksOf = (order: Order, idempotencyKey: string | undefined): ReadonlyArray<Mark> => {
  const idOfKey = idempotencyKey === undefined ? undefined : orderIdOfKey(order.userId, idempotencyKey)
  const isOfKey = idOfKey === order.orderId
  const own = { orderId: order.orderId, contentHash: contentHash(order), taken: isOfKey ? keyReused : idTaken }
  return idOfKey === undefined || isOfKey
    ? [own]
    : [{ orderId: idOfKey, contentHash: requestHash(order), taken: keyReused }, own]
}

/**
 * Leaves the marks of an order; fails with the answer to a request whose id or key stands for another order. Two such
 * requests at once are told apart by the condition of the write. Succeeds with whether the order is stored already; if it
 * is not, it has to be published, marked before or not: nobody knows whether it was.
 *
 * Where DynamoDB does not answer, the order goes on without its mark. Storing tells two orders with one id apart as well,
 * only later.
 */
export const claimOrder = Effect.fnUntraced(function* (order: Order, idempotencyKey: string | undefined, now: number) {
  const dynamoDb = yield* DynamoDb
  const { tableName } = yield* OrdersTable

  const leave = ({ orderId, contentHash, taken }: Mark) =>
    dynamoDb
      .put({
        tableName,
        item: {
          orderId,
          userId: order.userId,
          receivedAt: new Date(now).toISOString(),
          contentHash,
          expiresAt: Math.floor(now / 1000) + markSeconds
        },
        condition: "attribute_not_exists(orderId)",
        returnValuesOnConditionCheckFailure: "ALL_OLD"
      })
      .pipe(
        Effect.as(false),
        Effect.catchTag("ConditionFailed", ({ item }) => {
          const hash = item?.["contentHash"]
          // What has no hash cannot be compared here: storing decides.
          if (hash === undefined) return Effect.succeed(false)
          return hash === contentHash ? Effect.succeed(item?.["storedAt"] !== undefined) : Effect.fail(taken())
        })
      )

  return yield* Effect.forEach(marksOf(order, idempotencyKey), leave).pipe(
    Effect.map((stored) => stored.at(-1) === true),
    Effect.timeoutOrElse({
      duration: longestMilliseconds,
      orElse: () => Effect.fail(new Timeout({ reason: "no answer in time", dependency: "dynamodb" }))
    }),
    Effect.catch((error) =>
      "statusCode" in error
        ? Effect.fail(error)
        : Effect.as(logAwsError("order could not be tracked", error, order.orderId), false)
    )
  )
})
