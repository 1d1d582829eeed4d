/**
 * The demo's scenarios: every way in which an order can go well or fail. Each says what it expects before it runs; what it
 * answers is put together from what the system shows. Scenarios of one phase run side by side.
 */
import { acceptedOrders } from "./scenarios/acceptedOrders.ts"
import { crashes } from "./scenarios/crashes.ts"
import { invalidMessages } from "./scenarios/invalidMessages.ts"
import { missingPermissions } from "./scenarios/missingPermissions.ts"
import { paymentGateway, paymentOutage } from "./scenarios/paymentGateway.ts"
import type { Scenario } from "./scenarios/Scenario.ts"

/**
 * Phases run one after the other: what crashes the consumer, takes its permissions or opens a circuit breaker must not
 * disturb the rest.
 */
export const phases: ReadonlyArray<ReadonlyArray<Scenario>> = [
  [...acceptedOrders, ...invalidMessages, ...paymentGateway],
  crashes,
  missingPermissions,
  paymentOutage
]
