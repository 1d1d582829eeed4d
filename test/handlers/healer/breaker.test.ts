import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { ClosedBreaker, OpenBreaker } from "../../../handlers/recovery/breaker.ts"
import { deadLetter, evidenceOfFailure, received } from "./deadLetters.ts"
import { dependency, evidenceIn, heal, minute, start, worldAt } from "./guardedWorld.ts"
import type { World } from "./world.ts"

const open = (retryAt: number): OpenBreaker => ({
  state: "open",
  openedAt: start,
  retryAt,
  failedProbes: 0,
  probers: 0,
  held: 0
})
const closed: ClosedBreaker = {
  state: "closed",
  consecutiveFailures: 0,
  windowStartedAt: start,
  failures: 0,
  successes: 0,
  nextSlotAt: start,
  held: 0
}
const setAside = (id: string, more: Parameters<typeof evidenceOfFailure>[3] = {}, healAttempts = 0) =>
  deadLetter({
    messageId: id,
    sentAt: start,
    evidence: {
      ...evidenceOfFailure(`l-${id}`, "DependencyFailure", start, { dependency, untried: true, ...more }),
      healAttempts
    }
  })
const asked = (world: World) => world.calls.filter((name) => name === "breakers admit").length

describe("while the circuit breaker is open", () => {
  it.effect("its messages are held by delayed copies, all asked for at once, and it is no attempt", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start + 5 * minute))
      const others = deadLetter({ messageId: "x", evidence: evidenceOfFailure("l-x", "ValidationError", start) })
      expect(yield* heal(world, [setAside("a"), setAside("b"), setAside("c"), others], "r")).toEqual([])
      expect(asked(world)).toBe(1)
      expect(world.item("l-x")?.status).toBe("archived")
      expect(world.sentTo(world.queues.main)).toEqual([])
      const copies = world.sentTo(world.queues.deadLetter)
      expect(copies.map(({ message }) => message.delaySeconds).sort()).toEqual([300, 300, expect.any(Number)])
      expect(evidenceIn(copies[0])).toMatchObject({ heldAs: { copy: 1 }, failure: { untried: true, dependency } })
      for (const id of ["a", "b", "c"]) expect(world.item(`l-${id}`)).toMatchObject({ status: "held", attempts: 0 })
      expect(world.metrics.total("Held", "DependencyFailure")).toBe(3)
      expect(world.metrics.total("BreakersOpen")).toBe(1)
      expect(world.metrics.observations).toContainEqual({ name: "BreakerState", value: 2, dependency })
    })
  )

  it.effect("a short hold is by visibility, and so is every hold on a FIFO queue", () =>
    Effect.gen(function* () {
      const soon = yield* worldAt(open(start + 30_000))
      expect(yield* heal(soon, [setAside("a")], "r")).toEqual(["a"])
      expect(soon.visibility).toEqual([{ receiptHandle: "receipt-a", seconds: 30 }])
      const fifo = yield* worldAt(open(start + 5 * minute), { fifo: true })
      expect(yield* heal(fifo, [setAside("a")], "r")).toEqual(["a"])
      expect(fifo.visibility).toEqual([{ receiptHandle: "receipt-a", seconds: 300 }])
      expect(fifo.sent).toEqual([])
    })
  )

  it.effect("a message that short holds have burnt ten receives of is held by a copy, which begins to count anew", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start + 30_000))
      const tried = (receiveCount: number) => {
        const evidence = evidenceOfFailure("l-a", "DependencyFailure", start, { dependency })
        return deadLetter({ messageId: "a", sentAt: start, receiveCount, evidence: { ...evidence, healAttempts: 1 } })
      }
      for (let receive = 1; receive < 10; receive++) expect(yield* heal(world, [tried(receive)])).toEqual(["a"])
      expect(yield* heal(world, [tried(10)])).toEqual([])
      expect(world.sentTo(world.queues.deadLetter)).toHaveLength(1)
    })
  )

  it.effect("where no copy can be sent, its visibility holds the message, and it is not parked", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start + 100 * minute))
      world.breakService("sqs sendBatch", "refused")
      for (let round = 0; round < 8; round++) expect(yield* heal(world, [setAside("a")], `r${round}`)).toEqual(["a"])
      expect(world.visibility).toHaveLength(8)
      expect(world.item("l-a")).toMatchObject({ status: "held", deadLetters: [{ errors: 0 }] })
    })
  )

  it.effect("one probe goes when it is due, and its consumer is told that it was admitted", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start))
      yield* heal(world, [setAside("a"), setAside("b")], "r")
      expect(world.sentTo(world.queues.main).map(evidenceIn)).toEqual([
        { version: 1, lineageId: "l-a", firstSeen: start, healAttempts: 1, admittedTo: dependency }
      ])
      expect(world.item("l-b")).toMatchObject({ status: "held", attempts: 0 })
    })
  )

  it.effect("a message that has been tried lets untried ones probe first", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(open(start))
      const tried = setAside("a", { untried: false })
      yield* heal(world, [tried, setAside("b")], "r")
      expect(world.sentTo(world.queues.main).map((sent) => evidenceIn(sent)?.lineageId)).toEqual(["l-b"])
    })
  )
})

