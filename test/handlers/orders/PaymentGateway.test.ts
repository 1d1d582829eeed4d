import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import * as fc from "fast-check"
import { PaymentGateway, statusFailure } from "../../../handlers/orders/PaymentGateway.ts"
import { retryAfterSeconds } from "../../../handlers/orders/retryAfter.ts"
import { anOrder } from "./orders.ts"

/** A gateway over HTTP that answers as told. */
const gateway = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createServer(answer)
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      return { server, url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}` }
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )

const authorise = (environment: Readonly<Record<string, string>>, remainingMilliseconds = 5000) =>
  Effect.flatMap(PaymentGateway, (payments) => payments.authorise(anOrder, Date.now() + remainingMilliseconds)).pipe(
    Effect.provide(
      PaymentGateway.layer.pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(environment))))
    )
  )

describe("the payment gateway", () => {
  it.live("is asked with the order's id as idempotency key, and with the token", () =>
    Effect.gen(function* () {
      const requests: Array<Record<string, unknown>> = []
      const { url } = yield* gateway((request, response) => {
        request.setEncoding("utf8")
        request.on("data", (body: string) => {
          requests.push({
            method: request.method,
            url: request.url,
            key: request.headers["idempotency-key"],
            authorization: request.headers.authorization,
            body: JSON.parse(body)
          })
          response.writeHead(201).end("{}")
        })
      })
      yield* authorise({ PAYMENT_URL: `${url}/v1/`, PAYMENT_TOKEN: "t0ken" })
      assert.deepStrictEqual(requests, [
        {
          method: "POST",
          url: "/v1/authorizations",
          key: "O1234",
          authorization: "Bearer t0ken",
          body: { orderId: "O1234", itemName: "Laptop", quantity: 1, userId: "U123" }
        }
      ])
    })
  )

  it.live("is not asked when none is configured", () => authorise({ PAYMENT_URL: "" }))

  it.live("that is too slow is a Timeout, at the order's deadline at the latest", () =>
    Effect.gen(function* () {
      const { url } = yield* gateway(() => {})
      const slow = yield* Effect.flip(authorise({ PAYMENT_URL: url, PAYMENT_TIMEOUT_MILLISECONDS: "20" }))
      assert.include(slow, { _tag: "Timeout", dependency: "payment-gateway" })
      const late = yield* Effect.flip(authorise({ PAYMENT_URL: url }, 20))
      assert.strictEqual(late._tag, "Timeout")
    })
  )

  it.live("that resets or refuses the connection is a DependencyFailure", () =>
    Effect.gen(function* () {
      const { url } = yield* gateway((request) => request.socket.resetAndDestroy())
      const reset = yield* Effect.flip(authorise({ PAYMENT_URL: url }))
      assert.include(reset, { _tag: "DependencyFailure", dependency: "payment-gateway" })
      const refused = yield* Effect.flip(authorise({ PAYMENT_URL: "http://127.0.0.1:1" }))
      assert.strictEqual(refused._tag, "DependencyFailure")
    })
  )

  it.live("that says when to come back is heard", () =>
    Effect.gen(function* () {
      const { url } = yield* gateway((_, response) => void response.writeHead(503, { "retry-after": "17" }).end())
      assert.include(yield* Effect.flip(authorise({ PAYMENT_URL: url })), {
        _tag: "DependencyFailure",
        reason: "HTTP 503",
        retryAfterSeconds: 17
      })
    })
  )

  it.live("that redirects is not followed with the token", () =>
    Effect.gen(function* () {
      const paths: Array<string | undefined> = []
      const { url } = yield* gateway((request, response) => {
        paths.push(request.url)
        response.writeHead(307, { location: "/elsewhere" }).end()
      })
      assert.strictEqual((yield* Effect.flip(authorise({ PAYMENT_URL: url })))._tag, "DependencyFailure")
      assert.deepStrictEqual(paths, ["/authorizations"])
    })
  )
})

describe("a status", () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [400, "ValidationError"],
    [401, "AuthFailure"],
    [402, "ValidationError"],
    [403, "AuthFailure"],
    [404, "ValidationError"],
    [408, "Timeout"],
    [409, "ValidationError"],
    [422, "ValidationError"],
    [429, "DependencyFailure"],
    [500, "DependencyFailure"],
    [502, "DependencyFailure"],
    [503, "DependencyFailure"],
    [504, "DependencyFailure"]
  ])("%i is %s", (status, tag) => {
    assert.strictEqual(statusFailure(status, null, 0)?._tag, tag)
  })
})

describe("Retry-After", () => {
  it.each([
    ["120", 120],
    [" 0 ", 0],
    ["999999", 86_400],
    ["Thu, 01 Jan 1970 00:01:30 GMT", 30],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["2026-01-01", undefined],
    ["", undefined],
    [null, undefined]
  ])("%s is %s seconds from a minute after the epoch", (header, seconds) => {
    assert.strictEqual(retryAfterSeconds(header, 60_000), seconds)
  })

  it("is always from 0 to a day, or nothing", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.date().map((date) => date.toUTCString())
        ),
        (header) => {
          const seconds = retryAfterSeconds(header, 0) ?? 0
          assert.isTrue(Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400)
        }
      )
    )
  })
})
