/** Alerts that are held back, where a function environment knows that one is out: one write for all of a batch. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { Notification } from "../../../handlers/aws/Sns.ts"
import { deadLetter, evidenceOfFailure } from "./deadLetters.ts"
import { breakages, makeWorld, type World } from "./world.ts"

const start = Date.UTC(2026, 0, 1)

const refused = (messageId: string) =>
  deadLetter({ messageId, evidence: evidenceOfFailure(`l-${messageId}`, "AuthFailure", start), sentAt: start })

const batch = (name: string) => Array.from({ length: 10 }, (_, index) => refused(`${name}${index}`))

const heldBackOf = ({ attributes }: Notification): unknown =>
  JSON.parse(attributes?.["alert"]?.stringValue ?? "{}").heldBack

/** The alert is out, as this environment has published it. */
const published = Effect.fnUntraced(function* (world: World) {
  yield* TestClock.setTime(start)
  yield* world.heal([refused("first")], "r1")
  expect(world.alerts).toHaveLength(1)
  world.calls.length = 0
})

/** After the window: the alert says how many it speaks for. */
const spokenFor = Effect.fnUntraced(function* (world: World) {
  yield* TestClock.adjust("16 minutes")
  yield* world.heal([refused("next")], "rn")
  expect(world.alerts).toHaveLength(2)
  return world.alerts.slice(1).map(heldBackOf)
})

const alertsDue = (world: World): ReadonlyArray<string> =>
  [...world.table.items.keys()].filter((lineageId) =>
    world.item(lineageId)?.deadLetters.some(({ alertDue }) => alertDue === true)
  )

it.effect("ten messages of a batch are counted in one write, and the ledger is told with their archiving", () => {
  const world = makeWorld()
  return Effect.gen(function* () {
    yield* published(world)
    expect(yield* world.heal(batch("m"), "r2")).toEqual([])
    const calls = Object.fromEntries(
      [...Map.groupBy(world.calls, (name) => name)].map(([name, all]) => [name, all.length])
    )
    expect(calls).toEqual({ "dynamodb getMany": 1, "s3 put": 10, "dynamodb update": 1, "dynamodb put": 10 })
    expect(alertsDue(world)).toEqual([])
    expect(yield* spokenFor(world)).toEqual([10])
  }).pipe(Effect.provide(world.layer))
})

it.effect("what is not in the archive yet is not counted: it is when it is there", () => {
  const world = makeWorld()
  return Effect.gen(function* () {
    yield* published(world)
    world.breakNext("s3 put", "fails before")
    const left = yield* world.heal(batch("m"), "r2")
    expect(left).toHaveLength(1)
    yield* TestClock.adjust("2 minutes")
    expect(yield* world.heal(left.map(refused), "r3")).toEqual([])
    expect(yield* spokenFor(world)).toEqual([10])
  }).pipe(Effect.provide(world.layer))
})

for (const how of breakages)
  it.effect(`no alert is due for ever and none is lost where the count breaks: ${how}`, () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* published(world)
      world.breakNext("dynamodb update", how)
      yield* world.heal(batch("m"), "r2")
      yield* TestClock.adjust("2 minutes")
      expect(yield* world.heal(batch("m"), "r3")).toEqual([])
      expect(alertsDue(world)).toEqual([])
      // A count whose answer was lost may be told twice, but never less than once.
      const [count] = yield* spokenFor(world)
      expect(count).toBeGreaterThanOrEqual(10)
    }).pipe(Effect.provide(world.layer))
  })

it.effect("a window that another environment has taken meanwhile is counted in, not the one that was known", () => {
  const world = makeWorld()
  return Effect.gen(function* () {
    yield* published(world)
    // Its clock is ahead: for it, the window is over.
    const [key] = [...world.table.items.keys()].filter((lineageId) => lineageId.startsWith("alert#"))
    const stored = world.table.items.get(key ?? "")
    world.table.items.set(key ?? "", { ...stored, publisher: "another", messageId: "another", heldBack: 0 })
    expect(yield* world.heal(batch("m"), "r2")).toEqual([])
    expect(alertsDue(world)).toEqual([])
    expect(yield* spokenFor(world)).toEqual([10])
  }).pipe(Effect.provide(world.layer))
})

it.effect("the message whose alert it is does not count as another one when it is delivered again", () => {
  const world = makeWorld()
  return Effect.gen(function* () {
    yield* published(world)
    // Its healer died before it could note that it is archived.
    world.table.items.delete("l-first")
    expect(yield* world.heal([refused("first")], "r2")).toEqual([])
    expect(alertsDue(world)).toEqual([])
    expect(yield* spokenFor(world)).toEqual([0])
  }).pipe(Effect.provide(world.layer))
})
