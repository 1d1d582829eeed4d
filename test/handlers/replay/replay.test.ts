import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { type ReplayRequest, replay } from "../../../handlers/replay/replay.ts"
import { deadLetter, evidenceOfFailure } from "../healer/deadLetters.ts"
import { breakages, makeWorld, type World } from "../healer/world.ts"

const start = Date.UTC(2026, 0, 1)

const archive = (world: World, id: string, className: string, body = "{}") =>
  world
    .heal([deadLetter({ messageId: id, body, evidence: evidenceOfFailure(`l-${id}`, className, start) })], id)
    .pipe(Effect.provide(world.layer))

/** A world in which three messages wait for an operator and one is archived. */
const archivedWorld = Effect.gen(function* () {
  yield* TestClock.setTime(start)
  const world = makeWorld()
  for (const id of ["a", "b", "c"]) yield* archive(world, id, "AuthFailure", `{"orderId":"${id}"}`)
  yield* archive(world, "v", "ValidationError")
  yield* TestClock.adjust("1 hour")
  return world
})

const run = (world: World, request: ReplayRequest = { messagesPerSecond: 1000 }) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(replay(request).pipe(Effect.provide(world.layer)))
    yield* TestClock.adjust("5 minutes")
    return yield* Fiber.join(fiber)
  })

it.effect("what awaits an operator goes back as it was, is called replayed, and then recovered", () =>
  Effect.gen(function* () {
    const world = yield* archivedWorld
    expect(yield* run(world)).toEqual({ selected: 3, replayed: 3, skipped: 0 })
    expect(world.sent.map(({ message }) => message.body)).toEqual([
      '{"orderId":"a"}',
      '{"orderId":"b"}',
      '{"orderId":"c"}'
    ])
    expect(decodeEvidence(world.sent[0]?.message.attributes[evidenceAttributeName]?.stringValue)).toEqual({
      version: 1,
      lineageId: "l-a",
      firstSeen: start,
      healAttempts: 1
    })
    expect(world.item("l-a")).toMatchObject({ status: "replayed", replays: 1 })
    expect(world.item("l-v")?.status).toBe("archived")
    yield* world.confirmRecovered("l-a")
    expect(world.item("l-a")?.status).toBe("recovered")
    expect(yield* run(world)).toEqual({ selected: 0, replayed: 0, skipped: 0 })
  })
)

it.effect.each([
  [{ status: "archived" }, ["l-v"]],
  [{ class: "AuthFailure", limit: 2 }, ["l-a", "l-b"]],
  [{ lineageId: "l-v" }, ["l-v"]],
  [{ lineageId: "l-v", status: "awaiting-operator" }, []],
  [{ fingerprint: "none like it" }, []]
] as const)("%j selects %j", ([request, expected]) =>
  Effect.gen(function* () {
    const world = yield* archivedWorld
    yield* run(world, request)
    const replayed = ["l-a", "l-b", "l-c", "l-v"].filter((lineage) => world.item(lineage)?.status === "replayed")
    expect(replayed).toEqual(expected)
  })
)

it.effect("it sends no more than so many messages a second", () =>
  Effect.gen(function* () {
    const world = yield* archivedWorld
    yield* Effect.forkChild(replay({ messagesPerSecond: 0.5 }).pipe(Effect.provide(world.layer)))
    const counts: Array<number> = []
    for (let step = 0; step < 4; step++) {
      yield* TestClock.adjust("1 second")
      counts.push(world.sent.length)
    }
    expect(counts).toEqual([1, 2, 2, 3])
  })
)

it.effect("a replayed message that fails again awaits an operator again", () =>
  Effect.gen(function* () {
    const world = yield* archivedWorld
    yield* run(world, { lineageId: "l-a" })
    const again = { ...evidenceOfFailure("l-a", "AuthFailure", start + 7_200_000), healAttempts: 1 }
    yield* world.heal([deadLetter({ messageId: "a2", evidence: again })], "x").pipe(Effect.provide(world.layer))
    expect(world.item("l-a")).toMatchObject({ status: "awaiting-operator", replays: 1 })
    expect(yield* run(world, { lineageId: "l-a" })).toEqual({ selected: 1, replayed: 1, skipped: 0 })
    expect(world.item("l-a")).toMatchObject({ status: "replayed", replays: 2 })
  })
)

it.effect("a replay that breaks at any call is taken up again, and loses nothing", () =>
  Effect.gen(function* () {
    const whole = yield* archivedWorld
    const before = whole.calls.length
    yield* run(whole)
    for (let call = before + 1; call <= whole.calls.length; call++)
      for (const how of breakages.filter((each) => !each.startsWith("killed"))) {
        const world = yield* archivedWorld
        world.breakCall(call, how)
        const broken = yield* Effect.exit(run(world))
        expect(Exit.isFailure(broken), `call ${call} ${how}`).toBe(true)
        yield* run(world)
        for (const lineage of ["a", "b", "c"]) {
          expect(world.item(`l-${lineage}`)?.status).toBe("replayed")
          const sends = world.sent.filter(({ message }) => message.body.includes(`"${lineage}"`))
          expect(sends.length).toBeGreaterThanOrEqual(1)
          expect(sends.length).toBeLessThanOrEqual(2)
        }
      }
  })
)

it.effect("a message without its archive object is skipped, not lost from sight", () =>
  Effect.gen(function* () {
    const world = yield* archivedWorld
    world.objects.clear()
    expect(yield* run(world)).toEqual({ selected: 3, replayed: 0, skipped: 3 })
    expect(world.item("l-a")?.status).toBe("awaiting-operator")
  })
)
