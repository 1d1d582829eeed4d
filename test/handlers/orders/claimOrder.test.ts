import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { Chaos } from "../../../handlers/orders/chaos.ts"
import { Order } from "../../../handlers/orders/Order.ts"
import { PaymentGateway } from "../../../handlers/orders/PaymentGateway.ts"
import { placeOrder } from "../../../handlers/orders/placeOrder.ts"
import { storeOrder } from "../../../handlers/orders/storeOrder.ts"
import { unavailable } from "../aws/injectedFailures.ts"
import { httpContext, makeOrderWorld, orderRequest, parsed } from "./orders.ts"

const decodeOrder = Schema.decodeUnknownSync(Schema.fromJsonString(Order))

interface Request {
  readonly itemName?: string
  readonly quantity?: number
  readonly userId?: string
  readonly orderId?: string
  readonly timestamp?: string
}

type World = ReturnType<typeof makeOrderWorld>

/** Places an order, under an idempotency key where one is given. */
const place = (world: World, request: Request, key?: string, layer: Layer.Layer<DynamoDb> = world.dynamoDb.layer) =>
  parsed(
    placeOrder(
      orderRequest(
        { itemName: "Laptop", quantity: 1, ...request },
        key === undefined ? {} : { "idempotency-key": key }
      ),
      httpContext
    ).pipe(Effect.provide(layer), Effect.provide(world.layer))
  )

const publishedBy = (world: World) => world.sns.published.map(({ notification }) => decodeOrder(notification.message))

/** Stores what was published so far, as the consumer does. */
const storeAll = (world: World) =>
  Effect.forEach(publishedBy(world), (order) => storeOrder(order, { deadline: 1000, sentAt: 0 })).pipe(
    Effect.provide([
      world.layer,
      Layer.succeed(PaymentGateway, { authorise: () => Effect.void }),
      Chaos.layer.pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({}))))
    ])
  )

const keyReused = {
  type: "https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/",
  title: "Idempotency-Key is already used",
  status: 422,
  detail: "This Idempotency-Key stands for another order. A new order needs a new key.",
  errors: [{ field: "Idempotency-Key", message: "Expected a key that no other order was sent with" }]
}

const idTaken = {
  type: "about:blank",
  title: "Unprocessable Content",
  status: 422,
  detail: "Another order has this orderId.",
  errors: [{ field: "orderId", message: "Expected an id that no other order has" }]
}

describe("an idempotency key that is used again", () => {
  it.effect.each([
    { difference: { quantity: 2 } },
    { difference: { itemName: "Desk" } },
    { difference: { orderId: "O1" } }
  ])("with other content is refused at once, and nothing is published: $difference", ({ difference }) =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      assert.strictEqual((yield* place(world, {}, "k")).statusCode, 202)
      for (const stored of [false, true]) {
        if (stored) yield* storeAll(world)
        const refused = yield* place(world, difference, "k")
        assert.strictEqual(refused.headers["content-type"], "application/problem+json")
        assert.deepStrictEqual(refused.body, keyReused)
        assert.lengthOf(world.sns.published, 1)
      }
    })
  )

  it.effect("with the same content gets the same answer, on its way or stored; stored, it is not published again", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      const first = yield* place(world, {}, "k")
      assert.strictEqual(first.statusCode, 202)
      // The first may have got no further than the table, so it is published once more.
      assert.deepStrictEqual(yield* place(world, { timestamp: "2026-01-01T00:00:00Z" }, '"k"'), first)
      assert.lengthOf(world.sns.published, 2)
      yield* storeAll(world)
      const stored = [...world.dynamoDb.items]
      assert.deepStrictEqual(yield* place(world, {}, "k"), first)
      assert.lengthOf(world.sns.published, 2)
      assert.deepStrictEqual([...world.dynamoDb.items], stored)
    })
  )

  it.effect(
    "after the topic did not take the first is published, and stands for the first's content all the same",
    () =>
      Effect.gen(function* () {
        const world = makeOrderWorld()
        world.sns.fail("publish", unavailable)
        assert.strictEqual((yield* place(world, {}, "k")).statusCode, 503)
        assert.deepStrictEqual((yield* place(world, { quantity: 2 }, "k")).body, keyReused)
        assert.strictEqual((yield* place(world, {}, "k")).statusCode, 202)
        assert.lengthOf(world.sns.published, 1)
      })
  )

  it.effect("by another user is another order's", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      for (const userId of ["U1", "U2"]) assert.strictEqual((yield* place(world, { userId }, "k")).statusCode, 202)
      assert.lengthOf(new Set(publishedBy(world).map(({ orderId }) => orderId)), 2)
    })
  )

  it("never stands for two orders, whatever is sent with it, in whatever order, or all at once", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            quantity: fc.integer({ min: 1, max: 2 }),
            orderId: fc.constantFrom(undefined, "O1", "O2"),
            key: fc.constantFrom(undefined, "k1", "k2")
          }),
          { minLength: 1, maxLength: 8 }
        ),
        fc.constantFrom<"unbounded" | 1>("unbounded", 1),
        fc.boolean(),
        (requests, concurrency, storing) =>
          Effect.gen(function* () {
            const world = makeOrderWorld()
            const answers = yield* Effect.forEach(
              requests,
              ({ quantity, orderId, key }) =>
                Effect.tap(place(world, { quantity, ...(orderId === undefined ? {} : { orderId }) }, key), () =>
                  storing ? storeAll(world) : Effect.void
                ),
              { concurrency }
            )
            const accepted = requests.flatMap((request, index) =>
              answers[index]?.statusCode === 202 ? [{ ...request, body: JSON.stringify(answers[index].body) }] : []
            )
            for (const key of ["k1", "k2"]) {
              const ofKey = accepted.filter((request) => request.key === key)
              assert.isAtMost(new Set(ofKey.map(({ quantity, orderId }) => `${quantity} ${orderId}`)).size, 1)
              assert.isAtMost(new Set(ofKey.map(({ body }) => body)).size, 1)
            }
            for (const { statusCode } of answers) assert.include([202, 422], statusCode)
            // Nothing that was accepted is refused by the store later.
            yield* storeAll(world)
          }).pipe(Effect.runPromise)
      ),
      { numRuns: 100 }
    ))
})

