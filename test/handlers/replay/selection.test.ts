import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { previewReplay, replay } from "../../../handlers/replay/replay.ts"
import type { World } from "../healer/world.ts"
import { archive, lineageOf, makeConsumer, start, waitingWorld, whileConsuming } from "./replaying.ts"

const at = (milliseconds: number): string => new Date(start + milliseconds).toISOString()

const selected = (world: World, request: Parameters<typeof previewReplay>[0]) =>
  previewReplay(request).pipe(
    Effect.provide(world.layer),
    Effect.map((found) => found.map(({ lineageId }) => lineageId))
  )

it.effect("of all statuses, the oldest failure goes first, and a limit takes the oldest ones", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(0)
    yield* archive(world, "third", "AuthFailure", "{}", start + 3)
    yield* archive(world, "first", "ValidationError", "{}", start + 1)
    yield* archive(world, "second", "AuthFailure", "{}", start + 2)
    yield* archive(world, "fourth", "ValidationError", "{}", start + 4)
    const all = { criteria: { status: "all" } } as const
    expect(yield* selected(world, all)).toEqual(["l-first", "l-second", "l-third", "l-fourth"])
    expect(yield* selected(world, { ...all, limit: 2 })).toEqual(["l-first", "l-second"])
    yield* whileConsuming(
      replay(all).pipe(Effect.provide(world.layer)),
      makeConsumer(world, () => "recovers")
    )
    expect(world.sent.map(lineageOf)).toEqual(["l-first", "l-second", "l-third", "l-fourth"])
  })
)

it.effect("a message that changes its status while the ledger is read is selected once", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(1)
    let queries = 0
    world.beforeEachCall((name) =>
      Effect.sync(() => {
        const item = world.table.items.get("l-0")
        if (name === "dynamodb query" && ++queries === 2 && item !== undefined)
          world.table.items.set("l-0", { ...item, status: "archived" })
      })
    )
    expect(yield* selected(world, { criteria: { status: "all" } })).toEqual(["l-0"])
    expect(queries).toBe(2)
  })
)

it.effect(
  "a class is known by its name and by its code, a group by its fingerprint and by the hash it begins with",
  () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(2)
      yield* archive(world, "v", "ValidationError")
      const fingerprint = world.item("l-0")?.fingerprint ?? ""
      const hash = fingerprint.split(" ", 1)[0] ?? ""
      expect(hash).toMatch(/^[0-9a-f]{14}$/)
      for (const criteria of [
        { class: "AuthFailure" },
        { class: "AUTH_FAILURE" },
        { fingerprint },
        { fingerprint: hash }
      ])
        expect(yield* selected(world, { criteria: { ...criteria, status: "all" } })).toEqual(["l-0", "l-1"])
      for (const criteria of [{ class: "Auth" }, { fingerprint: hash.slice(0, 13) }])
        expect(yield* selected(world, { criteria: { ...criteria, status: "all" } })).toEqual([])
    })
)

it.effect("a preview shows by what a message can be found, and neither sends nor writes anything", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(1)
    const before = world.calls.length
    const [found] = yield* previewReplay({}).pipe(Effect.provide(world.layer))
    const item = world.item("l-0")
    expect(found).toEqual({
      lineageId: "l-0",
      correlationId: "0",
      status: "awaiting-operator",
      class: "AuthFailure",
      fingerprint: item?.fingerprint,
      reason: item?.reason,
      lastFailureAt: at(0)
    })
    expect(new Set(world.calls.slice(before))).toEqual(new Set(["dynamodb query"]))
  })
)

it.effect("where one message is asked for and not replayed, it says what became of it", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(1)
    const why = (criteria: { readonly lineageId: string; readonly class?: string }) =>
      replay({ criteria }).pipe(
        Effect.provide(world.layer),
        Effect.map((summary) => summary.why)
      )
    expect(yield* why({ lineageId: "x" })).toBe('The ledger knows no message "x".')
    expect(yield* why({ lineageId: "l-0", class: "Timeout" })).toBe(
      'The message "l-0" is awaiting-operator, and does not match the rest of what was asked for.'
    )
    yield* world.confirmRecovered("l-0")
    expect(yield* why({ lineageId: "l-0" })).toBe(
      'The message "l-0" is recovered: replayed is what is archived or awaits an operator.'
    )
  })
)

it.effect("what fails while the run goes on is not taken up by it", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(10)
    let late = 0
    const consume = Effect.andThen(
      makeConsumer(world, () => "recovers"),
      Effect.gen(function* () {
        const now = yield* TestClock.testClockWith((clock) => Effect.sync(() => clock.currentTimeMillisUnsafe()))
        if (late < 20) yield* archive(world, `late-${late++}`, "AuthFailure", "{}", now)
      })
    )
    const summary = yield* whileConsuming(replay({ messagesPerSecond: 1 }).pipe(Effect.provide(world.layer)), consume)
    expect(late).toBe(20)
    expect(summary).toMatchObject({ selected: 10, replayed: 10, ended: "finished" })
    expect(world.sent.map(lineageOf).filter((lineageId) => lineageId.includes("late"))).toEqual([])
  })
)

it.effect(
  "a failure from before the run that is recorded while it goes on does not keep its message from the replay",
  () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(3)
      let recorded = false
      const consume = Effect.andThen(
        makeConsumer(world, () => "recovers"),
        Effect.suspend(() => {
          if (recorded || world.sent.length === 0) return Effect.void
          recorded = true
          // The second delivery of the message that failed first.
          return archive(world, "2", "AuthFailure", '{"orderId":"2"}', start + 1000)
        })
      )
      const summary = yield* whileConsuming(replay({ messagesPerSecond: 1 }).pipe(Effect.provide(world.layer)), consume)
      expect(recorded).toBe(true)
      expect(summary).toMatchObject({ replayed: 3, skipped: 0, recovered: 3, ended: "finished" })
    })
)
