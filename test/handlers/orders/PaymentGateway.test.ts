import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import * as fc from "fast-check"
import { RequestRejected } from "../../../handlers/aws/AwsError.ts"
import { SecretsManager } from "../../../handlers/aws/SecretsManager.ts"
import { retryAfterSeconds } from "../../../handlers/failure/retryAfter.ts"
import { PaymentGateway, statusFailure } from "../../../handlers/orders/PaymentGateway.ts"
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

/** Secrets Manager with one secret: `undefined` is missing. */
const holding = (secret: { readonly token: string | undefined; reads: number }) =>
  Layer.succeed(SecretsManager, {
    getSecretString: () =>
      Effect.suspend(() => {
        secret.reads += 1
        return secret.token === undefined
          ? Effect.fail(
              new RequestRejected({
                service: "secretsmanager",
                operation: "GetSecretValue",
                code: "ResourceNotFoundException",
                message: "no"
              })
            )
          : Effect.succeed(Redacted.make(secret.token))
      })
  })

const layerOf = (environment: Readonly<Record<string, string>>, secrets = holding({ token: undefined, reads: 0 })) =>
  PaymentGateway.layer.pipe(
    Layer.provide(Layer.merge(secrets, ConfigProvider.layer(ConfigProvider.fromUnknown(environment))))
  )

const authorise = (environment: Readonly<Record<string, string>>, remainingMilliseconds = 5000) =>
  Effect.flatMap(PaymentGateway, (payments) => payments.authorise(anOrder, Date.now() + remainingMilliseconds)).pipe(
    Effect.provide(layerOf(environment))
  )

describe("the payment gateway", () => {
  it.live("is asked with the order's id as idempotency key", () =>
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
      yield* authorise({ PAYMENT_URL: `${url}/v1/` })
      assert.deepStrictEqual(requests, [
        {
          method: "POST",
          url: "/v1/authorizations",
          key: "O1234",
          authorization: undefined,
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

describe("the payment token", () => {
  /** A gateway that accepts one token, and a payment client with a secret that can be rotated. */
  const world = Effect.fnUntraced(function* (token: string | undefined) {
    const seen: Array<string | undefined> = []
    const accepted = { token }
    const secret = { token, reads: 0 }
    const { url } = yield* gateway((request, response) => {
      seen.push(request.headers.authorization)
      const status = request.headers.authorization === `Bearer ${accepted.token}` ? 201 : 401
      response.writeHead(status).end()
    })
    const payments = yield* Effect.provide(
      PaymentGateway,
      layerOf({ PAYMENT_URL: url, PAYMENT_TOKEN_SECRET_ARN: "arn" }, holding(secret))
    )
    return { seen, accepted, secret, pay: payments.authorise(anOrder, Date.now() + 5000) }
  })

  it.live("is read at the first order, and kept", () =>
    Effect.gen(function* () {
      const { seen, secret, pay } = yield* world("t0ken")
      assert.strictEqual(secret.reads, 0)
      yield* pay
      yield* pay
      assert.deepStrictEqual(seen, ["Bearer t0ken", "Bearer t0ken"])
      assert.strictEqual(secret.reads, 1)
    })
  )

  it.live("that was rotated is read once more when it is refused, and the order is authorised", () =>
    Effect.gen(function* () {
      const { seen, accepted, secret, pay } = yield* world("old")
      yield* pay
      accepted.token = secret.token = "new"
      yield* Effect.forEach(Array(5).keys(), () => pay, { concurrency: "unbounded" })
      assert.strictEqual(secret.reads, 2)
      assert.deepStrictEqual(
        seen.filter((each) => each === "Bearer new"),
        Array(5).fill("Bearer new")
      )
    })
  )

  it.live("that is refused though nobody has rotated it is an AuthFailure", () =>
    Effect.gen(function* () {
      const { seen, accepted, secret, pay } = yield* world("wrong")
      accepted.token = "right"
      assert.include(yield* Effect.flip(pay), {
        _tag: "AuthFailure",
        dependency: "payment-gateway",
        reason: "HTTP 401"
      })
      assert.strictEqual(seen.length, 1)
      assert.strictEqual(secret.reads, 2)
    })
  )

  it.live(
    "may end in a line break, as files do; what no header can hold is an AuthFailure that does not quote it",
    () =>
      Effect.gen(function* () {
        const { accepted, pay } = yield* world("t0ken\n")
        accepted.token = "t0ken"
        yield* pay
        const { pay: refused } = yield* world("mark\ner")
        const failure = yield* Effect.flip(refused)
        assert.strictEqual(failure._tag, "AuthFailure")
        assert.notMatch(JSON.stringify(failure), /mark|ner"/)
      })
  )

  it.live("that is not there is an AuthFailure of Secrets Manager: it is for an operator, and can be replayed", () =>
    Effect.gen(function* () {
      const { seen, pay } = yield* world(undefined)
      assert.include(yield* Effect.flip(pay), {
        _tag: "AuthFailure",
        dependency: "secretsmanager",
        reason: "secretsmanager GetSecretValue: ResourceNotFoundException"
      })
      assert.deepStrictEqual(seen, [])
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
