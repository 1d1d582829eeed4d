import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { DependencyFailure } from "../../../handlers/failure/errors.ts"
import { placeOrder } from "../../../handlers/orders/placeOrder.ts"
import { unavailable } from "../aws/injectedFailures.ts"
import { httpContext, makeOrderWorld, orderRequest, parsed } from "./orders.ts"

const Problem = Schema.Struct({
  status: Schema.Number,
  title: Schema.String,
  detail: Schema.String,
  errors: Schema.optionalKey(Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String })))
})
const Accepted = Schema.Struct({ orderId: Schema.String, status: Schema.Literal("processing") })
const decodeProblem = Schema.decodeUnknownSync(Problem)
const decodeAccepted = Schema.decodeUnknownSync(Accepted)
const decodeMessage = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))

const place = (event: unknown, world = makeOrderWorld()) =>
  Effect.map(parsed(placeOrder(event, httpContext).pipe(Effect.provide(world.layer))), (response) => ({
    ...response,
    world,
    published: world.sns.published.map(({ notification }) => decodeMessage(notification.message))
  }))

describe("an order that is placed", () => {
  it.effect("is accepted with its id and where to look for it, once the topic has it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 2))
      const { statusCode, headers, body, published, world } = yield* place(
        orderRequest({ itemName: "Laptop", quantity: 2, userId: "U1", orderId: "O:1", surprise: true })
      )
      assert.strictEqual(statusCode, 202)
      assert.deepStrictEqual(body, { orderId: "O:1", status: "processing" })
      assert.strictEqual(headers["location"], "/orders/O%3A1")
      assert.deepStrictEqual(published, [
        {
          orderId: "O:1",
          userId: "U1",
          itemName: "Laptop",
          quantity: 2,
          status: "new",
          timestamp: "2026-01-02T00:00:00.000Z"
        }
      ])
      assert.include(world.dynamoDb.items.get('orders/"O:1"'), { receivedAt: "2026-01-02T00:00:00.000Z" })
    })
  )

  it.effect("belongs to anonymous and has an id of its own when it names neither; `product` is its item", () =>
    Effect.gen(function* () {
      const first = yield* place(orderRequest({ product: "Poison", quantity: 1 }))
      const second = yield* place(orderRequest({ product: "Poison", quantity: 1 }))
      assert.include(first.published[0], { userId: "anonymous", itemName: "Poison" })
      assert.notStrictEqual(decodeAccepted(first.body).orderId, decodeAccepted(second.body).orderId)
    })
  )

  it.effect("has the same id when it is repeated with its idempotency key, and another one for another user", () =>
    Effect.gen(function* () {
      const idOf = (userId: string, key: string) =>
        Effect.map(
          place(orderRequest({ itemName: "x", quantity: 1, userId }, { "Idempotency-Key": key })),
          ({ body }) => decodeAccepted(body).orderId
        )
      const id = yield* idOf("U1", "k1")
      assert.strictEqual(yield* idOf("U1", "k1"), id)
      assert.strictEqual(yield* idOf("U1", '"k1"'), id)
      assert.notStrictEqual(yield* idOf("U2", "k1"), id)
      assert.notStrictEqual(yield* idOf("U1", "k2"), id)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    })
  )

  it.effect("is read from base64, as API Gateway delivers some bodies", () =>
    Effect.gen(function* () {
      const { statusCode, published } = yield* place({
        headers: { "content-type": "application/json; charset=utf-8" },
        body: Buffer.from('{"itemName":"Café","quantity":1}').toString("base64"),
        isBase64Encoded: true
      })
      assert.strictEqual(statusCode, 202)
      assert.include(published[0], { itemName: "Café" })
    })
  )
})

