import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
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
