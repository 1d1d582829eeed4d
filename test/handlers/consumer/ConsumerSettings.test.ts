import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { ConsumerSettings } from "../../../handlers/consumer/ConsumerSettings.ts"
import { jsonLogLayer } from "../../../handlers/observability/log.ts"
import { defaultRules, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { makeCollectedOutput } from "../observability/collectedOutput.ts"

const own = recoveryPolicy({ Timeout: { action: "archive" }, OutOfStock: { action: "alert" } })

const settingsOf = (environment: Record<string, string>) => {
  const output = makeCollectedOutput()
  const layer = ConsumerSettings.layer(own).pipe(
    Layer.provide(jsonLogLayer.pipe(Layer.provide(output.layer))),
    Layer.provide(
      ConfigProvider.layer(ConfigProvider.fromUnknown({ MAIN_QUEUE_URL: "main", DLQ_URL: "dlq", ...environment }))
    )
  )
  return Effect.map(ConsumerSettings.pipe(Effect.provide(layer)), (settings) => ({ settings, lines: output.lines }))
}

describe("a consumer's settings", () => {
  it.effect("are the handler's own policy where the environment says nothing", () =>
    Effect.gen(function* () {
      const { settings } = yield* settingsOf({})
      assert.deepStrictEqual(settings.rules, own.rules)
      assert.strictEqual(settings.maxReceiveCount, 5)
      assert.isFalse(settings.fifo)
    })
  )

  it.effect("take single rules from the environment", () =>
    Effect.gen(function* () {
      const { settings } = yield* settingsOf({
        RECOVERY_POLICY: '{"OutOfStock":{"action":"archive"},"BadPayload":{"action":"alert"}}',
        FIFO: "true",
        MAX_RECEIVE_COUNT: "7"
      })
      assert.deepStrictEqual(settings.rules["OutOfStock"], { action: "archive" })
      assert.deepStrictEqual(settings.rules["BadPayload"], { action: "alert" })
      assert.deepStrictEqual(settings.rules["Timeout"], { action: "archive" })
      assert.deepStrictEqual(settings.rules["Unknown"], defaultRules.Unknown)
      assert.strictEqual(settings.maxReceiveCount, 7)
      assert.isTrue(settings.fifo)
    })
  )

  it.effect.each(["{", "[]", '{"Timeout":{"action":"pray"}}'])(
    "fall back to the handler's own policy, and say so, when that of the environment cannot be read: %s",
    (RECOVERY_POLICY) =>
      Effect.gen(function* () {
        const { settings, lines } = yield* settingsOf({ RECOVERY_POLICY })
        assert.deepStrictEqual(settings.rules, own.rules)
        assert.include(lines.join(), "RECOVERY_POLICY cannot be read")
      })
  )
})
