/** The table of orders. */
import { Config, Context, Effect, Layer } from "effect"

/** The table of orders. */
export class OrdersTable extends Context.Service<OrdersTable, { readonly tableName: string }>()(
  "resilient-queue/orders/OrdersTable"
) {
  /** Config `ORDERS_TABLE`. */
  static readonly layer = Layer.effect(
    OrdersTable,
    Effect.map(Config.NonEmptyString("ORDERS_TABLE"), (tableName) => ({ tableName }))
  )
}
