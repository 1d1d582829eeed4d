import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb"
import { assert, it } from "@effect/vitest"
import dynalite from "dynalite"
import { ConfigProvider, Effect, Exit, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { afterAll, beforeAll, describe, expect } from "vitest"
import { ConditionFailed, DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { Breakers } from "../../../handlers/ledger/Breakers.ts"
import { jsonLogLayer } from "../../../handlers/observability/log.ts"
import { unavailable } from "../aws/injectedFailures.ts"
import { makeCollectedOutput } from "../observability/collectedOutput.ts"
import { breakersContract } from "./breakersContract.ts"
import { makeFakeBreakers } from "./fakeBreakers.ts"
import { makeFakeTable } from "./fakeTable.ts"

const config = (environment: Record<string, string> = {}) =>
  ConfigProvider.layer(ConfigProvider.fromUnknown({ FAILED_TABLE: "failures", ...environment }))

const layerOver = (dynamoDb: Layer.Layer<DynamoDb>, environment: Record<string, string> = {}) =>
  Breakers.layer.pipe(Layer.provide(dynamoDb), Layer.provide(config(environment)))

describe("the fake breakers", () => {
  breakersContract(makeFakeBreakers().layer)
})

describe("the breakers on the fake table", () => {
  breakersContract(layerOver(Layer.succeed(DynamoDb, makeFakeTable().service)))
})

describe("the breakers on a DynamoDB engine", () => {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" ? address?.port : undefined
    expect(port).toBeDefined()
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${port}`
    process.env["AWS_REGION"] = "eu-west-1"
    process.env["AWS_ACCESS_KEY_ID"] = "test"
    process.env["AWS_SECRET_ACCESS_KEY"] = "test"
    const client = new DynamoDBClient({})
    await client.send(
      new CreateTableCommand({
        TableName: "failures",
        KeySchema: [{ AttributeName: "lineageId", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "lineageId", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST"
      })
    )
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: "failures" })
    client.destroy()
  })

  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

  breakersContract(layerOver(DynamoDb.layer))
})

/** A fake table whose calls are counted, and can be broken. */
const makeWatchedTable = () => {
  const table = makeFakeTable()
  const calls: Array<string> = []
  const broken = new Map<string, Effect.Effect<never, typeof unavailable | ConditionFailed>>()
  const watched: DynamoDb["Service"] = {
    ...table.service,
    get: (tableName, key) =>
      Effect.suspend(() => {
        calls.push("get")
        return Effect.andThen(
          broken.has("get") ? Effect.fail(unavailable) : Effect.void,
          table.service.get(tableName, key)
        )
      }),
    getMany: (tableName, keys) =>
      Effect.suspend(() => {
        calls.push(`getMany ${keys.map(({ lineageId }) => String(lineageId).replace("breaker#", "")).join(", ")}`)
        return table.service.getMany(tableName, keys)
      }),
    put: (request) =>
      Effect.suspend(() => {
        calls.push("put")
        return broken.get("put") ?? table.service.put(request)
      })
  }
  return { ...table, calls, broken, service: watched, layer: Layer.succeed(DynamoDb, watched) }
}

const failures = (count: number) => ({ successes: 0, failures: count })
const applicant = { again: false, jitter: 0 }

describe("the breakers in the ledger's table", () => {
  it.effect("are read at most every two seconds, and again at once after a change of their own", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      yield* Effect.gen(function* () {
        const breakers = yield* Breakers
        yield* breakers.states(["a", "b"])
        yield* TestClock.adjust(1999)
        yield* breakers.states(["a", "b"])
        assert.deepStrictEqual(table.calls, ["getMany a, b"])
        yield* TestClock.adjust(1)
        yield* breakers.states(["a"])
        assert.deepStrictEqual(table.calls, ["getMany a, b", "get"])
        yield* breakers.observe("a", failures(5))
        assert.strictEqual((yield* breakers.states(["a"])).get("a")?.state, "open")
      }).pipe(Effect.provide(layerOver(table.layer)))
    })
  )

  it.effect("are read together: those that are not known in one request, and no other", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      yield* Effect.gen(function* () {
        const breakers = yield* Breakers
        yield* breakers.observe("b", failures(5))
        table.calls.length = 0
        const states = yield* breakers.states(["a", "b", "c", "a"])
        assert.deepStrictEqual(
          [...states].map(([name, { state }]) => [name, state]),
          [
            ["a", "closed"],
            ["b", "open"],
            ["c", "closed"]
          ]
        )
        assert.deepStrictEqual(table.calls, ["getMany a, c"])
      }).pipe(Effect.provide(layerOver(table.layer)))
    })
  )

  it.effect("hold on as they were while they cannot be read, for a minute, and are asked for again soon", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      const state = Effect.flatMap(Breakers, (breakers) =>
        Effect.map(breakers.states(["a"]), (states) => states.get("a")?.state)
      )
      yield* Effect.gen(function* () {
        yield* Effect.flatMap(Breakers, (breakers) => breakers.observe("a", failures(5)))
        table.broken.set("get", Effect.fail(unavailable))
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* state, "open")
        table.calls.length = 0
        yield* TestClock.adjust(499)
        assert.strictEqual(yield* state, "open")
        assert.deepStrictEqual(table.calls, [])
        yield* TestClock.adjust("56 seconds")
        assert.strictEqual(yield* state, "open")
        yield* TestClock.adjust("3 seconds")
        assert.strictEqual(yield* state, "closed")
        table.broken.delete("get")
        yield* TestClock.adjust(500)
        assert.strictEqual(yield* state, "open")
      }).pipe(Effect.provide(layerOver(table.layer)))
    })
  )

  it.effect("are neither read nor written for messages that are told once more to wait", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      yield* Effect.gen(function* () {
        const breakers = yield* Breakers
        yield* breakers.observe("a", failures(5))
        // Two are told to come for the probe, one to wait behind them.
        yield* breakers.admit("a", [applicant, applicant, applicant])
        const calls = table.calls.length
        const { admissions } = yield* breakers.admit("a", [{ again: true, jitter: 0.5 }])
        assert.deepInclude(admissions[0], { admitted: false })
        assert.strictEqual(table.calls.length, calls)
        yield* TestClock.adjust(2000)
        yield* breakers.admit("a", [{ again: true, jitter: 0.5 }])
        assert.deepStrictEqual(table.calls.slice(calls), ["get"])
        yield* breakers.admit("a", [applicant])
        assert.deepStrictEqual(table.calls.slice(calls + 1), ["get", "put"])
      }).pipe(Effect.provide(layerOver(table.layer)))
    })
  )

  it.effect("honour their own pass alone, and a new one once they have opened again", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      const healer = layerOver(table.layer)
      const consumer = yield* Effect.provide(Breakers, layerOver(table.layer))
      yield* Effect.gen(function* () {
        const breakers = yield* Breakers
        yield* breakers.observe("a", failures(5))
        yield* breakers.observe("b", failures(5))
        const [first, other] = [yield* breakers.pass("a"), yield* breakers.pass("b")]
        assert.isTrue(first !== undefined && other !== undefined && first !== other)
        assert.isTrue(yield* consumer.honours("a", ["older", first ?? ""]))
        assert.isFalse(yield* consumer.honours("a", [other ?? ""]))
        assert.isFalse(yield* consumer.honours("a", []))
        assert.isFalse(yield* consumer.honours("never-seen", [first ?? ""]))
        assert.isUndefined(table.items.get("breaker#never-seen"))

        // The probe fails: it opens again, and what it had admitted before is admitted no more.
        yield* TestClock.adjust("10 seconds")
        const { admissions } = yield* breakers.admit("a", [applicant])
        assert.deepInclude(admissions[0], { admitted: true })
        assert.strictEqual(yield* breakers.pass("a"), first)
        yield* breakers.observe("a", failures(1))
        const second = yield* breakers.pass("a")
        assert.isTrue(second !== undefined && second !== first)
        assert.isTrue(yield* consumer.honours("a", [second ?? ""]))
        assert.isFalse(yield* consumer.honours("a", [first ?? ""]))
      }).pipe(Effect.provide(healer))
    })
  )

  it.effect("honour nothing while they cannot be read", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      const layer = layerOver(table.layer)
      const pass = yield* Effect.provide(
        Effect.gen(function* () {
          const breakers = yield* Breakers
          yield* breakers.observe("a", failures(5))
          return yield* breakers.pass("a")
        }),
        layer
      )
      table.broken.set("get", Effect.fail(unavailable))
      const afresh = yield* Effect.provide(Breakers, layerOver(table.layer))
      assert.isFalse(yield* afresh.honours("a", [pass ?? ""]))
    })
  )

  it.effect("are told of successes every two seconds, of a failure at once, and lose none of them", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      yield* Effect.gen(function* () {
        const breakers = yield* Breakers
        const successes = breakers.observe("a", { successes: 1, failures: 0 })
        yield* breakers.observe("a", { successes: 9, failures: 1 })
        const calls = table.calls.length
        for (let batch = 0; batch < 19; batch++) {
          yield* TestClock.adjust(100)
          yield* successes
        }
        assert.strictEqual(table.calls.length, calls)
        yield* TestClock.adjust(100)
        assert.deepInclude(yield* successes, { state: "closed", failures: 1, successes: 29 })
        assert.deepStrictEqual(table.calls.slice(calls), ["get", "put"])
        yield* successes
        assert.deepInclude(yield* breakers.observe("a", failures(1)), { successes: 30, consecutiveFailures: 1 })
      }).pipe(Effect.provide(layerOver(table.layer)))
    })
  )

  it.effect("which opened meanwhile, learn nothing from successes before", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      const another = Effect.flatMap(Breakers, (breakers) => breakers.observe("a", failures(5)))
      yield* Effect.gen(function* () {
        const breakers = yield* Breakers
        yield* breakers.observe("a", { successes: 1, failures: 1 })
        yield* breakers.observe("a", { successes: 1, failures: 0 })
        assert.strictEqual((yield* another.pipe(Effect.provide(Layer.fresh(layerOver(table.layer))))).state, "open")
        yield* TestClock.adjust(2000)
        assert.strictEqual((yield* breakers.observe("a", { successes: 1, failures: 0 })).state, "open")
      }).pipe(Effect.provide(layerOver(table.layer)))
    })
  )

  it.effect("follow the policy of the environment", () =>
    Effect.gen(function* () {
      const breakers = yield* Breakers
      assert.strictEqual((yield* breakers.observe("a", failures(1))).state, "closed")
      assert.strictEqual((yield* breakers.observe("a", failures(1))).state, "open")
    }).pipe(Effect.provide(layerOver(makeWatchedTable().layer, { BREAKER_POLICY: '{"consecutiveFailures":2}' })))
  )

  it.effect("follow the default policy, and say so, when that of the environment cannot be read", () =>
    Effect.gen(function* () {
      const output = makeCollectedOutput()
      const layer = layerOver(makeWatchedTable().layer, { BREAKER_POLICY: '{"consecutiveFailures":0}' }).pipe(
        Layer.provide(jsonLogLayer.pipe(Layer.provide(output.layer), Layer.provide(config())))
      )
      yield* Effect.flatMap(Breakers, (breakers) => breakers.observe("a", failures(4))).pipe(Effect.provide(layer))
      assert.include(output.lines.join(), "BREAKER_POLICY cannot be read")
    })
  )

  it.effect("count as closed while the table does not answer or holds something else", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      table.items.set("breaker#odd", { lineageId: "breaker#odd", revision: 7, breaker: { state: "ajar" } })
      yield* Effect.gen(function* () {
        const breakers = yield* Breakers
        assert.strictEqual((yield* breakers.states(["odd"])).get("odd")?.state, "closed")
        assert.strictEqual((yield* breakers.observe("odd", failures(5))).state, "open")
        assert.strictEqual(table.items.get("breaker#odd")?.["revision"], 8)
        table.broken.set("get", Effect.fail(unavailable))
        assert.strictEqual((yield* breakers.states(["silent"])).get("silent")?.state, "closed")
        assert.strictEqual(yield* Effect.flip(breakers.observe("silent", failures(1))), unavailable)
      }).pipe(Effect.provide(layerOver(table.layer)))
    })
  )

  it.effect("do not wait long for advice", () =>
    Effect.gen(function* () {
      const never = { get: () => Effect.never, getMany: () => Effect.never }
      const silent = Layer.succeed(DynamoDb, { ...makeFakeTable().service, ...never })
      for (const dependencies of [["a"], ["a", "b"]]) {
        const fiber = yield* Effect.forkChild(
          Effect.flatMap(Breakers, (breakers) => breakers.states(dependencies)).pipe(Effect.provide(layerOver(silent)))
        )
        yield* TestClock.adjust(1000)
        assert.strictEqual((yield* Fiber.join(fiber)).get("a")?.state, "closed")
      }
    })
  )

  it.effect("give up on a change when others keep being faster, and write nothing", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      table.broken.set("put", Effect.fail(new ConditionFailed({ tableName: "failures" })))
      const fiber = yield* Effect.forkChild(
        Effect.exit(Effect.flatMap(Breakers, (breakers) => breakers.observe("a", failures(1)))).pipe(
          Effect.provide(layerOver(table.layer))
        )
      )
      yield* TestClock.adjust(5000)
      assert.isTrue(Exit.isFailure(yield* Fiber.join(fiber)))
      assert.strictEqual(table.calls.filter((call) => call === "put").length, 10)
      assert.strictEqual(table.items.size, 0)
    })
  )

  it.effect("give the answer of a write whose own answer was lost, and do not write it twice", () =>
    Effect.gen(function* () {
      const table = makeFakeTable()
      const lossy: DynamoDb["Service"] = {
        ...table.service,
        // The SDK's second attempt meets what its first one has written.
        put: (request) => Effect.andThen(table.service.put(request), table.service.put(request))
      }
      const fiber = yield* Effect.forkChild(
        Effect.flatMap(Breakers, (breakers) => breakers.admit("a", [applicant])).pipe(
          Effect.provide(layerOver(Layer.succeed(DynamoDb, lossy)))
        )
      )
      yield* TestClock.adjust(5000)
      const { admissions } = yield* Fiber.join(fiber)
      assert.deepStrictEqual(admissions, [{ admitted: true, at: 0 }])
      assert.strictEqual(table.items.get("breaker#a")?.["revision"], 1)
    })
  )

  it.effect("have none of the attributes that the ledger's indexes need, and leave the table when nobody asks", () =>
    Effect.gen(function* () {
      const table = makeWatchedTable()
      yield* Effect.flatMap(Breakers, (breakers) => breakers.observe("a", failures(1))).pipe(
        Effect.provide(layerOver(table.layer))
      )
      const item = table.items.get("breaker#a") ?? {}
      assert.deepStrictEqual(Object.keys(item).toSorted(), [
        "breaker",
        "expiresAt",
        "lineageId",
        "pass",
        "revision",
        "writer"
      ])
      assert.strictEqual(item["expiresAt"], 30 * 86_400)
    })
  )
})
