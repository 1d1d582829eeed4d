import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { afterEach, describe, expect, it } from "vitest"
import { type Answer, placeOrders } from "../../../local/chaos/placeOrders.ts"
import { type Listening, listen } from "../../../local/listen.ts"

const orders = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ orderId: `O${index}`, itemName: "Laptop", quantity: 1 }))

let server: Listening | undefined
afterEach(() => server?.close())

/** Places orders with a server that answers as it is told; says what each order was answered and which keys came. */
const placed = async (
  count: number,
  answer: (index: number, response: ServerResponse, request: IncomingMessage) => void,
  { concurrency = 4, signal = new AbortController().signal } = {}
) => {
  const keys: Array<string> = []
  let underWay = 0
  let most = 0
  server = await listen(
    createServer((request, response) => {
      underWay++
      most = Math.max(most, underWay)
      response.once("close", () => underWay--)
      keys.push(String(request.headers["idempotency-key"]))
      request.resume().once("end", () => answer(keys.length - 1, response, request))
    })
  )
  const answers = new Map<string, Answer>()
  let retries = 0
  await placeOrders({
    url: server.url,
    orders: orders(count),
    concurrency,
    signal,
    onAnswer: ({ orderId }, given) => answers.set(orderId, given),
    onRetry: () => {
      retries++
    }
  })
  return { answers, keys, retries, most }
}

describe("placing orders", () => {
  it("sends each order once where each is accepted, and no more at a time than it may", async () => {
    const { answers, keys, retries, most } = await placed(30, (_, response) => response.writeHead(202).end())
    expect([...answers.values()].filter((answer) => answer === "accepted")).toHaveLength(30)
    expect(new Set(keys).size).toBe(30)
    expect(retries).toBe(0)
    expect(most).toBeLessThanOrEqual(4)
  })

  it("repeats an order that met a 5xx, a 429 or a broken connection, under the same key, until the answer is clear", async () => {
    const { answers, keys, retries } = await placed(1, (index, response) => {
      if (index === 0) response.writeHead(503, { "retry-after": "0" }).end()
      else if (index === 1) response.writeHead(429, { "retry-after": "0" }).end()
      else if (index === 2) response.socket?.destroy()
      else response.writeHead(202).end()
    })
    expect(keys).toEqual(["O0", "O0", "O0", "O0"])
    expect(retries).toBe(3)
    expect(answers.get("O0")).toBe("accepted")
  })

  it("takes a 4xx for an answer", async () => {
    const { answers, keys } = await placed(1, (_, response) => response.writeHead(422).end())
    expect([keys.length, answers.get("O0")]).toEqual([1, "refused"])
  })

  it("sends nothing more once it is told to stop, and leaves undecided what has no clear answer", async () => {
    const stop = new AbortController()
    const { answers, keys } = await placed(
      10,
      (_, response) => {
        stop.abort()
        response.writeHead(503, { "retry-after": "60" }).end()
      },
      { concurrency: 1, signal: stop.signal }
    )
    expect(keys).toEqual(["O0"])
    expect([...answers]).toEqual([["O0", "undecided"]])
  })
})
