import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import * as fc from "fast-check"
import { jsonLogLayer } from "../../../handlers/observability/log.ts"
import { makeCollectedOutput } from "./collectedOutput.ts"

const logged = (LOG_LEVEL: string | undefined, effect: Effect.Effect<void>) => {
  const output = makeCollectedOutput()
  const layer = jsonLogLayer.pipe(
    Layer.provide(output.layer),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(LOG_LEVEL === undefined ? {} : { LOG_LEVEL })))
  )
  return Effect.as(effect.pipe(Effect.provide(layer)), output.lines)
}

describe("the log", () => {
  it.effect("is one JSON object a line, with annotations beside Lambda's own keys", () =>
    Effect.gen(function* () {
      const lines = yield* logged(
        undefined,
        Effect.logWarning("something\nhappened").pipe(Effect.annotateLogs({ orderId: "O1", count: 2 }))
      )
      assert.strictEqual(lines.length, 1)
      assert.deepStrictEqual(JSON.parse(lines[0] ?? ""), {
        timestamp: "1970-01-01T00:00:00.000Z",
        level: "WARN",
        message: "something\nhappened",
        orderId: "O1",
        count: 2
      })
      assert.notInclude(lines[0] ?? "", "\n")
    })
  )

  it.effect("shows the objects beside a sentence as fields of the line", () =>
    Effect.gen(function* () {
      const [line = ""] = yield* logged(undefined, Effect.logInfo("stored", { orderId: "O1" }, 2, new TypeError("odd")))
      assert.deepInclude(JSON.parse(line), { message: "stored 2 TypeError: odd", orderId: "O1" })
    })
  )

  it.effect("lets no annotation take the place of its own keys", () =>
    Effect.gen(function* () {
      const mine = { message: "mine", level: "mine", timestamp: "mine" }
      const lines = yield* logged(
        undefined,
        Effect.andThen(Effect.logInfo("yours", mine), Effect.logInfo("yours").pipe(Effect.annotateLogs(mine)))
      )
      for (const line of lines)
        assert.deepInclude(JSON.parse(line), {
          message: "yours",
          level: "INFO",
          timestamp: "1970-01-01T00:00:00.000Z"
        })
      assert.strictEqual(lines.length, 2)
    })
  )

  it.effect("shows what has no JSON as text", () =>
    Effect.gen(function* () {
      const cyclic: Record<string, unknown> = { name: "a" }
      cyclic["self"] = cyclic
      const [line = ""] = yield* logged(
        undefined,
        Effect.logInfo("odd", { amount: 10n, cyclic, error: new RangeError("no") })
      )
      assert.deepInclude(JSON.parse(line), {
        amount: "10",
        cyclic: { name: "a", self: "[circular]" },
        error: "RangeError: no"
      })
    })
  )

  it("never fails who logs, and is always one line of JSON with its own keys, whatever is logged", () => {
    const hostile: ReadonlyArray<() => unknown> = [
      () => 1n,
      () => Symbol("s"),
      () => undefined,
      () => Number.NaN,
      () => new Date(Number.NaN),
      () => new Map([[1, 2n]]),
      () => Object.create(null),
      () => () => "function",
      () => ({
        get odd(): never {
          throw new Error("no")
        }
      }),
      () => ({
        toJSON: () => {
          throw new Error("no")
        }
      }),
      () => ({ toJSON: () => 1n }),
      () => {
        const endless: Record<string, unknown> = {}
        endless["toJSON"] = () => ({ again: endless })
        return endless
      },
      () => {
        const cyclic: Array<unknown> = []
        cyclic.push(cyclic)
        return cyclic
      },
      () =>
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error("no")
            },
            getPrototypeOf: () => {
              throw new Error("no")
            },
            get: () => {
              throw new Error("no")
            }
          }
        ),
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        return proxy
      },
      () => Object.assign(new Error("\u2028\n"), { message: 1n }),
      () => JSON.parse('{"__proto__": {"level": "mine"}, "constructor": 1}')
    ]
    const value = fc.oneof(
      fc.constantFrom(...hostile),
      fc
        .anything({ withBigInt: true, withNullPrototype: true, withMap: true, withSet: true, withDate: true })
        .map((each) => () => each)
    )
    const key = fc.oneof(fc.string(), fc.constantFrom("message", "level", "timestamp", "cause", "__proto__", "toJSON"))
    return fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, value), { maxLength: 3 }),
        fc.array(fc.tuple(key, value), { maxLength: 3 }),
        async (fields, annotations) => {
          const made = (some: typeof fields) => Object.fromEntries(some.map(([name, make]) => [name, make()]))
          const lines = await Effect.runPromise(
            logged(undefined, Effect.logWarning("text", made(fields)).pipe(Effect.annotateLogs(made(annotations))))
          )
          assert.strictEqual(lines.length, 1)
          assert.notInclude(lines[0] ?? "", "\n")
          const line: unknown = JSON.parse(lines[0] ?? "")
          assert.propertyVal(line, "level", "WARN")
          assert.propertyVal(line, "message", "text")
        }
      ),
      { numRuns: 300 }
    )
  })

  it.effect.each([
    ["DEBUG", 3],
    ["INFO", 2],
    ["warn", 1],
    ["nonsense", 2]
  ] as const)("begins at the level that LOG_LEVEL names: %s", ([level, count]) =>
    Effect.gen(function* () {
      const lines = yield* logged(
        level,
        Effect.andThen(Effect.andThen(Effect.logDebug("a"), Effect.logInfo("b")), Effect.logError("c"))
      )
      assert.strictEqual(lines.length, count)
    })
  )
})
