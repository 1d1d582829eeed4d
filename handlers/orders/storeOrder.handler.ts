/** The consumer of the order queue. */
import { Layer } from "effect"
import { SecretsManager } from "../aws/SecretsManager.ts"
import { resilientConsumer } from "../consumer/resilientConsumer.ts"
import { Chaos } from "./chaos.ts"
import { Order } from "./Order.ts"
import { OrdersTable } from "./OrdersTable.ts"
import { PaymentGateway } from "./PaymentGateway.ts"
import { orderRecovery } from "./recovery.ts"
import { orderDependencies, storeOrder } from "./storeOrder.ts"

/** Lambda's entry point. */
export const handler = resilientConsumer({
  schema: Order,
  process: storeOrder,
  recovery: orderRecovery,
  dependencies: orderDependencies(process.env["PAYMENT_URL"]),
  layer: Layer.mergeAll(Chaos.layer, OrdersTable.layer, PaymentGateway.layer.pipe(Layer.provide(SecretsManager.layer)))
})
