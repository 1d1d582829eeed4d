import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { AuthFailure } from "../../../handlers/failure/errors.ts"
import { ledgerStatuses } from "../../../handlers/ledger/FailureLedger.ts"
import { failureStatuses, getOrder } from "../../../handlers/orders/getOrder.ts"
import { anOrder, httpContext, makeOrderWorld, parsed } from "./orders.ts"

/** The order `O1` of a user, asked for by another user or by its own. */
const getAs = (subject: unknown, world: ReturnType<typeof makeOrderWorld>, orderId = "O1") =>
  getOrder(
    {
      pathParameters: { orderId },
      requestContext: { authorizer: { jwt: { claims: { sub: subject }, scopes: null } } }
    },
    httpContext
  ).pipe(Effect.provide(world.layer))

const get = (orderId: string | undefined, world = makeOrderWorld()) =>
  parsed(
    getOrder(orderId === undefined ? {} : { pathParameters: { orderId } }, httpContext).pipe(
      Effect.provide(world.layer)
    )
  )

describe("an order that is asked for", () => {
  it.effect("is stored, with what was ordered and nothing internal", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      world.dynamoDb.items.set('orders/"O1234"', {
        ...anOrder,
        storedAt: "2025-05-03T12:00:01.000Z",
        contentHash: "secret"
      })
      const { statusCode, body } = yield* get("O1234", world)
      assert.strictEqual(statusCode, 200)
      assert.deepStrictEqual(body, { ...anOrder, status: "stored", storedAt: "2025-05-03T12:00:01.000Z" })
    })
  )

  it.effect("is processing while it is only accepted", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      world.dynamoDb.items.set('orders/"O1"', { orderId: "O1", receivedAt: "now" })
      assert.deepStrictEqual((yield* get("O1", world)).body, { orderId: "O1", status: "processing" })
    })
  )

  it.effect("has failed, with its class and what happens next", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      for (const status of ledgerStatuses) {
        world.ledger.byCorrelationId.set("O1", { status, class: "Timeout" })
        const expected = failureStatuses[status]
        assert.deepStrictEqual((yield* get("O1", world)).body, {
          orderId: "O1",
          status: expected.status,
          ...(expected.next === undefined ? {} : { failure: { class: "TIMEOUT", state: status, next: expected.next } })
        })
      }
    })
  )

  it.effect("is not found when it was never seen", () =>
    Effect.map(get("nobody"), ({ statusCode }) => assert.strictEqual(statusCode, 404))
  )

  it.effect.each(["a/b", "x".repeat(1000), "", "a b", undefined])("has an id that can be one: %s", (orderId) =>
    Effect.map(get(orderId), ({ statusCode }) => assert.strictEqual(statusCode, 400))
  )

  it.effect("is 503 when it cannot be looked up, without saying why", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld()
      world.dynamoDb.fail(
        "get",
        new AuthFailure({ reason: "role arn:aws:iam::000000000000:role/x", dependency: "dynamodb" })
      )
      const { statusCode, headers, body } = yield* get("O1", world)
      assert.strictEqual(statusCode, 503)
      assert.isDefined(headers["retry-after"])
      assert.notInclude(JSON.stringify(body), "arn:")
    })
  )
})

describe("an order that is asked for with a token", () => {
  const stored = { ...anOrder, orderId: "O1", userId: "alice", storedAt: "2025-05-03T12:00:01.000Z", contentHash: "h" }
  const tracked = { orderId: "O1", userId: "alice", receivedAt: "now" }

  it.effect("is shown to its own user in every state", () =>
    Effect.gen(function* () {
      for (const [item, status] of [
        [stored, "stored"],
        [tracked, "processing"]
      ] as const) {
        const world = makeOrderWorld("jwt")
        world.dynamoDb.items.set('orders/"O1"', item)
        const { statusCode, body } = yield* parsed(getAs("alice", world))
        assert.strictEqual(statusCode, 200)
        assert.propertyVal(body, "status", status)
      }
      const world = makeOrderWorld("jwt")
      world.dynamoDb.items.set('orders/"O1"', tracked)
      world.ledger.byCorrelationId.set("O1", { status: "archived", class: "ValidationError" })
      assert.propertyVal((yield* parsed(getAs("alice", world))).body, "status", "failed")
    })
  )

  it.effect("is to any other user what an order is that does not exist: the same answer to the byte", () =>
    Effect.gen(function* () {
      const nothing = yield* getAs("mallory", makeOrderWorld("jwt"))
      assert.strictEqual(nothing.statusCode, 404)
      for (const item of [stored, tracked, { ...tracked, userId: "Mallory" }, { orderId: "O1" }]) {
        const world = makeOrderWorld("jwt")
        world.dynamoDb.items.set('orders/"O1"', item)
        world.ledger.byCorrelationId.set("O1", { status: "archived", class: "ValidationError" })
        assert.deepStrictEqual(yield* getAs("mallory", world), nothing)
      }
      const failedOnly = makeOrderWorld("jwt")
      failedOnly.ledger.byCorrelationId.set("O1", { status: "archived", class: "ValidationError" })
      assert.deepStrictEqual(yield* getAs("mallory", failedOnly), nothing)
    })
  )

  it.effect.each([undefined, "", " ", 7, "x".repeat(256), "a\nb"])(
    "is shown to nobody whose token has no usable subject: %o",
    (subject) =>
      Effect.gen(function* () {
        const world = makeOrderWorld("jwt")
        world.dynamoDb.items.set('orders/"O1"', stored)
        assert.strictEqual((yield* getAs(subject, world)).statusCode, 403)
      })
  )

  it.effect("is shown to a service whatever its user, as such requests are signed", () =>
    Effect.gen(function* () {
      const world = makeOrderWorld("iam")
      world.dynamoDb.items.set('orders/"O1"', stored)
      assert.strictEqual((yield* getAs("mallory", world)).statusCode, 200)
    })
  )
})