describe("a slot that was granted", () => {
  const soon = { ...closed, nextSlotAt: start + 50_000 }

  it.effect("is kept while a FIFO queue holds the message, and asked for once", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(soon, { fifo: true })
      expect(yield* heal(world, [setAside("a")], "r0")).toEqual(["a"])
      expect(world.visibility.at(-1)?.seconds).toBe(50)
      yield* TestClock.adjust("50 seconds")
      expect(yield* heal(world, [setAside("a")], "r1")).toEqual([])
      expect(asked(world)).toBe(1)
      expect(evidenceIn(world.sentTo(world.queues.main)[0])?.admittedTo).toBe(dependency)
    })
  )

  it.effect("survives a healer that dies of sending it", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(soon)
      world.breakNext("sqs sendBatch", "killed before")
      expect(yield* heal(world, [setAside("a")], "r0")).toEqual(["a"])
      yield* TestClock.adjust("15 minutes")
      expect(yield* heal(world, [setAside("a")], "r1")).toEqual([])
      expect(asked(world)).toBe(1)
      expect(evidenceIn(world.sentTo(world.queues.main)[0])?.admittedTo).toBe(dependency)
    })
  )

  it.effect("is asked for again when the breaker has opened since", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(soon, { fifo: true })
      yield* heal(world, [setAside("a")], "r0")
      yield* TestClock.adjust("50 seconds")
      world.breakers.breakers.set(dependency, { ...open(start + 10 * minute), openedAt: start + 10_000 })
      expect(yield* heal(world, [setAside("a")], "r1")).toEqual(["a"])
      expect(asked(world)).toBe(2)
      expect(world.sentTo(world.queues.main)).toEqual([])
    })
  )
})

describe("an attempt that was no try", () => {
  it.effect("is given back once, however often the message is delivered or its dead letter doubled", () =>
    Effect.gen(function* () {
      const world = yield* worldAt(closed)
      yield* heal(world, [setAside("a", { untried: false })], "r0")
      expect(world.item("l-a")?.attempts).toBe(1)
      yield* TestClock.adjust("1 minute")
      const back = (messageId: string) =>
        deadLetter({
          messageId,
          evidence: {
            ...evidenceOfFailure("l-a", "DependencyFailure", start + minute, { dependency, untried: true }),
            healAttempts: 1
          }
        })
      yield* heal(world, [back("b"), back("b")], "r1")
      expect(world.item("l-a")?.attempts).toBe(1)
      yield* heal(world, [back("c")], "r2")
      expect(world.item("l-a")?.attempts).toBe(2)
    })
  )
})

it.effect("when the circuit breakers cannot be asked, messages are healed without them, and it shows", () =>
  Effect.gen(function* () {
    const world = yield* worldAt(open(start))
    world.breakService("breakers")
    expect(yield* heal(world, [setAside("a"), setAside("b")], "r")).toEqual([])
    expect(world.sentTo(world.queues.main).map((sent) => evidenceIn(sent)?.admittedTo)).toEqual([undefined, undefined])
    expect(world.metrics.total("HealingErrors")).toBe(1)
  })
)

it.effect("an outage of ten hours archives nothing, even where one message alone has to probe it", () =>
  Effect.gen(function* () {
    const world = yield* worldAt(open(start + 10_000))
    const end = start + 10 * 60 * minute
    let waiting = [setAside("a", { untried: false })]
    const taken = new Set<string>()
    let clock = start
    let copies = 0
    for (let round = 0; clock < end + 24 * 60 * minute; round++) {
      const left = yield* heal(world, waiting, `r${round}`)
      yield* TestClock.adjust("15 minutes")
      clock += 15 * minute
      waiting = waiting.filter(({ messageId }) => left.includes(messageId))
      for (const copy of world.sentTo(world.queues.deadLetter).slice(copies)) {
        copies += 1
        waiting.push(received(copy))
      }
      for (const sent of world.sentTo(world.queues.main)) {
        if (taken.has(sent.messageId)) continue
        taken.add(sent.messageId)
        const up = clock >= end
        yield* world.observe(dependency, { successes: up ? 1 : 0, failures: up ? 0 : 1 })
        if (up) yield* world.confirmRecovered("l-a")
        else
          waiting.push(
            deadLetter({
              messageId: `${sent.messageId}-failed`,
              evidence: {
                ...evidenceOfFailure("l-a", "DependencyFailure", clock, { dependency }),
                healAttempts: evidenceIn(sent)?.healAttempts ?? 0
              }
            })
          )
      }
      if (world.item("l-a")?.status === "recovered") break
    }
    expect(world.item("l-a")?.status).toBe("recovered")
    expect(world.objects.size).toBe(0)
    expect(world.sentTo(world.queues.main).length).toBeLessThanOrEqual(8)
  })
)
