import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { Auth, authModes } from "../../../handlers/orders/Caller.ts"

const modeOf = (environment: Readonly<Record<string, string>>) =>
  Effect.map(Auth, ({ mode }) => mode).pipe(
    Effect.provide(Auth.layer.pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(environment)))))
  )

describe("how callers are known", () => {
  it.effect.each([...authModes])("is what the stack says: %s", (mode) =>
    Effect.map(modeOf({ AUTH: mode }), (read) => assert.strictEqual(read, mode))
  )

  it.effect.each([{}, { AUTH: "" }, { AUTH: "JWT" }, { AUTH: "anyone" }])(
    "has no default: a function that does not know whom it serves does not start with %o",
    (environment) => Effect.map(Effect.exit(modeOf(environment)), (exit) => assert.strictEqual(exit._tag, "Failure"))
  )
})
