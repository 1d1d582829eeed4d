/** What the functions of the order system have to be able to do. */
import { randomUUID } from "node:crypto"
import { encodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import type { Exercise } from "../Exercise.ts"
import type { Subject } from "../startSubject.ts"
import { placeOf, sites } from "./healing.ts"

const order = (orderId: string, itemName = "Laptop") => ({ orderId, itemName, quantity: 1, userId: "U1" })

const mainQueue = (subject: Subject) => placeOf(subject, sites.orders, "mainQueueArn")
const deadLetterQueue = (subject: Subject) => placeOf(subject, sites.orders, "deadLetterQueueArn")

/** Where an order's messages are. */
const whereabouts = (subject: Subject): string =>
  `main queue: ${subject.depth(mainQueue(subject))}; dead letters: ${subject.depth(deadLetterQueue(subject))}`

const stored = async (subject: Subject, orderId: string): Promise<string> => {
  const items = await subject.items(subject.output("ordersTableName"))
  return items.some((item) => item["orderId"] === orderId && item["storedAt"] !== undefined) ? "stored" : "not stored"
}

const statusOf = async (subject: Subject, orderId: string): Promise<string> => {
  const { status, body } = await subject.api("GET", `/orders/${orderId}`)
  return `${status} ${Object(body).status}`
}

/** What the order system has to be able to do. */
export const orders: ReadonlyArray<Exercise> = [
  {
    name: "an order is accepted, and asked for before it is stored",
    expected: "202, then 200 processing; main queue: 1 visible; dead letters: empty",
    run: async (subject) => {
      const orderId = randomUUID()
      const { status } = await subject.api("POST", "/orders", order(orderId))
      return `${status}, then ${await statusOf(subject, orderId)}; ${whereabouts(subject)}`
    }
  },
  {
    name: "an order is stored, and asked for",
    expected: "stored, 200 stored; main queue: empty; dead letters: empty",
    run: async (subject) => {
      const orderId = randomUUID()
      await subject.send(mainQueue(subject), { body: JSON.stringify(order(orderId)) })
      await subject.aws.lambda.deliver(mainQueue(subject))
      return `${await stored(subject, orderId)}, ${await statusOf(subject, orderId)}; ${whereabouts(subject)}`
    }
  },
  {
    name: "an order is paid for with the token that is read when the function starts",
    expected: "stored; main queue: empty; dead letters: empty",
    run: async (subject) => {
      const orderId = randomUUID()
      await subject.recycle("orders-consumer")
      await subject.send(mainQueue(subject), { body: JSON.stringify(order(orderId)) })
      await subject.aws.lambda.deliver(mainQueue(subject))
      return `${await stored(subject, orderId)}; ${whereabouts(subject)}`
    }
  },
  {
    name: "an order delivered twice is stored once",
    expected: "stored; main queue: empty; dead letters: empty",
    run: async (subject) => {
      const orderId = randomUUID()
      for (const _ of [1, 2]) {
        await subject.send(mainQueue(subject), { body: JSON.stringify(order(orderId)) })
        await subject.aws.lambda.deliver(mainQueue(subject))
      }
      return `${await stored(subject, orderId)}; ${whereabouts(subject)}`
    }
  },
  {
    name: "an invalid order goes to the dead-letter queue at its first receive, and its client is told",
    expected: "main queue: empty; dead letters: 1 visible; then archived; 200 failed",
    run: async (subject) => {
      const orderId = randomUUID()
      await subject.send(mainQueue(subject), { body: JSON.stringify({ ...order(orderId), quantity: 0 }) })
      await subject.aws.lambda.deliver(mainQueue(subject))
      const first = whereabouts(subject)
      await subject.aws.lambda.deliver(deadLetterQueue(subject))
      const items = await subject.items(subject.output("failuresTableName"))
      const found = items.find((item) => item["correlationId"] === orderId)
      return `${first}; then ${found?.["status"]}; ${await statusOf(subject, orderId)}`
    }
  },
  {
    name: "an order that fails for a while is tried again soon, and its dependency's breaker is told",
    expected: "main queue: 1 visible; dead letters: empty; the breaker knows",
    run: async (subject) => {
      await subject.send(mainQueue(subject), { body: JSON.stringify(order(randomUUID(), "ChaosTimeout")) })
      await subject.aws.lambda.deliver(mainQueue(subject))
      subject.advance(10)
      return `${whereabouts(subject)}; ${await breakerOf(subject, subject.output("failuresTableName"), "chaos")}`
    }
  },
  {
    name: "an order that was healed is confirmed",
    expected: "stored, recovered; main queue: empty; dead letters: empty",
    run: async (subject) => {
      const orderId = randomUUID()
      const at = Date.now()
      const failure = { class: "Timeout", reason: "too slow", receiveCount: 3, at }
      const evidence = { version: 1 as const, lineageId: orderId, firstSeen: at, healAttempts: 0, failure }
      const resilience = encodeEvidence(evidence)
      const body = JSON.stringify(order(orderId))
      await subject.send(deadLetterQueue(subject), { body, attributes: { resilience } })
      await subject.aws.lambda.deliver(deadLetterQueue(subject))
      subject.advance(10)
      await subject.aws.lambda.deliver(mainQueue(subject))
      const items = await subject.items(subject.output("failuresTableName"))
      const found = items.find((item) => item["lineageId"] === orderId)
      return `${await stored(subject, orderId)}, ${found?.["status"]}; ${whereabouts(subject)}`
    }
  },
  {
    name: "an invalid order without room for evidence is known by its reason all the same",
    expected: "archived ValidationError; main queue: empty; dead letters: empty",
    run: async (subject) => {
      const orderId = randomUUID()
      const attributes = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, "x"]))
      await subject.send(mainQueue(subject), { body: JSON.stringify({ ...order(orderId), quantity: 0 }), attributes })
      await subject.aws.lambda.deliver(mainQueue(subject))
      await subject.aws.lambda.deliver(deadLetterQueue(subject))
      const items = await subject.items(subject.output("failuresTableName"))
      const found = items.find((item) => item["correlationId"] === orderId)
      return `${found?.["status"]} ${found?.["class"]}; ${whereabouts(subject)}`
    }
  }
]

/** Whether a dependency's circuit breaker was told. */
export const breakerOf = async (subject: Subject, table: string, dependency: string): Promise<string> => {
  const items = await subject.items(table)
  const known = items.some(
    ({ lineageId }) => String(lineageId).startsWith("breaker#") && String(lineageId).includes(dependency)
  )
  return known ? "the breaker knows" : "the breaker does not know"
}
