/** A client of the API that wants every order placed: it repeats what was not clearly answered, under the same key. */
import { setTimeout as wait } from "node:timers/promises"
import type { OrderContent } from "../demo/conservation.ts"

/** What a client knows about an order in the end. */
export type Answer =
  /** 202: the system has taken responsibility for it. */
  | "accepted"
  /** A 4xx: the system does not want it. */
  | "refused"
  /** No clear answer before the client was told to stop: it may have been accepted. */
  | "undecided"

/** How to place orders. */
export interface PlaceOrdersOptions {
  /** The URL of `POST /orders`. */
  readonly url: string
  readonly orders: Iterable<OrderContent>
  /** How many requests are under way at once. */
  readonly concurrency: number
  /** Told of each order, once. */
  readonly onAnswer: (order: OrderContent, answer: Answer) => void
  /** Told of each request that is repeated. */
  readonly onRetry: () => void
  /** Ends it: nothing more is sent, and what is not answered clearly is undecided. */
  readonly signal: AbortSignal
}

/** A request that hangs for longer is given up, and repeated. */
const timeoutMilliseconds = 35_000

/** Between two tries, where the answer does not say how long. */
const pauseMilliseconds = 200

/** How long to wait before the next try, in milliseconds; the answer itself where it was a clear one. */
const request = async (url: string, order: OrderContent): Promise<Answer | number> => {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": order.orderId },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(timeoutMilliseconds)
    })
    await response.arrayBuffer()
    if (response.status === 202) return "accepted"
    if (response.status < 500 && response.status !== 429) return "refused"
    return 1000 * Number(response.headers.get("retry-after") ?? pauseMilliseconds / 1000)
  } catch {
    return pauseMilliseconds
  }
}

/**
 * Places orders; resolves once each of them has its answer, or none is to be expected any more. It begins with one
 * request at a time and slows down where answers fail to come: a server that is busy starting functions is not helped by
 * more of them.
 */
export const placeOrders = (options: PlaceOrdersOptions): Promise<void> =>
  new Promise((resolve) => {
    const { url, orders, concurrency, onAnswer, onRetry, signal } = options
    const remaining = orders[Symbol.iterator]()
    /** Whose pause is over: they go before those that were never sent. */
    const again: Array<OrderContent> = []
    let limit = 1
    let underWay = 0
    let pausing = 0

    const next = (): OrderContent | undefined => {
      if (signal.aborted) return undefined
      const repeated = again.shift()
      if (repeated === undefined) return remaining.next().value
      onRetry()
      return repeated
    }

    const send = async (order: OrderContent): Promise<void> => {
      underWay++
      const answer = await request(url, order)
      underWay--
      if (typeof answer === "string") {
        limit = Math.min(concurrency, limit + 1 / limit)
        onAnswer(order, answer)
        return
      }
      limit = Math.max(1, limit / 2)
      pausing++
      // Whoever waits for a next try does not keep the others from their first.
      pump()
      await wait(answer, undefined, { signal }).catch(() => undefined)
      pausing--
      again.push(order)
    }

    const pump = (): void => {
      while (underWay < Math.floor(limit)) {
        const order = next()
        if (order === undefined) break
        void send(order).then(pump)
      }
      if (underWay > 0 || pausing > 0) return
      for (const order of again.splice(0)) onAnswer(order, "undecided")
      resolve()
    }
    pump()
  })
