/** What its visibility alone can hold (a FIFO group, a message without room for evidence) is held for as long as it is healed. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { patientSeconds } from "../../../handlers/healer/patience.ts"
import { FailureLedger } from "../../../handlers/ledger/FailureLedger.ts"
import { initialBreaker } from "../../../handlers/recovery/breaker.ts"
import { longestHoldSeconds } from "../../../handlers/recovery/plan.ts"
import { type RecoveryRule, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { type DeadLetterOptions, deadLetter, evidenceOfFailure } from "./deadLetters.ts"
import { dependency, heal, start } from "./guardedWorld.ts"
import { makeWorld, type World } from "./world.ts"

const hour = 3600
const day = 24 * hour

/** SQS moves what was received more often to the parking queue. */
const allowedReceives = 100

const policyOf = (maxAgeSeconds: number) =>
  recoveryPolicy<Record<string, RecoveryRule>>({
    DependencyFailure: {
      action: "heal",
      backoff: { baseSeconds: 30, factor: 3, capSeconds: 3600 },
      maxAttempts: 8,
      maxAgeSeconds
    }
  })

const fifoWorld = (maxAgeSeconds: number) => makeWorld({ fifo: true, policy: policyOf(maxAgeSeconds) })

const evidence = (messageId: string) =>
  evidenceOfFailure(`l-${messageId}`, "DependencyFailure", start, { dependency, untried: true })

const untried = (messageId: string): DeadLetterOptions => ({
  messageId,
  messageGroupId: "g",
  body: messageId,
  sentAt: start,
  evidence: evidence(messageId)
})

/**
 * SQS and Lambda, with messages of one group behind a breaker that others keep open until `upAt` (seconds): they are received
 * whenever they are visible. When they went back, in seconds, and how often they were received until none was left.
 */
const outage = Effect.fnUntraced(function* (
  world: World,
  messages: ReadonlyArray<DeadLetterOptions>,
  { upAt, probeSeconds }: { readonly upAt: number; readonly probeSeconds: number }
) {
  let now = start
  let left = messages
  let receiveCount = 0
  const sentAfter: Array<number> = []
  while (left.length > 0 && receiveCount < allowedReceives) {
    receiveCount += 1
    yield* TestClock.setTime(now)
    const closed = initialBreaker(now)
    const until = now + probeSeconds * 1000
    world.breakers.breakers.set(
      dependency,
      now >= start + upAt * 1000
        ? closed
        : { state: "open", openedAt: start, retryAt: until, failedProbes: 9, probers: 2, held: 0 }
    )
    const before = world.sentTo(world.queues.main).length
    const stayed = yield* heal(
      world,
      left.map((each) => deadLetter({ ...each, receiveCount }))
    )
    for (const _ of world.sentTo(world.queues.main).slice(before)) sentAfter.push((now - start) / 1000)
    left = left.filter(({ messageId }) => stayed.includes(messageId))
    now += 1000 * (world.visibility.at(-1)?.seconds ?? 0)
  }
  return { sentAfter, receiveCount, left }
})

describe("a FIFO group behind an open circuit breaker", () => {
  for (const days of [1, 2, 14])
    for (const probeSeconds of [1, 60, 900])
      it.effect(`is not parked while it is healed, ${days} days, whatever the probes: each ${probeSeconds} s`, () =>
        Effect.gen(function* () {
          const messages = Array.from({ length: 10 }, (_, index) => untried(`m${index}`))
          const upAt = 0.9 * days * day
          const world = fifoWorld(days * day)
          const { receiveCount, left } = yield* outage(world, messages, { upAt, probeSeconds })
          expect(left).toEqual([])
          expect(receiveCount).toBeLessThan(allowedReceives)
          expect(world.sentTo(world.queues.main).map(({ message }) => message.body)).toEqual(
            messages.map(({ body }) => body)
          )
          expect(world.sentTo(world.queues.parking)).toEqual([])
        })
      )

  it.effect("is late by less than a fifth of the outage when it is over", () =>
    Effect.gen(function* () {
      for (const upAt of [hour / 4, hour / 2, hour, 2 * hour, 6 * hour, 13 * hour, 24 * hour, 36 * hour]) {
        const { sentAfter } = yield* outage(fifoWorld(2 * day), [untried("m")], { upAt, probeSeconds: 60 })
        expect(sentAfter).toHaveLength(1)
        expect(sentAfter[0]).toBeLessThan(1.2 * upAt + 60)
      }
    })
  )

  it.effect("that is not healed in time is archived, not parked", () =>
    Effect.gen(function* () {
      const world = fifoWorld(2 * day)
      const { left } = yield* outage(world, [untried("m")], { upAt: 20 * day, probeSeconds: 1 })
      expect(left).toEqual([])
      expect(world.item("l-m")?.status).toBe("archived")
    })
  )
})

it.effect("a message without room for its evidence, of which no copy can be sent, is not parked either", () =>
  Effect.gen(function* () {
    const attributes = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
    )
    const world = makeWorld({ policy: policyOf(2 * day) })
    yield* FailureLedger.use((ledger) => ledger.keepEvidence("m", evidence("m"))).pipe(Effect.provide(world.layer))
    const message = { messageId: "m", sentAt: start, attributes }
    const { receiveCount, left } = yield* outage(world, [message], { upAt: 1.8 * day, probeSeconds: 1 })
    expect(left).toEqual([])
    expect(receiveCount).toBeLessThan(allowedReceives)
    expect(world.sentTo(world.queues.main)).toHaveLength(1)
  })
)

it("a wait is never shorter than asked, and all of them together are few, whatever is asked", () => {
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.integer({ min: 1, max: 900 })),
      fc.integer({ min: 1, max: 14 * day }),
      (asked, lifeSeconds) => {
        let now = start
        let receiveCount = 0
        const endsAt = start + lifeSeconds * 1000
        while (now < endsAt) {
          receiveCount += 1
          const asks = asked.next().value
          const seconds = patientSeconds(asks, { receiveCount, sentAt: start }, { now, endsAt })
          expect(seconds).toBeGreaterThanOrEqual(asks)
          now += Math.min(longestHoldSeconds, seconds) * 1000
        }
        expect(receiveCount).toBeLessThan(0.9 * allowedReceives)
      }
    )
  )
})
