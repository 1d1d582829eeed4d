/** The consumer lacks a permission: visible at once, not silence. */
import { alertsOf, endingsOf, laptop, plural, type Scenario, tally } from "./Scenario.ts"

/** The consumer lacks a permission. */
export const missingPermissions: ReadonlyArray<Scenario> = [
  {
    name: "the consumer's role lacks dynamodb:PutItem",
    expected: "awaiting operator AUTH_FAILURE, 1 alert; restored and replayed 1: stored (recovered)",
    run: async (system) => {
      const order = laptop("forbidden")
      const restore = system.revokeFromConsumer("dynamodb:PutItem")
      await system.placeOrder(order)
      const failed = tally(await endingsOf(system, [order]))
      const alerts = plural(alertsOf(system, "AuthFailure", "dynamodb"), "alert")
      restore()
      const replayed = await system.replay("AuthFailure")
      return `${failed}, ${alerts}; restored and replayed ${replayed}: ${tally(await endingsOf(system, [order]))}`
    }
  }
]
