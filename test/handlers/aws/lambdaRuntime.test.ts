import { assert, describe, it } from "@effect/vitest"
import { Context, Data, Effect, Layer } from "effect"
import { makeLambdaRuntime } from "../../../handlers/aws/lambdaRuntime.ts"

class Throttled extends Data.TaggedError("Throttled") {}

class Secret extends Context.Service<Secret, { readonly text: string }>()("test/Secret") {}

class Connection extends Context.Service<Connection, { readonly open: boolean }>()("test/Connection") {}

/** A runtime whose secret cannot be read so many times, and how often its services were built and given back. */
const failing = (times: number) => {
  const log: Array<string> = []
  let reads = 0
  const connection = Layer.effect(
    Connection,
    Effect.acquireRelease(
      Effect.sync(() => {
        log.push("opened")
        return { open: true }
      }),
      () => Effect.sync(() => void log.push("closed"))
    )
  )
  const secret = Layer.effect(
    Secret,
    Effect.gen(function* () {
      yield* Connection
      yield* Effect.yieldNow
      reads += 1
      if (reads <= times) return yield* Effect.fail(new Throttled())
      return { text: `read ${reads}` }
    })
  )
  return { log, runtime: makeLambdaRuntime(secret.pipe(Layer.provideMerge(connection))) }
}

const read = Effect.map(Secret, ({ text }) => text)

const refused = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "not refused",
    (error: unknown) => (error instanceof Throttled ? error._tag : error)
  )

describe("the runtime of a function", () => {
  it("builds its services once", async () => {
    const { log, runtime } = failing(0)
    assert.strictEqual(await runtime.runPromise(read), "read 1")
    assert.strictEqual(await runtime.runPromise(read), "read 1")
    assert.deepStrictEqual(log, ["opened"])
  })

  it("builds anew at the next invocation when it could not, and gives back what it had got hold of", async () => {
    const { log, runtime } = failing(2)
    assert.strictEqual(await refused(runtime.runPromise(read)), "Throttled")
    assert.strictEqual(await refused(runtime.runPromise(read)), "Throttled")
    assert.strictEqual(await runtime.runPromise(read), "read 3")
    assert.deepStrictEqual(log, ["opened", "closed", "opened", "closed", "opened"])
  })

  it("builds once for invocations that wait for the same build", async () => {
    const { log, runtime } = failing(1)
    assert.deepStrictEqual(await Promise.all([1, 2].map(() => refused(runtime.runPromise(read)))), [
      "Throttled",
      "Throttled"
    ])
    assert.strictEqual(await runtime.runPromise(read), "read 2")
    assert.deepStrictEqual(log, ["opened", "closed", "opened"])
  })

  it("keeps its services when an effect fails", async () => {
    const { log, runtime } = failing(0)
    assert.strictEqual(await refused(runtime.runPromise(Effect.fail(new Throttled()))), "Throttled")
    await runtime.runPromise(read)
    assert.deepStrictEqual(log, ["opened"])
  })
})
