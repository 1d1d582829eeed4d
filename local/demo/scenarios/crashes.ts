/** Orders that kill their consumer. */
import { alertsOf, endingsOf, laptop, orderIds, plural, type Scenario, tally } from "./Scenario.ts"

/** Orders that kill their consumer. */
export const crashes: ReadonlyArray<Scenario> = [
  {
    name: 'POST {"product":"Poison","quantity":1}: kills its consumer',
    expected: "202, archived UNKNOWN, 1 alert",
    run: async (system) => {
      const answer = await system.placeOrder({ product: "Poison", quantity: 1 })
      const order = { orderId: String(Object(answer.body).orderId), itemName: "Poison", quantity: 1 }
      const ended = tally(await endingsOf(system, [order]))
      return `${answer.status}, ${ended}, ${plural(alertsOf(system, "Unknown"), "alert")}`
    }
  },
  {
    name: "Poison among nine good orders",
    expected: "9 stored, 1 archived UNKNOWN",
    run: async (system) => {
      const orders = orderIds("neighbour", 9).map((orderId) => laptop(orderId))
      orders.splice(4, 0, laptop("culprit", "Poison"))
      await Promise.all(orders.map((order) => system.placeOrder(order)))
      const endings = await endingsOf(system, orders)
      // How often a neighbour has to be isolated depends on which batch it shares with the culprit: only the end counts.
      const ended = endings.map((ending) => ({ ...ending, recovered: false }))
      return tally(ended.sort((a, b) => b.kind.localeCompare(a.kind)))
    }
  }
]
