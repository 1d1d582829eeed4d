import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { Evidence } from "../../../handlers/failure/Evidence.ts"
import { initialBreaker, type OpenBreaker } from "../../../handlers/recovery/breaker.ts"
import { type DeadLetterOptions, deadLetter, evidenceOfFailure, received } from "./deadLetters.ts"
import { dependency, evidenceIn, heal, minute, start, worldAt } from "./guardedWorld.ts"
import type { World } from "./world.ts"

const hour = 60 * minute
const open = (retryAt: number): OpenBreaker => ({
  state: "open",
  openedAt: start,
  retryAt,
  failedProbes: 0,
  probers: 2,
  held: 100
})

/** A message that its consumer has set aside, and that was never tried. */
const waiting = (id: string, evidence: Partial<Evidence> = {}, more: Partial<DeadLetterOptions> = {}) =>
  deadLetter({
    messageId: id,
    sentAt: start,
    evidence: {
      ...evidenceOfFailure(`l-${id}`, "DependencyFailure", start, { dependency, untried: true }),
      heldSince: start,
      ...evidence
    },
    ...more
  })

const callsOf = (world: World, service: string) => world.calls.filter((name) => name.startsWith(service))

describe("messages that wait for their first try", () => {
  it.effect("are held by delayed copies, sent together, and the ledger is neither read nor written", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start + 5 * minute))
      expect(
        yield* heal(
          world,
          ["a", "b", "c"].map((id) => waiting(id))
        )
      ).toEqual([])
      const copies = world.sentTo(world.queues.deadLetter)
      expect(copies).toHaveLength(3)
      for (const copy of copies) expect(copy.message.delaySeconds).toBeGreaterThanOrEqual(300)
      expect(evidenceIn(copies[1])).toMatchObject({
        lineageId: "l-b",
        heldSince: start,
        heldAs: { messageId: "b", copy: 1 }
      })
      expect(callsOf(world, "dynamodb")).toEqual([])
      expect(callsOf(world, "sqs")).toEqual(["sqs sendBatch"])
      expect(world.item("l-a")).toBeUndefined()
      expect(world.metrics.total("Held", "DependencyFailure")).toBe(3)
      expect(world.metrics.total("DeadLettersReceived", "DependencyFailure")).toBe(3)
    })
  )

  it.effect("keep waiting as the same dead letter however often they are copied, and are received once", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start + 5 * minute))
      yield* heal(world, [waiting("a")])
      const [first] = world.sentTo(world.queues.deadLetter)
      if (first === undefined) throw new Error("no copy")
      yield* heal(world, [received(first, { sentAt: start })])
      const second = world.sentTo(world.queues.deadLetter)[1]
      expect(evidenceIn(second)).toMatchObject({ heldSince: start, heldAs: { messageId: "a", copy: 2 } })
      expect(second?.message.body).toBe(first.message.body)
      expect(world.metrics.total("DeadLettersReceived")).toBe(1)
    })
  )

  it.effect("are let go within the breaker's limits, out of the DLQ at once, and it is no attempt", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(initialBreaker(start))
      expect(
        yield* heal(
          world,
          ["a", "b"].map((id) => waiting(id))
        )
      ).toEqual([])
      const sent = world.sentTo(world.queues.main)
      expect(sent.map(evidenceIn)).toMatchObject([
        { lineageId: "l-a", healAttempts: 0, admittedTo: dependency, heldSince: start },
        { lineageId: "l-b", healAttempts: 0, admittedTo: dependency, heldSince: start }
      ])
      expect(evidenceIn(sent[0])?.failure).toBeUndefined()
      expect(callsOf(world, "sqs")).toEqual(["sqs sendBatch", "sqs deleteBatch"])
      expect(callsOf(world, "dynamodb")).toEqual([])
      expect(world.metrics.total("Released", "DependencyFailure")).toBe(2)
      expect(world.metrics.total("AutoHealed")).toBe(0)
    })
  )

  it.effect("carry the pass of the breaker that has let them go, and those of who had before", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(initialBreaker(start))
      world.breakers.passes.set(dependency, "its own")
      yield* heal(world, [waiting("a"), waiting("b", { admittedBefore: ["dynamodb"], passes: ["another's"] })])
      const sent = world.sentTo(world.queues.main).map(evidenceIn)
      expect(sent.map((evidence) => evidence?.passes)).toEqual([["its own"], ["another's", "its own"]])
    })
  )

  it.effect("are archived, with a ledger item, once they have waited as long as their class is healed", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start + 5 * minute))
      const long = start - 100 * hour
      const old = { heldSince: long }
      expect(yield* heal(world, [waiting("a", old), waiting("b")])).toEqual([])
      expect(world.item("l-a")).toMatchObject({ status: "archived", attempts: 0 })
      expect(world.item("l-a")?.firstFailureAt).toBe(new Date(long).toISOString())
      expect(world.item("l-b")).toBeUndefined()
    })
  )

  it.effect("stay where they are when the breaker cannot be asked", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(initialBreaker(start))
      world.breakService("breakers")
      expect(yield* heal(world, [waiting("a")])).toEqual(["a"])
      expect(world.sent).toEqual([])
      expect(world.visibility).toEqual([{ receiptHandle: "receipt-a", seconds: 30 }])
      expect(world.metrics.total("HealingErrors")).toBe(1)
    })
  )

  it.effect("stay in the DLQ when their copies are refused, and come back by their visibility", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start + 5 * minute))
      world.breakNext("sqs sendBatch", "fails before")
      expect(yield* heal(world, [waiting("a")])).toEqual(["a"])
      expect(world.visibility).toEqual([{ receiptHandle: "receipt-a", seconds: expect.any(Number) }])
    })
  )

  it.effect("stay in the DLQ when the main queue refuses them, without a ledger item that nobody would finish", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(initialBreaker(start))
      world.breakNext("sqs sendBatch", "refused")
      expect(yield* heal(world, [waiting("a"), waiting("b")])).toEqual(["a", "b"])
      expect(world.sentTo(world.queues.main)).toEqual([])
      expect(world.item("l-a")).toBeUndefined()
      expect(world.metrics.total("HealingErrors")).toBe(2)
      expect(yield* heal(world, [waiting("a", {}, { receiveCount: 2 })])).toEqual([])
      expect(world.sentTo(world.queues.main)).toHaveLength(1)
    })
  )

  it.effect("are parked when they are refused again and again", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(initialBreaker(start))
      world.breakNext("sqs sendBatch", "refused")
      expect(yield* heal(world, [waiting("a", {}, { receiveCount: 20 })])).toEqual([])
      expect(world.sentTo(world.queues.parking)).toHaveLength(1)
    })
  )

  it.effect("do not come to be parked by being held: a copy begins to count its receives anew", () =>
    Effect.gen(function* () {
      const world = yield* worldAt({ ...open(start + 30_000), probers: 0 })
      expect(
        yield* heal(world, [waiting("a", {}, { receiveCount: 9 }), waiting("b", {}, { receiveCount: 10 })])
      ).toEqual(["a"])
      expect(world.sentTo(world.queues.deadLetter).map((sent) => evidenceIn(sent)?.lineageId)).toEqual(["l-b"])
    })
  )

  it.effect("wait until their time is over, though their turn would come later, and ask no breaker twice", () =>
    Effect.gen(function* () {
      const world = yield* worldAt({ ...open(start + 900_000), probers: 2 })
      const almost = { heldSince: start - 48 * hour + 2 * minute }
      expect(yield* heal(world, [waiting("a", almost)])).toEqual([])
      expect(world.item("l-a")).toBeUndefined()
      const [copy] = world.sentTo(world.queues.deadLetter)
      expect(copy?.message.delaySeconds).toBeLessThanOrEqual(121)
      if (copy === undefined) throw new Error("no copy")
      yield* TestClock.setTime(start + 3 * minute)
      const asked = callsOf(world, "breakers").length
      expect(yield* heal(world, [received(copy, { sentAt: start })])).toEqual([])
      expect(world.item("l-a")).toMatchObject({ status: "archived", attempts: 0 })
      expect(callsOf(world, "breakers")).toHaveLength(asked + 1)
    })
  )

  it.effect("keep the word of the breakers that had admitted them before", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(initialBreaker(start))
      yield* heal(world, [waiting("a", { admittedBefore: ["dynamodb"] })])
      expect(world.sentTo(world.queues.main).map(evidenceIn)).toMatchObject([
        { admittedTo: dependency, admittedBefore: ["dynamodb"] }
      ])
    })
  )

  it.effect("are those alone that were never tried: all others go by the ledger", () =>
    Effect.gen(function* () {
      const known = [
        waiting("healed", { healAttempts: 1 }),
        deadLetter({
          messageId: "older",
          evidence: evidenceOfFailure("l-older", "DependencyFailure", start, { dependency, untried: true })
        }),
        waiting("moved", {}, { deadLetterQueueSourceArn: "arn:aws:sqs:us-east-1:123456789012:orders" })
      ]
      const world = yield* worldAt(open(start + 5 * minute))
      yield* heal(world, known)
      for (const id of ["healed", "older"]) expect(world.item(`l-${id}`)?.status).toBe("held")
      // What SQS itself has moved was received and not answered for: whatever its evidence says, it is a crash.
      expect(world.item("l-moved")).toMatchObject({ status: "healing", class: "Unknown" })
      const fifo = yield* worldAt(open(start + 5 * minute), { fifo: true })
      expect(yield* heal(fifo, [waiting("a", {}, { messageGroupId: "g" })])).toEqual(["a"])
      expect(fifo.item("l-a")?.status).toBe("held")
    })
  )
})
