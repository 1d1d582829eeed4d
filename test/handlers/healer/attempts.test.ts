/** Exactly the promised attempts: whatever the clocks say, however many healers there are, whatever a crash leaves behind. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { RequestRejected } from "../../../handlers/aws/AwsError.ts"
import { hadNoEffect } from "../../../handlers/aws/sdkError.ts"
import { DependencyFailure, Timeout } from "../../../handlers/failure/errors.ts"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import { type RecoveryRule, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { deadLetter, evidenceOfFailure, received } from "./deadLetters.ts"
import { breakages, makeWorld, type World } from "./world.ts"

const start = Date.UTC(2026, 0, 1)
const minute = 60_000
const policyOf = (rule: Partial<Extract<RecoveryRule, { action: "heal" }>>) =>
  recoveryPolicy<Record<string, RecoveryRule>>({
    Timeout: {
      action: "heal",
      backoff: { baseSeconds: 2, factor: 2, capSeconds: 8 },
      maxAttempts: 3,
      maxAgeSeconds: 86_400,
      ...rule
    }
  })
const record = (receiveCount = 1) =>
  deadLetter({ messageId: "m", receiveCount, sentAt: start, evidence: evidenceOfFailure("l", "Timeout", start) })
const heal = (world: World, records: Parameters<World["heal"]>[0], sender: string) =>
  world.heal(records, sender).pipe(Effect.provide(world.layer))
const mainSends = (world: World) => world.sentTo(world.queues.main).length

describe("clocks that are minutes apart", () => {
  it.effect.each([-9 * minute, -3 * minute, 3 * minute, 9 * minute])(
    "a healer whose clock is off by %i ms does not take over from one that is sending",
    (skew) =>
      Effect.gen(function* () {
        const world = makeWorld({ policy: policyOf({}) })
        yield* TestClock.setTime(start)
        let meanwhile: ReadonlyArray<string> | undefined
        world.beforeEachCall((name) =>
          Effect.suspend(() => {
            if (name !== "sqs sendBatch" || meanwhile !== undefined) return Effect.void
            meanwhile = []
            // SQS has delivered it twice; the other healer's clock is its own.
            return TestClock.setTime(start + skew).pipe(
              Effect.andThen(heal(world, [record()], "other")),
              Effect.tap((left) =>
                Effect.sync(() => {
                  meanwhile = left
                })
              ),
              Effect.andThen(TestClock.setTime(start)),
              Effect.orDie
            )
          })
        )
        expect(yield* heal(world, [record()], "one")).toEqual([])
        expect(meanwhile).toEqual(["m"])
        expect(mainSends(world)).toBe(1)
        expect(world.item("l")?.attempts).toBe(1)
      })
  )

  it.effect("a dead healer is replaced after one wait by the queue's clock, wherever its own one stood", () =>
    Effect.gen(function* () {
      for (const skew of [-60 * minute, -5 * minute, 0, 5 * minute, 9 * minute]) {
        const world = makeWorld({ policy: policyOf({}) })
        yield* TestClock.setTime(start + skew)
        world.breakNext("sqs sendBatch", "killed before")
        expect(yield* heal(world, [record(1)], "dead")).toEqual(["m"])
        yield* TestClock.setTime(start + minute)
        let receive = 2
        while ((yield* heal(world, [record(receive)], `alive-${receive}`)).length > 0) {
          receive += 1
          yield* TestClock.adjust("30 seconds")
        }
        expect(receive).toBeLessThanOrEqual(3)
        expect(mainSends(world)).toBe(1)
        expect(world.item("l")?.attempts).toBe(2)
      }
    })
  )
})

it.effect("two healers with the same message at once send it once, however their calls interleave", () =>
  Effect.promise(() =>
    fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(4)), fc.boolean(), (pauses, fifo) =>
        Effect.runPromise(
          Effect.gen(function* () {
            yield* TestClock.setTime(start)
            const world = makeWorld({ policy: policyOf({}), fifo })
            world.beforeEachCall(() =>
              Effect.forEach(Array.from({ length: pauses.next().value ?? 0 }), () => Effect.yieldNow, { discard: true })
            )
            const due = deadLetter({
              messageId: "m",
              messageGroupId: fifo ? "g" : undefined,
              evidence: evidenceOfFailure("l", "Timeout", start, { untried: true })
            })
            yield* Effect.all([heal(world, [due], "a"), heal(world, [due], "b"), heal(world, [due], "c")], {
              concurrency: 3
            })
            expect(mainSends(world)).toBe(1)
            expect(world.item("l")?.attempts).toBe(1)
          }).pipe(Effect.provide(Layer.merge(TestClock.layer(), Logger.layer([]))))
        )
      ),
      { numRuns: 100 }
    )
  )
)

it.effect("two healers that hold the same message leave one that is alive, and it is sent once", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld({ policy: policyOf({ backoff: { baseSeconds: 5000, factor: 1, capSeconds: 5000 } }) })
    world.beforeEachCall(() => Effect.yieldNow)
    let alive = [record(), record()]
    let seen = 0
    for (let round = 0; alive.length > 0; round++) {
      const left = yield* Effect.all(
        alive.map((each, index) => heal(world, [each], `r${round}-${index}`)),
        { concurrency: 2 }
      )
      const copies = world.sentTo(world.queues.deadLetter).slice(seen)
      seen += copies.length
      expect(copies.length).toBeLessThanOrEqual(2)
      // Its visibility holds what is due within a minute.
      alive = [...alive.filter((_, index) => left[index]?.length === 1), ...copies.map((copy) => received(copy))]
      yield* TestClock.adjust("15 minutes")
    }
    expect(mainSends(world)).toBe(1)
    expect(world.item("l")?.attempts).toBe(1)
  })
)

describe("a message without room for evidence", () => {
  const attributes = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
  )
  const content = { body: "{}", attributes }

  it.effect.each(breakages)("is never healed more often than allowed, whichever call is %s", (how) =>
    Effect.gen(function* () {
      let calls = 1
      for (let call = 1; call <= calls; call++) {
        yield* TestClock.setTime(start)
        const world = makeWorld({ policy: policyOf({ maxAttempts: 2 }) })
        const expecting = HealerLedger.use((ledger) =>
          ledger.expectEvidence("dead-letter", content, evidenceOfFailure("l", "Timeout", start))
        )
        yield* expecting.pipe(Effect.provide(world.layer))
        const before = world.calls.length
        world.breakCall(before + call, how)
        let waiting = [deadLetter({ messageId: "m", ...content })]
        let taken = 0
        for (let round = 0; waiting.length > 0; round++) {
          expect(round).toBeLessThan(30)
          const left = yield* heal(world, waiting, `r${round}`)
          waiting = waiting.filter(({ messageId }) => left.includes(messageId))
          yield* TestClock.adjust("20 minutes")
          // Its consumer crashes every time, so SQS moves it, under the id that it has.
          for (const sent of world.sentTo(world.queues.main).slice(taken)) {
            taken += 1
            waiting.push(received(sent))
          }
        }
        expect(mainSends(world)).toBeLessThanOrEqual(3)
        expect([...world.table.items.keys()].filter((key) => !key.includes("#"))).toEqual(["l"])
        expect(world.item("l")?.status).toBe("archived")
        calls = world.calls.length - before
      }
    })
  )

  it.effect("and its twin get one evidence each, and keep it when they are delivered again", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const world = makeWorld()
      const found = yield* Effect.gen(function* () {
        const ledger = yield* HealerLedger
        yield* ledger.expectEvidence("dead-letter", content, evidenceOfFailure("one", "Timeout", start))
        yield* ledger.expectEvidence("dead-letter", content, evidenceOfFailure("two", "Timeout", start))
        yield* ledger.expectEvidence("dead-letter", content, evidenceOfFailure("two", "Timeout", start))
        return yield* Effect.forEach(["x", "y", "x", "z", "y"], (id) => ledger.evidenceOf(id, content), {
          concurrency: 1
        })
      }).pipe(Effect.provide(world.layer))
      expect(found.map((each) => each?.lineageId)).toEqual(["one", "two", "one", undefined, "two"])
    })
  )
})

it("only a call that cannot have taken effect is no attempt", () => {
  const dependency = (reason: string) => new DependencyFailure({ reason, dependency: "sqs" })
  expect(hadNoEffect(dependency("sqs SendMessage: ECONNREFUSED"))).toBe(true)
  expect(hadNoEffect(dependency("sqs SendMessage: ThrottlingException"))).toBe(true)
  expect(hadNoEffect(dependency("sqs SendMessage: RequestThrottled"))).toBe(true)
  expect(hadNoEffect(new RequestRejected({ service: "sqs", operation: "SendMessage", code: "x", message: "" }))).toBe(
    true
  )
  expect(hadNoEffect(dependency("sqs SendMessage: ECONNRESET"))).toBe(false)
  expect(hadNoEffect(dependency("sqs SendMessage: ServiceUnavailable"))).toBe(false)
  expect(hadNoEffect(new Timeout({ reason: "sqs SendMessage: TimeoutError", dependency: "sqs" }))).toBe(false)
})
