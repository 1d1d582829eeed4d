import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Redacted, Result } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { makeRotatingSecret, withSecret } from "../../../handlers/aws/rotatingSecret.ts"
import { AuthFailure, DependencyFailure } from "../../../handlers/failure/errors.ts"

const refused = new AuthFailure({ reason: "HTTP 401", dependency: "gateway" })

/** A store with one secret, which may take its time and may fail, and what the secret opens. */
const makeWorld = (readMilliseconds = 0) => {
  const tried: Array<string> = []
  const world = { stored: "one", accepted: ["one"], broken: false, reads: 0 }
  const read = Effect.suspend(() => {
    world.reads += 1
    const value = world.stored
    return world.broken
      ? Effect.fail(new DependencyFailure({ reason: "down", dependency: "secretsmanager" }))
      : Effect.as(Effect.sleep(readMilliseconds), Redacted.make(value))
  })
  const use = (secret: Redacted.Redacted<string>) =>
    Effect.suspend(() => {
      const value = Redacted.value(secret)
      tried.push(value)
      return Effect.andThen(
        Effect.sleep(10),
        Effect.suspend(() => (world.accepted.includes(value) ? Effect.succeed("done") : Effect.fail(refused)))
      )
    })
  return Object.assign(world, { tried, read, use })
}

/** Runs it to its end on the test clock. */
const ended = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.result(effect))
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

/** Uses begin at these times while the secret is rotated after these pauses, each longer than a use takes (milliseconds). */
const rotatingUnderLoad = Effect.fnUntraced(function* (
  rotations: ReadonlyArray<number>,
  starts: ReadonlyArray<number>
) {
  const world = makeWorld(5)
  const secret = yield* makeRotatingSecret(world.read)
  const rotating = yield* Effect.forkChild(
    Effect.forEach(rotations, (pause, index) =>
      Effect.andThen(
        Effect.sleep(pause + 60),
        Effect.sync(() => {
          // Whoever rotates lets the one before live on for a while.
          world.accepted = [world.stored, `token ${index}`]
          world.stored = `token ${index}`
        })
      )
    )
  )
  const tries = starts.map(() => 0)
  const all = yield* ended(
    Effect.forEach(
      starts.entries(),
      ([index, start]) =>
        Effect.andThen(
          Effect.sleep(start),
          Effect.result(
            withSecret(secret, (value) => {
              tries[index] = (tries[index] ?? 0) + 1
              return world.use(value)
            })
          )
        ),
      { concurrency: "unbounded" }
    )
  )
  yield* Fiber.join(rotating)
  assert.isTrue(tries.every((count) => count <= 2))
  assert.isTrue(Result.isSuccess(all) && all.success.every(Result.isSuccess))
})

describe("a rotating secret", () => {
  it.effect("is read once, however many need it at the same time", () =>
    Effect.gen(function* () {
      const world = makeWorld(100)
      const secret = yield* makeRotatingSecret(world.read)
      const all = yield* ended(
        Effect.forEach(Array(20).keys(), () => withSecret(secret, world.use), { concurrency: "unbounded" })
      )
      assert.isTrue(Result.isSuccess(all))
      assert.strictEqual(world.reads, 1)
    })
  )

  it.effect("that was rotated is read once more, and all whom it was refused to succeed with it", () =>
    Effect.gen(function* () {
      const world = makeWorld(100)
      const secret = yield* makeRotatingSecret(world.read)
      yield* ended(withSecret(secret, world.use))
      world.stored = "two"
      world.accepted = ["two"]
      const all = yield* ended(
        Effect.forEach(Array(20).keys(), () => withSecret(secret, world.use), { concurrency: "unbounded" })
      )
      assert.isTrue(Result.isSuccess(all))
      assert.strictEqual(world.reads, 2)
      assert.deepStrictEqual(world.tried.slice(1), [...Array(20).fill("one"), ...Array(20).fill("two")])
    })
  )

  it.effect("that is refused although it is still the same is the refusal, after one read and no second try", () =>
    Effect.gen(function* () {
      const world = makeWorld(100)
      const secret = yield* makeRotatingSecret(world.read)
      yield* ended(secret.get)
      world.accepted = ["another"]
      const all = yield* ended(
        Effect.forEach(Array(20).keys(), () => Effect.result(withSecret(secret, world.use)), {
          concurrency: "unbounded"
        })
      )
      const each = Result.isSuccess(all) ? all.success : []
      assert.isTrue(each.length === 20 && each.every((one) => Result.isFailure(one) && one.failure === refused))
      assert.strictEqual(world.reads, 2)
      assert.strictEqual(world.tried.length, 20)
    })
  )

  it.effect("that cannot be read is the reading's own failure, and is read anew by the next one", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      world.broken = true
      const secret = yield* makeRotatingSecret(world.read)
      const first = yield* ended(withSecret(secret, world.use))
      assert.isTrue(Result.isFailure(first) && first.failure._tag === "DependencyFailure")
      world.broken = false
      assert.isTrue(Result.isSuccess(yield* ended(withSecret(secret, world.use))))
    })
  )

  it.effect("is not lost with a reader that is interrupted", () =>
    Effect.gen(function* () {
      const world = makeWorld(1000)
      const secret = yield* makeRotatingSecret(world.read)
      const first = yield* Effect.forkChild(secret.get)
      yield* TestClock.adjust(500)
      const second = yield* Effect.forkChild(secret.get)
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust(1000)
      assert.strictEqual(Redacted.value((yield* Fiber.join(second)).secret), "one")
    })
  )

  it("is never tried more than twice for one use, and no use fails while what is stored is accepted", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 200 }), { maxLength: 8 }),
        fc.array(fc.nat({ max: 2000 }), { minLength: 1, maxLength: 12 }),
        (rotations, starts) =>
          Effect.runPromise(rotatingUnderLoad(rotations, starts).pipe(Effect.provide(TestClock.layer())))
      ),
      { numRuns: 200 }
    ))

  it.effect("does not show in text", () =>
    Effect.gen(function* () {
      const secret = yield* makeRotatingSecret(makeWorld().read)
      const { secret: value } = yield* secret.get
      assert.notInclude(`${JSON.stringify(value)} ${String(value)}`, "one")
    })
  )
})
