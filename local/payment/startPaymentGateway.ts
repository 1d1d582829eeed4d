/**
 * A stand-in for a payment gateway, over real HTTP, that answers what it is told to: for an order or for all, in
 * process or by `PUT /script` and `PUT /script/{orderId}`.
 *
 * `POST /authorizations` wants `Authorization: Bearer <token>`, an `Idempotency-Key` and a JSON object; its `orderId`,
 * or else the key, says which order is meant. The same key leads to the same authorisation, however often it comes.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { type Listening, listen } from "../listen.ts"
import { AnswerQueue } from "./AnswerQueue.ts"
import { type Authorization, type PaymentCall, PaymentLedger } from "./PaymentLedger.ts"
import { type PaymentAnswer, type PaymentScript, readScript } from "./PaymentScript.ts"

/** A running payment gateway. */
export interface PaymentGateway {
  /** `http://127.0.0.1:PORT`; the same after `down` and `up`. */
  readonly url: string
  /** What the next calls get: of one order, or, without an order, of every order that has no script of its own. */
  readonly script: (script: PaymentScript, orderId?: string) => void
  /** Which token is accepted from now on; another one gets 401. Mends a credential, or breaks it. */
  readonly acceptToken: (token: string) => void
  /** Stops listening: connections are refused until `up`. */
  readonly down: () => Promise<void>
  /** Listens again, on the same port. */
  readonly up: () => Promise<void>
  /** The calls to `POST /authorizations`, the oldest first. */
  readonly calls: (orderId?: string) => ReadonlyArray<PaymentCall>
  /** The authorised payments, the oldest first. */
  readonly authorizations: (orderId?: string) => ReadonlyArray<Authorization>
  readonly close: () => Promise<void>
}

/** How to start it. */
export interface PaymentGatewayOptions {
  /** @default a free port */
  readonly port?: number
  /** The token that callers must bring. */
  readonly token: string
}

const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {}
) => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body))
}

const maximumBodyBytes = 1024 * 1024

/** The body as text; `undefined` when it is too large. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size <= maximumBodyBytes) chunks.push(chunk)
  }
  return size <= maximumBodyBytes ? Buffer.concat(chunks).toString("utf8") : undefined
}

const orderIdIn = (body: string): string | undefined => {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === "object" && parsed !== null && "orderId" in parsed && typeof parsed.orderId === "string"
      ? parsed.orderId
      : undefined
  } catch {
    return undefined
  }
}

/** Resolves after the time, or as soon as the client is gone. */
const wait = (milliseconds: number, response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    response.once("close", () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Starts a payment gateway. Rejects with code `EADDRINUSE` when the port is taken. */
export const startPaymentGateway = async (options: PaymentGatewayOptions): Promise<PaymentGateway> => {
  const answers = new AnswerQueue()
  const ledger = new PaymentLedger()
  let accepted = options.token

  const authorize = async (request: IncomingMessage, response: ServerResponse, body: string): Promise<void> => {
    const key = request.headers["idempotency-key"]
    const idempotencyKey = typeof key === "string" && key !== "" ? key : undefined
    const orderId = orderIdIn(body) ?? idempotencyKey
    const ended = ledger.begin({ orderId, idempotencyKey, at: Date.now() })
    const reply = (status: number, content: unknown, headers: Readonly<Record<string, string>> = {}) => {
      ended(response.destroyed ? "client went away" : status)
      if (!response.destroyed) json(response, status, content, headers)
    }

    if (request.headers.authorization !== `Bearer ${accepted}`)
      return reply(401, { error: "invalid_token", message: "The access token is invalid or has expired." })
    if (idempotencyKey === undefined || orderId === undefined)
      return reply(400, { error: "invalid_request", message: "The Idempotency-Key header is missing." })
    const answer: PaymentAnswer = answers.next(orderId)
    if (answer !== "ok" && "refuse" in answer) {
      ended("refused")
      response.socket?.destroy()
      return
    }
    if (answer !== "ok" && "reset" in answer) {
      ended("reset")
      response.socket?.resetAndDestroy()
      return
    }
    if (answer !== "ok" && "status" in answer && answer.status >= 300) {
      const retry = answer.retryAfter === undefined ? {} : { "retry-after": `${answer.retryAfter}` }
      return reply(answer.status, answer.body ?? { error: `status_${answer.status}` }, retry)
    }
    if (answer !== "ok" && "delayMilliseconds" in answer) await wait(answer.delayMilliseconds, response)
    // A caller that gave up may still have been charged, as with a real gateway: its retry gets the same authorisation.
    const { authorizationId } = ledger.authorize(orderId, idempotencyKey, Date.now())
    const status = answer !== "ok" && "status" in answer ? answer.status : 201
    const own = answer !== "ok" && "status" in answer ? answer.body : undefined
    reply(status, own ?? { authorizationId, orderId, status: "authorized" })
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    if (body === undefined) return json(response, 413, { error: "The body is larger than 1 MiB." })
    const { pathname } = new URL(`http://127.0.0.1${request.url ?? "/"}`)
    if (request.method === "POST" && pathname === "/authorizations") return authorize(request, response, body)
    if (request.method === "GET" && pathname === "/authorizations") return json(response, 200, ledger.authorizations())
    if (request.method === "GET" && pathname === "/calls") return json(response, 200, ledger.calls())
    const target = /^\/script(?:\/([^/]+))?$/.exec(pathname)
    if (request.method === "PUT" && target) {
      const script = readScript(body)
      if (typeof script === "string") return json(response, 400, { error: script })
      answers.script(script, target[1] === undefined ? undefined : decodeURIComponent(target[1]))
      response.writeHead(204).end()
      return
    }
    json(response, 404, { error: `There is no ${request.method ?? "GET"} ${pathname} here.` })
  }

  const server = createServer((request, response) => {
    // Only a broken connection or a malformed path comes here: there is nobody left to answer.
    serve(request, response).catch(() => response.destroy())
  })
  let listening: Listening | undefined = await listen(server, options.port)
  const { url, port } = listening
  const down = async () => {
    const closing = listening
    listening = undefined
    await closing?.close()
  }
  return {
    url,
    script: (script, orderId) => answers.script(script, orderId),
    acceptToken: (token) => {
      accepted = token
    },
    down,
    up: async () => {
      listening ??= await listen(server, port)
    },
    calls: (orderId) => ledger.calls(orderId),
    authorizations: (orderId) => ledger.authorizations(orderId),
    close: down
  }
}
