/** Failures of the payment gateway: bad credential, slow, unavailable, down for good. */
import { alertsOf, endingsOf, laptop, orderIds, placedAndEnded, plural, type Scenario, tally } from "./Scenario.ts"

/** Failures of single calls to the payment gateway. */
export const paymentGateway: ReadonlyArray<Scenario> = [
  {
    name: "payment gateway answers 401 to five orders",
    expected: "5 awaiting operator AUTH_FAILURE, 1 alert; mended and replayed 5: 5 stored (recovered)",
    run: async (system) => {
      const orders = orderIds("credential", 5).map((orderId) => laptop(orderId))
      for (const { orderId } of orders) system.scriptPayment(orderId, [{ status: 401 }], { forever: true })
      await Promise.all(orders.map((order) => system.placeOrder(order)))
      const failed = tally(await endingsOf(system, orders))
      const alerts = plural(alertsOf(system, "AuthFailure", "payment-gateway"), "alert")
      system.mendPayment(orders.map(({ orderId }) => orderId))
      const replayed = await system.replay("AuthFailure")
      return `${failed}, ${alerts}; mended and replayed ${replayed}: ${tally(await endingsOf(system, orders))}`
    }
  },
  {
    name: "payment gateway resets the connection once",
    expected: "202, stored",
    run: (system) => {
      const order = laptop("reset")
      system.scriptPayment(order.orderId, [{ reset: true }])
      return placedAndEnded(system, order)
    }
  },
  {
    name: "payment gateway declines (422)",
    expected: "202, archived VALIDATION_ERROR",
    run: (system) => {
      const order = laptop("declined")
      system.scriptPayment(order.orderId, [{ status: 422 }], { forever: true })
      return placedAndEnded(system, order)
    }
  }
]

/** The payment gateway fails for longer: its circuit breaker opens, for each of these and for all of them together. */
export const paymentOutage: ReadonlyArray<Scenario> = [
  {
    name: "payment gateway too slow for every receive, once",
    expected: "202, stored (recovered)",
    run: (system) => {
      const order = laptop("slow")
      system.scriptPayment(order.orderId, Array(3).fill({ delayMilliseconds: 20_000 }))
      return placedAndEnded(system, order)
    }
  },
  {
    name: "payment gateway answers 503 for a while",
    expected: "202, stored (recovered)",
    run: (system) => {
      const order = laptop("unavailable")
      system.scriptPayment(order.orderId, Array(4).fill({ status: 503 }))
      return placedAndEnded(system, order)
    }
  },
  {
    name: "payment gateway down for good",
    expected: "202, archived DEPENDENCY_FAILURE, 1 alert",
    run: async (system) => {
      const order = laptop("down")
      system.scriptPayment(order.orderId, [{ refuse: true }], { forever: true })
      const ended = await placedAndEnded(system, order)
      return `${ended}, ${plural(alertsOf(system, "DependencyFailure", "payment-gateway"), "alert")}`
    }
  }
]
