/**
 * The healer broken at every call that it makes to AWS, in every way: killed or failing, before or after the call took
 * effect. Whatever happens, no message is lost, none is healed more often than allowed, and an alert is not repeated.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { SqsRecord } from "../../../handlers/consumer/SqsEvent.ts"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import type { Breaker } from "../../../handlers/recovery/breaker.ts"
import { type RecoveryRule, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { deadLetter, evidenceOfFailure, received } from "./deadLetters.ts"
import { type Breakage, breakages, makeWorld } from "./world.ts"

const start = Date.UTC(2026, 0, 1)
const maxAttempts = 2
const heal = { backoff: { baseSeconds: 2, factor: 2, capSeconds: 8 }, maxAttempts, maxAgeSeconds: 1_209_600 }
const policy = recoveryPolicy<Record<string, RecoveryRule>>({
  Timeout: { action: "heal", ...heal },
  DependencyFailure: { action: "heal", ...heal, maxAgeSeconds: 7200 },
  Slow: { action: "heal", ...heal, backoff: { baseSeconds: 5000, factor: 1, capSeconds: 5000 } },
  Unknown: { action: "isolate", ...heal }
})

const dependency = "gateway"
const openBreaker: Breaker = {
  state: "open",
  openedAt: start,
  retryAt: start + 600_000,
  failedProbes: 0,
  probers: 0,
  held: 0
}

interface Scenario {
  readonly name: string
  readonly fifo: boolean
  /** Class of failure by lineage; `Crash` leaves no evidence. */
  readonly lineages: Readonly<Record<string, string>>
  /** Lineages that succeed when they come back. */
  readonly mended: ReadonlyArray<string>
}

const scenarios: ReadonlyArray<Scenario> = [
  { name: "a transient failure that is mended", fifo: false, lineages: { a: "Timeout" }, mended: ["a"] },
  { name: "a transient failure that stays", fifo: false, lineages: { a: "Timeout" }, mended: [] },
  {
    name: "an authorisation failure of two messages",
    fifo: false,
    lineages: { a: "AuthFailure", b: "AuthFailure" },
    mended: []
  },
  { name: "a culprit and its neighbour", fifo: false, lineages: { a: "Crash", b: "Crash" }, mended: ["b"] },
  { name: "a message that copies hold for hours", fifo: false, lineages: { a: "Slow" }, mended: ["a"] },
  {
    name: "two messages behind an open circuit breaker",
    fifo: false,
    lineages: { a: "DependencyFailure", b: "DependencyFailure" },
    mended: ["b"]
  },
  { name: "two messages of a FIFO group", fifo: true, lineages: { a: "Timeout", b: "BadPayload" }, mended: ["a"] }
]

