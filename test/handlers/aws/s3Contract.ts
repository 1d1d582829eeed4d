/** What any S3 service does: the fake and the real adapter both pass it. */
import { assert, it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { S3 } from "../../../handlers/aws/S3.ts"

/** Registers the contract's tests. `bucket` exists; each test uses keys of its own. */
export const s3Contract = (layer: Layer.Layer<S3>, bucket: string): void => {
  const check = (title: string, use: (s3: S3["Service"]) => Effect.Effect<void, unknown>) =>
    it.live(title, () => Effect.flatMap(S3, use).pipe(Effect.provide(layer)))

  check("gives back what was put last, character for character", (s3) =>
    Effect.gen(function* () {
      const key = "class=TIMEOUT/year=2026/é ☕.json"
      yield* s3.put({ bucket, key, body: "first", contentType: "application/json" })
      yield* s3.put({ bucket, key, body: '{"text":"é☕\\n"}', contentType: "application/json" })
      assert.strictEqual(yield* s3.get(bucket, key), '{"text":"é☕\\n"}')
    })
  )

  check("rejects a key that is not there as NoSuchKey", (s3) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(s3.get(bucket, "nothing"))
      assert.include(error, { _tag: "RequestRejected", code: "NoSuchKey" })
    })
  )
}
