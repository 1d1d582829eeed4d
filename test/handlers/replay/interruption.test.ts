import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { ReplayProgress } from "../../../handlers/replay/ReplayRequest.ts"
import { replay, resumeReplay } from "../../../handlers/replay/replay.ts"
import { lineageOf, makeConsumer, waitingWorld, whileConsuming } from "./replaying.ts"

it.effect("interrupted anywhere, it lets go of its run, which goes on at once and sends each message once", () =>
  Effect.gen(function* () {
    for (let steps = 1; steps <= 12; steps++) {
      const world = yield* waitingWorld(20)
      const consume = makeConsumer(world, () => "recovers")
      let progress: ReplayProgress | undefined
      const request = {
        messagesPerSecond: 8,
        onProgress: (next: ReplayProgress) => {
          progress = next
        }
      }
      const fiber = yield* Effect.forkChild(replay(request).pipe(Effect.provide(world.layer)))
      for (let step = 0; step < steps; step++) {
        yield* TestClock.adjust("250 millis")
        yield* consume
      }
      yield* Fiber.interrupt(fiber)
      const sent = world.sent.length
      expect(sent).toBeLessThan(20)
      const resumed = yield* whileConsuming(
        resumeReplay(progress?.runId ?? "").pipe(Effect.provide(world.layer)),
        consume
      )
      expect(resumed, `after ${sent}`).toMatchObject({ selected: 20, replayed: 20, recovered: 20, ended: "finished" })
      expect(new Set(world.sent.map(lineageOf)).size).toBe(20)
      expect(world.sent).toHaveLength(20)
    }
  })
)

it.effect("it is told by name before it sends anything, then how far it is", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(5)
    const told: Array<ReplayProgress & { readonly sent: number }> = []
    const summary = yield* whileConsuming(
      replay({ onProgress: (progress) => told.push({ ...progress, sent: world.sent.length }) }).pipe(
        Effect.provide(world.layer)
      ),
      makeConsumer(world, () => "recovers")
    )
    expect(told[0]).toEqual({
      runId: summary.runId,
      selected: 5,
      replayed: 0,
      skipped: 0,
      leftAlone: [],
      recovered: 0,
      failedAgain: 0,
      failed: [],
      sent: 0
    })
    const replayed = told.map((progress) => progress.replayed)
    expect(replayed).toEqual(replayed.toSorted((one, other) => one - other))
    expect(told.at(-1)).toMatchObject({ replayed: 5, recovered: 5 })
  })
)
