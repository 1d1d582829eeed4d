/** Sends orders at an even rate from a thread of its own, whatever the answers take, and says when each was sent and accepted. */
import { parentPort } from "node:worker_threads"

/** What to send. */
export interface LoadRequest {
  readonly url: string
  readonly ratePerSecond: number
  readonly seconds: number
  /** Begins the ids of its orders. */
  readonly prefix: string
}

/** An order that was sent. Times are epoch milliseconds. */
export interface SentOrder {
  readonly orderId: string
  readonly sentAt: number
  readonly answeredAt: number
  /** 0: no answer. */
  readonly status: number
}

const now = (): number => performance.timeOrigin + performance.now()

const send = async (url: string, orderId: string): Promise<SentOrder> => {
  const sentAt = now()
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ orderId, userId: "U123", itemName: "Laptop", quantity: 1 }),
      signal: AbortSignal.timeout(30_000)
    })
    await response.arrayBuffer()
    return { orderId, sentAt, answeredAt: now(), status: response.status }
  } catch {
    return { orderId, sentAt, answeredAt: now(), status: 0 }
  }
}

parentPort?.on("message", ({ url, ratePerSecond, seconds, prefix }: LoadRequest) => {
  const count = Math.round(ratePerSecond * seconds)
  const sent: Array<Promise<SentOrder>> = []
  const startedAt = now()
  const tick = () => {
    const due = Math.min(count, Math.floor(((now() - startedAt) / 1000) * ratePerSecond) + 1)
    while (sent.length < due) sent.push(send(url, `${prefix}-${sent.length}`))
    if (sent.length < count) setTimeout(tick, Math.max(1, 1000 / ratePerSecond / 2))
    else void Promise.all(sent).then((orders) => parentPort?.postMessage(orders))
  }
  tick()
})