/** Runs a scenario until nothing moves, with one call broken; answers how many calls were made. */
const run = (scenario: Scenario, call: number, how: Breakage) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld({ policy, fifo: scenario.fifo, alertWindowSeconds: 1_000_000 })
    const names = Object.keys(scenario.lineages)
    const classOf = (lineage: string) => scenario.lineages[lineage] ?? "Unknown"
    const failureOf = (lineage: string, healAttempts: number) => ({
      ...evidenceOfFailure(
        lineage,
        classOf(lineage),
        start,
        classOf(lineage) === "DependencyFailure" ? { dependency } : {}
      ),
      healAttempts
    })
    world.breakers.breakers.set(dependency, openBreaker)
    const inQueue = new Map<string, { readonly lineage: string; readonly record: SqsRecord }>()
    const stored = new Set<string>()
    const taken = new Set<string>()
    const lineageOfSent = (sent: (typeof world.sent)[number]) =>
      decodeEvidence(sent.message.attributes[evidenceAttributeName]?.stringValue)?.lineageId ?? ""
    for (const lineage of names) {
      const crash = scenario.lineages[lineage] === "Crash"
      const record = deadLetter({
        messageId: lineage,
        evidence: crash ? undefined : failureOf(lineage, 0),
        sentAt: start,
        messageGroupId: scenario.fifo ? "group" : undefined
      })
      inQueue.set(lineage, { lineage, record })
    }

    const nothingLost = () => {
      for (const lineage of names) {
        const somewhere =
          stored.has(lineage) ||
          [...inQueue.values()].some((each) => each.lineage === lineage) ||
          world.sent.some((sent) => !taken.has(sent.messageId) && lineageOfSent(sent) === lineage) ||
          [...world.objects.keys()].some((key) => key.endsWith(`/${lineage}.json`))
        expect(somewhere, `${lineage} is somewhere`).toBe(true)
      }
    }
    world.check(nothingLost)
    world.breakCall(call, how)

    let round = 0
    for (; round < 40; round++) {
      if (inQueue.size > 0) {
        const records = [...inQueue.values()].map(({ record }) => record)
        const left = yield* world.heal(records, `invocation-${round}`).pipe(Effect.provide(world.layer))
        for (const id of [...inQueue.keys()]) if (!left.includes(id)) inQueue.delete(id)
        nothingLost()
      }
      for (const sent of world.sentTo(world.queues.deadLetter)) {
        if (taken.has(sent.messageId)) continue
        taken.add(sent.messageId)
        inQueue.set(sent.messageId, { lineage: lineageOfSent(sent), record: received(sent) })
      }
      const arrived = world.sentTo(world.queues.main).filter((sent) => !taken.has(sent.messageId))
      if (inQueue.size === 0 && arrived.length === 0) break
      yield* TestClock.adjust("20 minutes")
      const seen = new Set<string>()
      for (const sent of arrived) {
        const lineage = lineageOfSent(sent)
        if (classOf(lineage) === "DependencyFailure") {
          const mended = scenario.mended.includes(lineage)
          yield* world.observe(dependency, { successes: mended ? 1 : 0, failures: mended ? 0 : 1 })
        }
        const id = sent.message.messageDeduplicationId ?? sent.messageId
        // SQS takes out a repeat on a FIFO queue.
        if (scenario.fifo && seen.has(id)) taken.add(sent.messageId)
        else if (scenario.mended.includes(lineage)) {
          stored.add(lineage)
          taken.add(sent.messageId)
          yield* world.confirmRecovered(lineage)
        } else {
          const evidence = decodeEvidence(sent.message.attributes[evidenceAttributeName]?.stringValue)
          const crash = scenario.lineages[lineage] === "Crash"
          const record = deadLetter({
            messageId: `${sent.messageId}-failed`,
            evidence: crash ? evidence : failureOf(lineage, evidence?.healAttempts ?? 0),
            sentAt: start,
            messageGroupId: sent.message.messageGroupId
          })
          inQueue.set(`${sent.messageId}-failed`, { lineage, record })
          taken.add(sent.messageId)
        }
        seen.add(id)
        nothingLost()
      }
    }
    expect(round, "it comes to rest").toBeLessThan(40)
    for (const lineage of names) {
      const sends = world.sentTo(world.queues.main).filter((sent) => lineageOfSent(sent) === lineage)
      expect(sends.length, `${lineage} is re-queued at most ${maxAttempts} times`).toBeLessThanOrEqual(maxAttempts)
      const item = world.item(lineage)
      expect(item?.attempts).toBeGreaterThanOrEqual(sends.length)
      expect(item?.status).toBe(
        stored.has(lineage)
          ? "recovered"
          : scenario.lineages[lineage] === "AuthFailure"
            ? "awaiting-operator"
            : "archived"
      )
    }
    expect(world.sentTo(world.queues.parking)).toEqual([])
    const alertsDue = names.some(
      (lineage) => scenario.lineages[lineage] !== "BadPayload" && world.item(lineage)?.archiveKey !== undefined
    )
    if (alertsDue) expect(world.alerts.length, "an alert is out").toBeGreaterThanOrEqual(1)
    // It is repeated only when the publisher breaks between publishing and writing it down.
    const repeatable = ["sns publish", "dynamodb update"].includes(world.calls[call - 1] ?? "")
    expect(world.alerts.length).toBeLessThanOrEqual((alertsDue ? 1 : 0) + (repeatable ? 1 : 0))
    return { calls: world.calls.length, alerts: world.alerts.length }
  })

describe.each(scenarios)("$name", (scenario) => {
  it.effect("comes to the same end whichever call breaks", () =>
    Effect.gen(function* () {
      const { calls, alerts } = yield* run(scenario, 0, "fails before")
      expect(calls).toBeGreaterThanOrEqual(4)
      expect(alerts).toBeLessThanOrEqual(1)
      for (let call = 1; call <= calls; call++)
        for (const how of breakages)
          yield* run(scenario, call, how).pipe(
            Effect.catchDefect((defect) =>
              Effect.die(new Error(`call ${call} ${how}: ${defect instanceof Error ? defect.message : String(defect)}`))
            )
          )
    })
  )
})