describe("a request that is no order", () => {
  it.effect.each([
    ["not JSON", orderRequest("hello"), 400],
    ["truncated", orderRequest('{"itemName":'), 400],
    ["empty", { headers: {}, isBase64Encoded: false }, 400],
    ["not UTF-8", { headers: {}, body: Buffer.from([0x7b, 0xff]).toString("base64"), isBase64Encoded: true }, 400],
    ["too long", orderRequest({ itemName: "x".repeat(262_144), quantity: 1 }), 413],
    ["2 MiB", orderRequest("x".repeat(2_097_152)), 413],
    [
      "a form",
      orderRequest({ itemName: "x", quantity: 1 }, { "content-type": "application/x-www-form-urlencoded" }),
      415
    ],
    [
      "in Latin-1",
      orderRequest({ itemName: "x", quantity: 1 }, { "content-type": "application/json; charset=latin1" }),
      415
    ],
    ["10,000 nested arrays", orderRequest(`${"[".repeat(10_000)}${"]".repeat(10_000)}`), 422],
    ["a prototype's keys", orderRequest('{"__proto__":{"itemName":"x","quantity":1}}'), 422]
  ] as const)("is refused with a problem document: %s", ([, request, status]) =>
    Effect.gen(function* () {
      const { statusCode, headers, body, world } = yield* place(request)
      assert.strictEqual(statusCode, status)
      assert.strictEqual(headers["content-type"], "application/problem+json")
      assert.strictEqual(decodeProblem(body).status, status)
      assert.deepStrictEqual(world.sns.calls, [])
    })
  )

  it.effect.each([
    ["itemName", { quantity: 1 }],
    ["itemName", { itemName: " ", quantity: 1 }],
    ["itemName", { itemName: "x".repeat(201), quantity: 1 }],
    ["itemName", { itemName: "a\u0000b", quantity: 1 }],
    ["product", { product: 7, quantity: 1 }],
    ["quantity", { itemName: "x" }],
    ["quantity", { itemName: "x", quantity: 0 }],
    ["quantity", { itemName: "x", quantity: 1.5 }],
    ["quantity", { itemName: "x", quantity: "1" }],
    ["quantity", { itemName: "x", quantity: 10_001 }],
    ["userId", { itemName: "x", quantity: 1, userId: "u".repeat(256) }],
    ["orderId", { itemName: "x", quantity: 1, orderId: "o".repeat(1000) }],
    ["orderId", { itemName: "x", quantity: 1, orderId: "a/b" }],
    ["timestamp", { itemName: "x", quantity: 1, timestamp: "yesterday" }]
  ] as const)("is refused with 422 and the name of the field: %s", ([field, body]) =>
    Effect.gen(function* () {
      const response = yield* place(orderRequest(body))
      assert.strictEqual(response.statusCode, 422)
      assert.deepStrictEqual(
        decodeProblem(response.body).errors?.map((error) => error.field),
        [field]
      )
    })
  )

  it.effect("is told of every field that is wrong, and of the idempotency key", () =>
    Effect.gen(function* () {
      const fields = yield* place(orderRequest({ quantity: -1, userId: "" }))
      assert.deepStrictEqual(
        decodeProblem(fields.body)
          .errors?.map((error) => error.field)
          .toSorted(),
        ["itemName", "quantity", "userId"]
      )
      const key = yield* place(orderRequest({ itemName: "x", quantity: 1 }, { "idempotency-key": "a b" }))
      assert.strictEqual(decodeProblem(key.body).errors?.[0]?.field, "Idempotency-Key")
    })
  )

  it.effect("never fails the function, whatever the body", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.oneof(fc.string(), fc.json()), (body) =>
          Effect.runPromise(
            Effect.map(place(orderRequest(body)), ({ statusCode }) => assert.include([202, 400, 422], statusCode))
          )
        ),
        { numRuns: 50 }
      )
    )
  )
})

