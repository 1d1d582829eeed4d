/** The ledger did not answer when a consumer had processed a healed message: its word comes by the dead-letter queue. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { Evidence } from "../../../handlers/failure/Evidence.ts"
import { adopt, batch } from "../adopted/adopting.ts"
import { deadLetter, evidenceOfFailure } from "./deadLetters.ts"
import { breakages, makeWorld, type World } from "./world.ts"

const start = Date.UTC(2026, 0, 1)
const minute = 60_000

const failed = (messageId: string) =>
  deadLetter({ messageId, evidence: evidenceOfFailure("lineage", "Timeout", start), sentAt: start })

const processed = (receiveCount = 1, lineageId = "lineage") => {
  const evidence: Evidence = {
    version: 1,
    lineageId,
    firstSeen: start,
    healAttempts: 1,
    recoveredAt: start + 5 * minute
  }
  return deadLetter({ messageId: "processed", evidence, sentAt: start + 5 * minute, receiveCount })
}

/** A message was sent back; ten minutes later its consumer's word is looked at. */
const sentBack = Effect.fnUntraced(function* (world: World) {
  yield* TestClock.setTime(start)
  yield* world.heal([failed("failed")], "first")
  yield* TestClock.adjust("10 minutes")
})

describe("the word of a consumer that has processed a healed message", () => {
  it.effect("makes it recovered, once, without a send, and is no dead letter to count", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* sentBack(world)
      for (const again of [1, 2]) expect(yield* world.heal([processed(again)], `second-${again}`)).toEqual([])
      const item = world.item("lineage")
      expect(item).toMatchObject({ status: "recovered", recoveredAt: new Date(start + 5 * minute).toISOString() })
      expect(item?.history.map(({ act }) => act)).toEqual(["requeued", "recovered"])
      expect(item?.expiresAt).toBeDefined()
      expect(world.sent).toHaveLength(1)
      expect(world.metrics.total("Recovered")).toBe(1)
      expect(world.metrics.total("TimeToRecover")).toBe(5 * minute)
      expect(world.metrics.total("DeadLettersReceived")).toBe(1)
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("changes nothing of what an operator has discarded", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* sentBack(world)
      world.table.items.set("lineage", { ...world.table.items.get("lineage"), status: "discarded" })
      expect(yield* world.heal([processed()], "second")).toEqual([])
      expect(world.item("lineage")?.status).toBe("discarded")
      expect(world.metrics.total("Recovered")).toBe(0)
    }).pipe(Effect.provide(world.layer))
  })

  for (const how of breakages)
    it.effect(`is heard in the end, whichever call of the healer breaks: ${how}`, () => {
      const world = makeWorld()
      return Effect.gen(function* () {
        yield* sentBack(world)
        const callsBefore = world.calls.length
        for (let broken = 1; broken <= 3; broken++) {
          world.breakCall(callsBefore + broken, how)
          yield* world.heal([processed(broken)], `second-${broken}`)
          yield* TestClock.adjust("15 minutes")
        }
        expect(yield* world.heal([processed(4)], "last")).toEqual([])
        expect(world.item("lineage")?.status).toBe("recovered")
        expect(world.sent).toHaveLength(1)
      }).pipe(Effect.provide(world.layer))
    })

  it.effect("is not believed of a message that was never sent back: it is tried once more", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* sentBack(world)
      yield* world.heal([processed(1, "another")], "second")
      expect(world.item("another")?.status).toBe("healing")
      expect(world.sentTo(world.queues.main)).toHaveLength(2)
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("is not believed where somebody else consumes the queue: such a consumer confirms nothing", () => {
    const world = makeWorld()
    const { heal } = adopt(world, "queue")
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      yield* heal(batch(failed("failed")))
      yield* TestClock.adjust("10 minutes")
      yield* heal(batch(processed()))
      expect(world.item("lineage")?.status).toBe("healing")
      expect(world.sentTo(world.queues.main)).toHaveLength(2)
    })
  })
})
