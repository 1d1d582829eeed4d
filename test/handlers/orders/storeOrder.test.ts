import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Exit, Layer } from "effect"
import { RequestRejected } from "../../../handlers/aws/AwsError.ts"
import { DependencyFailure } from "../../../handlers/failure/errors.ts"
import { Chaos, chaosItems } from "../../../handlers/orders/chaos.ts"
import type { Order } from "../../../handlers/orders/Order.ts"
import { PaymentGateway } from "../../../handlers/orders/PaymentGateway.ts"
import { orderDependencies, storeOrder } from "../../../handlers/orders/storeOrder.ts"
import { anOrder, makeOrderWorld } from "./orders.ts"

const makeStore = (CHAOS = "false", payments = Layer.succeed(PaymentGateway, { authorise: () => Effect.void })) => {
  const world = makeOrderWorld()
  const chaos = Chaos.layer.pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ CHAOS }))))
  return {
    world,
    store: (order: Order) =>
      storeOrder(order, { deadline: 1000, sentAt: 0 }).pipe(Effect.provide([world.layer, payments, chaos]))
  }
}

describe("an order", () => {
  it.effect("is stored once, however often it is delivered", () =>
    Effect.gen(function* () {
      const { world, store } = makeStore()
      yield* store(anOrder)
      const stored = world.dynamoDb.items.get('orders/"O1234"')
      yield* store(anOrder)
      // A retry may have defaulted these differently.
      yield* store({ ...anOrder, status: "again", timestamp: "2026-01-01T00:00:00Z" })
      assert.strictEqual(world.dynamoDb.items.get('orders/"O1234"'), stored)
      assert.include(stored, { ...anOrder, storedAt: "1970-01-01T00:00:00.000Z" })
    })
  )

  it.effect("replaces what was written to track it", () =>
    Effect.gen(function* () {
      const { world, store } = makeStore()
      world.dynamoDb.items.set('orders/"O1234"', { orderId: "O1234", receivedAt: "now", expiresAt: 1 })
      yield* store(anOrder)
      const stored = world.dynamoDb.items.get('orders/"O1234"') ?? {}
      assert.isDefined(stored["storedAt"])
      assert.isUndefined(stored["expiresAt"])
    })
  )

  it.effect.each([{ quantity: 2 }, { itemName: "Desk" }, { userId: "U2" }])(
    "is a ValidationError when another one has its id: %s",
    (difference) =>
      Effect.gen(function* () {
        const { store } = makeStore()
        yield* store(anOrder)
        const error = yield* Effect.flip(store({ ...anOrder, ...difference }))
        assert.include(error, { _tag: "ValidationError", field: "orderId" })
      })
  )

  it.effect("is not stored when its payment is not authorised", () =>
    Effect.gen(function* () {
      const refused = new DependencyFailure({ reason: "HTTP 503", dependency: "payment-gateway" })
      const payments = Layer.succeed(PaymentGateway, { authorise: () => Effect.fail(refused) })
      const { world, store } = makeStore("false", payments)
      assert.strictEqual(yield* Effect.flip(store(anOrder)), refused)
      assert.deepStrictEqual(world.dynamoDb.calls, [])
    })
  )

  it.effect("fails as Unknown, with the service's code, when DynamoDB refuses the call itself", () =>
    Effect.gen(function* () {
      const { world, store } = makeStore()
      world.dynamoDb.fail(
        "put",
        new RequestRejected({
          service: "dynamodb",
          operation: "PutItem",
          code: "ResourceNotFoundException",
          message: "no table"
        })
      )
      const error = yield* Effect.flip(store(anOrder))
      assert.include(error, { _tag: "Unknown", reason: "dynamodb PutItem: ResourceNotFoundException" })
    })
  )
})

describe("the dependencies of an order", () => {
  it("are the table, and the payment gateway where there is one", () => {
    assert.deepStrictEqual(orderDependencies(""), ["dynamodb"])
    assert.deepStrictEqual(orderDependencies(undefined), ["dynamodb"])
    assert.deepStrictEqual(orderDependencies("https://payments"), ["payment-gateway", "dynamodb"])
  })
})

describe("chaos", () => {
  it.effect.each(["AuthFailure", "ValidationError", "BadPayload", "Timeout", "DependencyFailure"] as const)(
    "raises %s by the item's name",
    (tag) =>
      Effect.gen(function* () {
        const { store } = makeStore("true")
        assert.strictEqual((yield* Effect.flip(store({ ...anOrder, itemName: `Chaos${tag}` })))._tag, tag)
      })
  )

  it.effect("dies by the item's name", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(makeStore("true").store({ ...anOrder, itemName: "ChaosUnknown" }))
      assert.isTrue(Exit.hasDies(exit))
    })
  )

  it.effect("is off unless configured, and harms no other item", () =>
    Effect.gen(function* () {
      for (const itemName of Object.keys(chaosItems)) yield* makeStore().store({ ...anOrder, itemName })
      for (const itemName of ["Laptop", "constructor", "__proto__"]) {
        yield* makeStore("true").store({ ...anOrder, itemName })
      }
    })
  )
})
