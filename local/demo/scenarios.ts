/**
 * The demo's scenarios: every way in which an order can go well or fail. Each says what it expects before it runs; what it
 * answers is put together from what the system shows. Scenarios of one phase run side by side.
 */
import type { ApiAnswer, Ending, RunningSystem } from "./RunningSystem.ts"

/** One scenario. */
export interface Scenario {
  readonly name: string
  readonly expected: string
  readonly run: (system: RunningSystem) => Promise<string>
}

const laptop = (orderId: string, itemName = "Laptop") => ({ orderId, itemName, quantity: 1, userId: "U123" })
const orderIds = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`)

const text = (ending: Ending): string =>
  [
    ending.kind === "awaiting-operator" ? "awaiting operator" : ending.kind,
    ...(ending.failureCode === undefined ? [] : [ending.failureCode]),
    ...(ending.recovered ? ["(recovered)"] : [])
  ].join(" ")

/** `3 stored, 1 archived UNKNOWN`: equal endings counted, in the order of their first appearance. */
const tally = (endings: ReadonlyArray<Ending>): string => {
  const counts = new Map<string, number>()
  for (const ending of endings) counts.set(text(ending), (counts.get(text(ending)) ?? 0) + 1)
  return [...counts].map(([name, count]) => (endings.length === 1 ? name : `${count} ${name}`)).join(", ")
}

const endingsOf = (system: RunningSystem, orders: ReadonlyArray<unknown>): Promise<ReadonlyArray<Ending>> =>
  Promise.all(orders.map((order) => system.ending(JSON.stringify(order))))

const alertsOf = (system: RunningSystem, failureClass: string, dependency?: string): number =>
  system.alerts().filter((alert) => alert.failureClass === failureClass && alert.dependency === dependency).length

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

/** The fields that a problem document blames. */
const blamedFields = (answer: ApiAnswer): string => {
  const errors =
    typeof answer.body === "object" && answer.body !== null ? Reflect.get(answer.body, "errors") : undefined
  if (!Array.isArray(errors)) return "no field"
  return errors.map((error: unknown) => String(Object(error).field)).join(", ")
}

const placedAndEnded = async (system: RunningSystem, order: ReturnType<typeof laptop>): Promise<string> => {
  const answer = await system.placeOrder(order)
  return `${answer.status}, ${tally(await endingsOf(system, [order]))}`
}

const rejected = (name: string, expected: string, order: Parameters<RunningSystem["placeOrder"]>[0]): Scenario => ({
  name,
  expected,
  run: async (system) => {
    const answer = await system.placeOrder(order)
    return answer.status === 422 ? `422 naming ${blamedFields(answer)}` : String(answer.status)
  }
})

const sentToQueue = (name: string, expected: string, body: string): Scenario => ({
  name,
  expected,
  run: async (system) => {
    await system.send(body)
    return text(await system.ending(body))
  }
})

const accepted: ReadonlyArray<Scenario> = [
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

const invalid: ReadonlyArray<Scenario> = [
  rejected("missing field, through the API", "422 naming itemName", { quantity: 1 }),
  rejected("quantity 0, through the API", "422 naming quantity", { itemName: "Laptop", quantity: 0 }),
  rejected("truncated JSON, through the API", "400", Buffer.from('{"itemName":"Laptop","quan')),
  rejected("invalid UTF-8, through the API", "400", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
  sentToQueue("missing field, in the queue", "archived VALIDATION_ERROR", '{"orderId":"no-item","quantity":1}'),
  sentToQueue(
    "quantity 0, in the queue",
    "archived VALIDATION_ERROR",
    '{"orderId":"none","userId":"U1","itemName":"Laptop","quantity":0}'
  ),
  sentToQueue("a test message, in the queue", "archived VALIDATION_ERROR", '{"message": "This is a test message."}'),
  sentToQueue("not JSON, in the queue", "archived BAD_PAYLOAD", "orderId=O1;item=Laptop"),
  sentToQueue("truncated JSON, in the queue", "archived BAD_PAYLOAD", '{"orderId":"cut","itemName":"Lap'),
  sentToQueue("bytes that were not UTF-8, in the queue", "archived BAD_PAYLOAD", "\ufffd\ufffd{\ufffd")
]

const gateway: ReadonlyArray<Scenario> = [
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
      return `${failed}, ${alerts}; mended and replayed ${replayed}: ${tally(await storedAfterReplay(system, orders))}`
    }
  },
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

const poison: ReadonlyArray<Scenario> = [
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

const permissions: ReadonlyArray<Scenario> = [
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
      return `${failed}, ${alerts}; restored and replayed ${replayed}: ${tally(await storedAfterReplay(system, [order]))}`
    }
  }
]

/** After a replay a message is on its way again: waits until its new ending is the last one. */
const storedAfterReplay = async (system: RunningSystem, orders: ReadonlyArray<unknown>) => endingsOf(system, orders)

/** Phases run one after the other: what crashes the consumer or takes its permissions must not disturb the rest. */
export const phases: ReadonlyArray<ReadonlyArray<Scenario>> = [
  [...accepted, ...invalid, ...gateway],
  poison,
  permissions
]
