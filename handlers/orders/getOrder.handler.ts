/** `GET /orders/{orderId}`. */
import { Layer } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { makeLambdaRuntime } from "../aws/lambdaRuntime.ts"
import { FailureLedger } from "../ledger/FailureLedger.ts"
import { jsonLogLayer } from "../observability/log.ts"
import { StandardOut } from "../observability/StandardOut.ts"
import { Auth } from "./Caller.ts"
import { getOrder } from "./getOrder.ts"
import type { HttpContext, HttpResponse } from "./httpApi.ts"
import { OrdersTable } from "./OrdersTable.ts"

const runtime = makeLambdaRuntime(
  Layer.mergeAll(Auth.layer, FailureLedger.layer, OrdersTable.layer).pipe(
    Layer.provideMerge(DynamoDb.layer),
    Layer.provideMerge(jsonLogLayer),
    Layer.provide(StandardOut.layer)
  )
)

/** Lambda's entry point. */
export const handler = (event: unknown, context: HttpContext): Promise<HttpResponse> =>
  runtime.runPromise(getOrder(event, context))
