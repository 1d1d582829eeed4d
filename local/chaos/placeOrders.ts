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

/** Places orders; resolves once each of them has its answer. */
export const placeOrders = async (options: PlaceOrdersOptions): Promise<void> => {
  const { url, orders, concurrency, onAnswer, onRetry, signal } = options
  const remaining = orders[Symbol.iterator]()
  const waiting: Array<Promise<void>> = []

  const place = async (order: OrderContent): Promise<void> => {
    if (signal.aborted) return onAnswer(order, "undecided")
    const answer = await request(url, order)
    if (typeof answer === "string") return onAnswer(order, answer)
    // Whoever waits for a next try does not keep the others from their first.
    waiting.push(
      wait(answer, undefined, { signal }).then(
        () => {
          onRetry()
          return place(order)
        },
        () => onAnswer(order, "undecided")
      )
    )
  }

  const work = async (): Promise<void> => {
    for (let next = remaining.next(); next.done !== true && !signal.aborted; next = remaining.next())
      await place(next.value)
  }

  await Promise.all(Array.from({ length: concurrency }, work))
  // Those that are waited for may add others.
  while (waiting.length > 0) await Promise.all(waiting.splice(0))
}
