import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { deadLetter, evidenceOfFailure } from "./deadLetters.ts"
import { makeWorld, type World } from "./world.ts"

const start = Date.UTC(2026, 0, 1)
const record = (id: string, className: string, receiveCount = 1) =>
  deadLetter({ messageId: id, receiveCount, evidence: evidenceOfFailure(`l-${id}`, className, start) })

/** Delivers a message again and again until it leaves the DLQ; answers how often it took. */
const untilGone = (world: World, id: string, className: string, most: number) =>
  Effect.gen(function* () {
    for (let round = 1; round <= most; round++) {
      const left = yield* world.heal([record(id, className, round)], `r${round}`).pipe(Effect.provide(world.layer))
      if (left.length === 0) return round
      yield* TestClock.adjust("20 minutes")
    }
    return undefined
  })

it.effect("a message that cannot be handled five times is parked with its evidence, and counted", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    world.breakService("s3")
    expect(yield* untilGone(world, "m1", "BadPayload", 30)).toBe(5)
    const [parked] = world.sentTo(world.queues.parking)
    expect(decodeEvidence(parked?.message.attributes[evidenceAttributeName]?.stringValue)).toMatchObject({
      lineageId: "l-m1",
      failure: { class: "BadPayload" }
    })
    expect(world.item("l-m1")).toMatchObject({ status: "awaiting-operator" })
    expect(world.metrics.total("HealingErrors")).toBe(5)
    expect(world.metrics.total("Parked")).toBe(1)
  })
)

it.effect("an error is retried with a growing pause, and a message that is handled then is not parked", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    world.breakNext("s3 put", "fails before")
    expect(yield* untilGone(world, "m1", "BadPayload", 30)).toBe(2)
    expect(world.visibility[0]?.seconds).toBeGreaterThanOrEqual(30)
    expect(world.item("l-m1")?.status).toBe("archived")
    expect(world.sentTo(world.queues.parking)).toEqual([])
  })
)

it.effect("while the ledger is down, a message is given more time before it is parked", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    world.breakService("dynamodb")
    expect(yield* untilGone(world, "m1", "Timeout", 30)).toBe(20)
    expect(world.sentTo(world.queues.parking)).toHaveLength(1)
    expect(world.sentTo(world.queues.main)).toEqual([])
  })
)

it.effect("holds of a FIFO queue are receives: while the ledger is down, only its last ones are for errors", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld({ fifo: true })
    world.breakService("dynamodb")
    expect(yield* untilGone(world, "m1", "Timeout", 99)).toBe(90)
    expect(world.sentTo(world.queues.parking)).toHaveLength(1)
  })
)

it.effect("what the ledger will never be able to read is parked sooner, on a FIFO queue as well", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld({ fifo: true })
    world.table.items.set("l-m1", { lineageId: "l-m1", status: 7 })
    expect(yield* untilGone(world, "m1", "Timeout", 99)).toBe(20)
  })
)

it.effect("a message that the parking queue does not take stays in the DLQ", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    world.breakService("s")
    expect(yield* untilGone(world, "m1", "BadPayload", 8)).toBeUndefined()
  })
)

it.effect("holds are not errors: a message that is held for long is not parked", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld({ fifo: true })
    const held = deadLetter({
      messageId: "m1",
      receiveCount: 99,
      messageGroupId: "g",
      evidence: evidenceOfFailure("l1", "Timeout", start)
    })
    expect(yield* world.heal([held], "a").pipe(Effect.provide(world.layer))).toEqual(["m1"])
    expect(world.item("l1")?.status).toBe("held")
    expect(world.sent).toEqual([])
  })
)

it.effect("what is stored under its lineage and is not a ledger item does not stop its neighbours", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    world.table.items.set("l-m1", { lineageId: "l-m1", status: 7 })
    const left = yield* world
      .heal([record("m1", "BadPayload"), record("m2", "BadPayload")], "a")
      .pipe(Effect.provide(world.layer))
    expect(left).toEqual(["m1"])
    expect(world.item("l-m2")?.status).toBe("archived")
  })
)

it.effect("a send that SQS refuses outright is no attempt", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    world.breakNext("sqs sendBatch", "refused")
    yield* world.heal([record("m1", "Timeout")], "a").pipe(Effect.provide(world.layer))
    expect(world.item("l-m1")).toMatchObject({ attempts: 0 })
    expect(yield* untilGone(world, "m1", "Timeout", 3)).toBe(1)
    expect(world.item("l-m1")).toMatchObject({ attempts: 1 })
  })
)

it.effect("forged and oversized evidence is as good as none", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    const forged = deadLetter({
      messageId: "m1",
      sentAt: start,
      attributes: { [evidenceAttributeName]: { dataType: "String", stringValue: '{"version":1,"lineageId":""}' } }
    })
    const slashes = deadLetter({ messageId: "m2", evidence: evidenceOfFailure("../../x/é", "BadPayload", start) })
    expect(yield* world.heal([forged, slashes], "a").pipe(Effect.provide(world.layer))).toEqual([])
    expect(world.item("m1")?.class).toBe("Unknown")
    expect([...world.objects.keys()]).toEqual(["class=BAD_PAYLOAD/year=2026/month=01/day=01/..%2f..%2fx%2f_.json"])
  })
)