describe("a topic that does not take an order", () => {
  it.effect("is answered with 503 and when to try again", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      world.sns.fail("publish", unavailable)
      const { statusCode, headers, body } = yield* place(orderRequest({ itemName: "x", quantity: 1 }), world)
      assert.strictEqual(statusCode, 503)
      assert.strictEqual(headers["retry-after"], "5")
      assert.notInclude(JSON.stringify(body), "injected")
    })
  )

  it.effect("is given the time that it asks for", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      world.sns.fail(
        "publish",
        new DependencyFailure({ reason: "slow down", dependency: "sns", retryAfterSeconds: 30 })
      )
      const { headers } = yield* place(orderRequest({ itemName: "x", quantity: 1 }), world)
      assert.strictEqual(headers["retry-after"], "30")
    })
  )
})

describe("an order that is placed with a token", () => {
  const claims = (sub: unknown) => ({ requestContext: { authorizer: { jwt: { claims: { sub }, scopes: null } } } })
  const placeAs = (sub: unknown, body: object, headers = {}) =>
    place(
      { ...orderRequest({ itemName: "Laptop", quantity: 1, ...body }, headers), ...claims(sub) },
      makeOrderWorld("jwt")
    )

  it.effect("belongs to the token's subject, whether it says so or not", () =>
    Effect.gen(function* () {
      for (const body of [{}, { userId: "auth0|alice" }]) {
        const { statusCode, published, world } = yield* placeAs("auth0|alice", body)
        assert.strictEqual(statusCode, 202)
        assert.strictEqual(published[0]?.["userId"], "auth0|alice")
        assert.include([...world.dynamoDb.items.values()][0], { userId: "auth0|alice" })
      }
    })
  )

  it.effect("is refused for another user, and nothing is published", () =>
    Effect.gen(function* () {
      const { statusCode, body, published } = yield* placeAs("alice", { userId: "bob" })
      assert.strictEqual(statusCode, 403)
      assert.deepStrictEqual(decodeProblem(body).errors, [
        { field: "userId", message: "Expected the token's subject, or nothing" }
      ])
      assert.deepStrictEqual(published, [])
    })
  )

  it.effect("gets its id here: one that a user chooses would say whether it is taken", () =>
    Effect.gen(function* () {
      const { statusCode, body, published } = yield* placeAs("alice", { orderId: "O1" })
      assert.strictEqual(statusCode, 422)
      assert.deepStrictEqual(decodeProblem(body).errors?.[0]?.field, "orderId")
      assert.deepStrictEqual(published, [])
    })
  )

  it.effect("has an id of its user's own where two users repeat the same idempotency key", () =>
    Effect.gen(function* () {
      const ids: Array<string> = []
      for (const user of ["alice", "alice", "bob"]) {
        ids.push(decodeAccepted((yield* placeAs(user, {}, { "idempotency-key": "k" })).body).orderId)
      }
      assert.strictEqual(ids[0], ids[1])
      assert.notStrictEqual(ids[0], ids[2])
    })
  )

  it.effect.each([undefined, "", 7, "x".repeat(256)])(
    "is refused when the token has no usable subject (%o), and nothing is published",
    (sub) =>
      Effect.gen(function* () {
        const { statusCode, published } = yield* placeAs(sub, {})
        assert.strictEqual(statusCode, 403)
        assert.deepStrictEqual(published, [])
      })
  )

  it.effect("is what the token says, not what a header or the body says of the caller", () =>
    Effect.gen(function* () {
      const { published } = yield* placeAs(
        "alice",
        { sub: "bob", requestContext: { authorizer: { jwt: { claims: { sub: "bob" } } } } },
        { "x-user": "bob", "x-amzn-oidc-identity": "bob" }
      )
      assert.strictEqual(published[0]?.["userId"], "alice")
    })
  )
})

describe("every answer", () => {
  it.effect("is kept by no cache, and is no page, script or frame", () =>
    Effect.gen(function* () {
      for (const event of [orderRequest({ itemName: "Laptop", quantity: 1 }), orderRequest("nonsense"), 7]) {
        const { headers } = yield* place(event)
        assert.include(headers, {
          "cache-control": "no-store",
          "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
          "strict-transport-security": "max-age=63072000",
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
          "referrer-policy": "no-referrer"
        })
      }
    })
  )
})
