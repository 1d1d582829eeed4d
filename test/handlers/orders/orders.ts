/** Makes orders and requests for them. */
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { jsonLogLayer } from "../../../handlers/observability/log.ts"
import { Auth, type authModes } from "../../../handlers/orders/Caller.ts"
import type { HttpContext } from "../../../handlers/orders/httpApi.ts"
import type { Order } from "../../../handlers/orders/Order.ts"
import { OrdersTable } from "../../../handlers/orders/OrdersTable.ts"
import { OrderTopic } from "../../../handlers/orders/placeOrder.ts"
import { makeFakeDynamoDb } from "../aws/fakeDynamoDb.ts"
import { makeFakeSns } from "../aws/fakeSns.ts"
import { makeFakeLedger } from "../consumer/fakeLedger.ts"
import { makeCollectedOutput } from "../observability/collectedOutput.ts"

/** An order. */
export const anOrder: Order = {
  orderId: "O1234",
  userId: "U123",
  itemName: "Laptop",
  quantity: 1,
  status: "new",
  timestamp: "2025-05-03T12:00:00Z"
}

/** The order system's services on fakes. */
export const makeOrderWorld = (mode: (typeof authModes)[number] = "none") => {
  const sns = makeFakeSns()
  const dynamoDb = makeFakeDynamoDb({ orders: "orderId" })
  const ledger = makeFakeLedger()
  const output = makeCollectedOutput()
  const layer = Layer.mergeAll(
    sns.layer,
    dynamoDb.layer,
    ledger.layer,
    Layer.succeed(Auth, { mode }),
    Layer.succeed(OrdersTable, { tableName: "orders" }),
    Layer.succeed(OrderTopic, { topicArn: "arn:aws:sns:eu-west-1:000000000000:orders" }),
    SecureRandom.layerWebCrypto,
    jsonLogLayer.pipe(Layer.provide(output.layer))
  )
  return { sns, dynamoDb, ledger, output, layer }
}

/** The context of an HTTP API's invocation. */
export const httpContext: HttpContext = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 10_000 }

/** A `POST /orders` with this body; one that is no string is written as JSON. */
export const orderRequest = (body: unknown, headers: Readonly<Record<string, string>> = {}) => ({
  version: "2.0",
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
  isBase64Encoded: false
})

/** A response with its body parsed. */
export interface ParsedResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** Parses the body of a response. */
export const parsed = <E, R>(
  response: Effect.Effect<
    { readonly statusCode: number; readonly headers: Readonly<Record<string, string>>; readonly body: string },
    E,
    R
  >
): Effect.Effect<ParsedResponse, E, R> =>
  Effect.map(response, ({ statusCode, headers, body }) => ({ statusCode, headers, body: JSON.parse(body) }))
