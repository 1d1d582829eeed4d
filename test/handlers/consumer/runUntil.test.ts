import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { runUntil } from "../../../handlers/consumer/runUntil.ts"

describe("what runs until a time", () => {
  it.effect("is not begun when the time has passed", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1000)
      const { exit } = yield* runUntil(Effect.die("begun"), 1000)
      assert.isUndefined(exit)
    })
  )

  it.effect("answers how it ended, and leaves no timer behind", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(runUntil(Effect.as(Effect.sleep(10), "done"), 1000))
      yield* TestClock.adjust(10)
      const { exit, leftover } = yield* Fiber.join(fiber)
      assert.strictEqual(exit?._tag === "Success" ? exit.value : exit, "done")
      assert.isUndefined(leftover)
    })
  )

  it.effect.each([
    ["while it waits", Effect.yieldNow],
    ["as it begins", Effect.void]
  ] as const)("is interrupted with who waits for it, %s", ([, before]) =>
    Effect.gen(function* () {
      let interrupted = 0
      const waiting = Effect.withFiber<unknown>((waits) =>
        runUntil(
          Effect.andThen(
            before,
            Effect.suspend(() => {
              waits.interruptUnsafe()
              return Effect.never
            })
          ).pipe(Effect.onInterrupt(() => Effect.sync(() => void interrupted++))),
          1000
        )
      )
      yield* Fiber.await(yield* Effect.forkChild(waiting))
      yield* Effect.yieldNow
      assert.strictEqual(interrupted, 1)
    })
  )
})
