/** `POST /orders`. */
import { Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { makeLambdaRuntime } from "../aws/lambdaRuntime.ts"
import { Sns } from "../aws/Sns.ts"
import { jsonLogLayer } from "../observability/log.ts"
import { StandardOut } from "../observability/StandardOut.ts"
import { Auth } from "./Caller.ts"
import type { HttpContext, HttpResponse } from "./httpApi.ts"
import { OrdersTable } from "./OrdersTable.ts"
import { OrderTopic, placeOrder } from "./placeOrder.ts"

const runtime = makeLambdaRuntime(
  Layer.mergeAll(
    Auth.layer,
    DynamoDb.layer,
    Sns.layer,
    OrdersTable.layer,
    OrderTopic.layer,
    SecureRandom.layerWebCrypto,
    jsonLogLayer
  ).pipe(Layer.provide(StandardOut.layer))
)

/** Lambda's entry point. */
export const handler = (event: unknown, context: HttpContext): Promise<HttpResponse> =>
  runtime.runPromise(placeOrder(event, context))
