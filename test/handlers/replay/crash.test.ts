/** Replays that are killed, or whose calls fail, before or after every single call to AWS, and are then resumed. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { ReplaySummary } from "../../../handlers/replay/ReplayRequest.ts"
import { RunUnavailable, runLeaseMilliseconds } from "../../../handlers/replay/RunStore.ts"
import { replay, resumeReplay } from "../../../handlers/replay/replay.ts"
import { breakages, type World } from "../healer/world.ts"
import { type Break, makeMortalProcess } from "./mortalProcess.ts"
import { lineageOf, makeConsumer, waitingWorld, whileConsuming } from "./replaying.ts"

const request = { messagesPerSecond: 1000, outcomeSeconds: 60 }

const runOf = (world: World): string | undefined =>
  [...world.table.items.keys()].find((key) => key.startsWith("replay#"))?.slice("replay#".length)

/** Runs a replay with one of its calls broken, then does as an operator would: resumes it, or begins it again. */
const brokenRun = Effect.fnUntraced(function* (world: World, broken: Break | undefined, consumesWhileBroken: boolean) {
  const consume = makeConsumer(world, () => "recovers")
  const first = makeMortalProcess(world, broken)
  let summary: ReplaySummary | undefined = yield* whileConsuming(
    first.run(replay(request)).pipe(Effect.catch(() => Effect.succeed(undefined))),
    consumesWhileBroken ? consume : Effect.void
  )
  yield* TestClock.adjust(runLeaseMilliseconds)
  for (let turn = 0; turn < 3 && summary?.ended !== "finished"; turn++) {
    const runId = runOf(world)
    const again = runId === undefined ? replay(request) : resumeReplay(runId)
    const resumed = yield* whileConsuming(Effect.result(makeMortalProcess(world).run(again)), consume)
    if (resumed._tag === "Success") summary = resumed.success
    // It had finished: only the answer of its last write was lost.
    else if (resumed.failure instanceof RunUnavailable) return { calls: first.calls, summary: undefined }
    else return yield* Effect.die(resumed.failure)
  }
  return { calls: first.calls, summary }
})

it.effect(
  "killed before or after any call and resumed, it sends every message, and none twice that was processed meanwhile",
  () =>
    Effect.gen(function* () {
      const count = 3
      const { calls } = yield* brokenRun(yield* waitingWorld(count), undefined, true)
      expect(calls.length).toBeGreaterThan(20)
      for (let call = 1; call <= calls.length; call++)
        for (const how of breakages) {
          const world = yield* waitingWorld(count)
          const { summary } = yield* brokenRun(world, { call, how }, true)
          const where = `call ${call} (${calls[call - 1]}) ${how}`
          for (let index = 0; index < count; index++) {
            const sends = world.sent.filter((sent) => lineageOf(sent) === `l-${index}`)
            expect(sends.length, `${where}: l-${index}`).toBe(1)
            expect(world.item(`l-${index}`)?.status, where).toBe("recovered")
          }
          if (summary !== undefined)
            expect(summary, where).toMatchObject({ replayed: count, skipped: 0, ended: "finished" })
        }
    }),
  120_000
)

it.effect(
  "while nobody consumes, only a message is sent twice whose send nobody could note",
  () =>
    Effect.gen(function* () {
      const { calls } = yield* brokenRun(yield* waitingWorld(1), undefined, true)
      for (let call = 1; call <= calls.length; call++)
        for (const how of breakages) {
          const world = yield* waitingWorld(1)
          yield* brokenRun(world, { call, how }, false)
          const [name, before] = [calls[call - 1], calls.slice(0, call - 1)]
          const unanswered = name === "sqs send" && (how === "killed after" || how === "answer lost")
          // Between the send and its note, which is the next call.
          const unnoted = before.at(-1) === "sqs send" && how === "killed before"
          expect(world.sent.length, `call ${call} (${name}) ${how}`).toBe(unanswered || unnoted ? 2 : 1)
          expect(world.item("l-0")?.status).toBe("recovered")
        }
    }),
  120_000
)