describe("an orderId that is used again", () => {
  it.effect("with the same content is the same order, with other content or by another user it is refused", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      const first = yield* place(world, { orderId: "O1" })
      assert.deepStrictEqual(yield* place(world, { orderId: "O1" }), first)
      for (const difference of [{ quantity: 2 }, { itemName: "Desk" }, { userId: "U2" }])
        assert.deepStrictEqual((yield* place(world, { orderId: "O1", ...difference })).body, idTaken)
      assert.lengthOf(world.sns.published, 2)
    })
  )

  it.effect("under a key each is refused as well", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      assert.strictEqual((yield* place(world, { orderId: "O1" }, "k1")).statusCode, 202)
      assert.strictEqual((yield* place(world, { orderId: "O1" }, "k2")).statusCode, 202)
      assert.deepStrictEqual((yield* place(world, { orderId: "O1", quantity: 2 }, "k3")).body, idTaken)
    })
  )
})

describe("an order", () => {
  it.effect("whose mark has no hash is published: storing tells whether it is the same", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      for (const [orderId, more] of [
        ["O1", {}],
        ["O2", { storedAt: "before" }]
      ] as const) {
        const before = { orderId, ...more }
        world.dynamoDb.items.set(`orders/"${orderId}"`, before)
        assert.strictEqual((yield* place(world, { orderId })).statusCode, 202)
        assert.deepStrictEqual(world.dynamoDb.items.get(`orders/"${orderId}"`), before)
      }
      assert.lengthOf(world.sns.published, 2)
    })
  )

  it.effect("is accepted without its mark where DynamoDB refuses it, or does not answer within three seconds", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      world.dynamoDb.fail("put", unavailable)
      assert.strictEqual((yield* place(world, {}, "k")).statusCode, 202)
      const silent = Layer.mock(DynamoDb, { put: () => Effect.never })
      const waiting = yield* Effect.forkChild(place(world, {}, "k", silent))
      yield* TestClock.adjust(2999)
      assert.lengthOf(world.sns.published, 1)
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* Fiber.join(waiting)).statusCode, 202)
      assert.lengthOf(world.sns.published, 2)
      assert.lengthOf(
        world.output.lines.filter((line) => line.includes("order could not be tracked")),
        2
      )
    })
  )

  it.effect("is marked and published in two calls, however its id came about", () =>
    Effect.gen(function* () {
      for (const [request, key] of [
        [{}, undefined],
        [{}, "k"],
        [{ orderId: "O1" }, undefined]
      ] as const) {
        const world = makeOrderWorld()
        yield* place(world, request, key)
        assert.deepStrictEqual([...world.dynamoDb.calls, ...world.sns.calls], ["put", "publish"])
      }
    })
  )
})
