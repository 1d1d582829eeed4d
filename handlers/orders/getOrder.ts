/** `GET /orders/{orderId}`: stored, on its way, or failed, and what happens next. Never internal details. */
import { Effect, Option, Schema } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { failureCode } from "../failure/FailureClass.ts"
import { FailureLedger, type LedgerStatus } from "../ledger/FailureLedger.ts"
import { callingUser } from "./Caller.ts"
import { answering, type HttpRequest, type HttpResponse, jsonResponse, problem, unavailable } from "./httpApi.ts"
import { logAwsError } from "./logAwsError.ts"
import { OrderId } from "./Order.ts"
import { OrdersTable } from "./OrdersTable.ts"

const StoredOrder = Schema.Struct({
  orderId: Schema.String,
  userId: Schema.String,
  itemName: Schema.String,
  quantity: Schema.Number,
  timestamp: Schema.String,
  storedAt: Schema.String
})

const decodeStored = Schema.decodeUnknownOption(StoredOrder)

/** The same for an order that does not exist and for another user's: nobody learns which of the two it is. */
const notFound = () => problem(404, "There is no order with this id.")

const isOrderId = Schema.is(OrderId)

/**
 * What a client is told of each state of a failed order: its status, and what happens next, in words for people; programs
 * go by the state itself.
 */
export const failureStatuses = {
  healing: { status: "failed", next: "It is tried again automatically." },
  held: { status: "failed", next: "It waits for a service that it needs, and is then tried again automatically." },
  "awaiting-operator": {
    status: "failed",
    next: "An operator has been told. Once the cause is mended the order is tried again."
  },
  archived: { status: "failed", next: "It is not tried again. Correct the order, or contact support." },
  discarded: { status: "failed", next: "It is not tried again." },
  // Back on its way, or stored since the table was read.
  replayed: { status: "processing", next: undefined },
  recovered: { status: "processing", next: undefined }
} as const satisfies Record<LedgerStatus, { readonly status: string; readonly next: string | undefined }>

const answerFailure = (
  orderId: string,
  failure: { readonly status: LedgerStatus; readonly class: string }
): HttpResponse => {
  const { status, next } = failureStatuses[failure.status]
  return jsonResponse(200, {
    orderId,
    status,
    ...(next === undefined ? {} : { failure: { class: failureCode(failure.class), state: failure.status, next } })
  })
}

const get = Effect.fnUntraced(
  function* (request: HttpRequest) {
    const user = yield* callingUser(request)
    const orderId = request.pathParameters?.["orderId"]
    if (!isOrderId(orderId)) {
      return problem(400, "Not valid: orderId.", {
        errors: [{ field: "orderId", message: "Expected 1 to 128 characters of A-Z, a-z, 0-9, _, ., : and -" }]
      })
    }
    const dynamoDb = yield* DynamoDb
    const ledger = yield* FailureLedger
    const { tableName } = yield* OrdersTable

    const item = yield* dynamoDb.get(tableName, { orderId })
    // Before anything else is looked up, so that both cases take the same time. An order that nothing is known of but a
    // failure has no user either.
    if (user !== undefined && item?.["userId"] !== user) return notFound()
    const stored = decodeStored(item)
    if (Option.isSome(stored)) return jsonResponse(200, { ...stored.value, status: "stored" })
    const failure = yield* ledger.findByCorrelationId(orderId)
    if (failure !== undefined) return answerFailure(orderId, failure)
    return item === undefined ? notFound() : jsonResponse(200, { orderId, status: "processing" })
  },
  (effect) =>
    Effect.catch(effect, (error) =>
      "statusCode" in error
        ? Effect.succeed(error)
        : Effect.as(
            logAwsError("order could not be looked up", error),
            unavailable("The order could not be looked up. Try again.")
          )
    )
)

/** Answers `GET /orders/{orderId}`: 200 with the order's status, or a problem document. */
export const getOrder = answering(get)
