/** Orders that go well, however they come and however often. */
import { endingsOf, laptop, orderIds, type Scenario, tally, text } from "./Scenario.ts"

/** Orders that go well. */
export const acceptedOrders: ReadonlyArray<Scenario> = [
  {
    name: "orders through the API",
    expected: "5 × 202, 5 stored; GET: stored",
    run: async (system) => {
      const orders = orderIds("api", 5).map((orderId) => laptop(orderId))
      const answers = await Promise.all(orders.map((order) => system.placeOrder(order)))
      const ended = tally(await endingsOf(system, orders))
      const seen = await system.getOrder("api-1")
      return `${answers.filter(({ status }) => status === 202).length} × 202, ${ended}; GET: ${Object(seen.body).status}`
    }
  },
  {
    name: "an order published straight to the topic",
    expected: "stored with every attribute",
    run: async (system) => {
      const message =
        '{"orderId":"O1234","userId":"U123","itemName":"Laptop","quantity":1,"status":"new","timestamp":"2025-05-03T12:00:00Z"}'
      await system.publish(message)
      const ending = text(await system.ending(message))
      const stored = system.storedOrder("O1234")
      const sent: Readonly<Record<string, unknown>> = JSON.parse(message)
      const same = Object.entries(sent).every(([name, value]) => stored?.[name] === value)
      return `${ending} ${same ? "with every attribute" : `as ${JSON.stringify(stored)}`}`
    }
  },
  {
    name: "the same order three times",
    expected: "stored, once",
    run: async (system) => {
      const message = JSON.stringify(laptop("thrice"))
      for (let delivery = 0; delivery < 3; delivery++) await system.publish(message)
      const ending = text(await system.ending(message))
      return `${ending}, ${system.storedCount("thrice") === 1 ? "once" : `${system.storedCount("thrice")} times`}`
    }
  },
  {
    name: "the same order id with different content",
    expected: "stored; the other archived VALIDATION_ERROR",
    run: async (system) => {
      const first = JSON.stringify(laptop("twofold"))
      const second = JSON.stringify({ ...laptop("twofold"), quantity: 2 })
      await system.publish(first)
      const stored = text(await system.ending(first))
      await system.publish(second)
      return `${stored}; the other ${text(await system.ending(second))}`
    }
  }
]
