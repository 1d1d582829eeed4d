import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { decodeArchivedMessage } from "../../../handlers/healer/ArchivedMessage.ts"
import { FailureLedger } from "../../../handlers/ledger/FailureLedger.ts"
import { deadLetter, evidenceOfFailure, received } from "./deadLetters.ts"
import { makeWorld } from "./world.ts"

const start = Date.UTC(2026, 0, 31, 23, 59)
const atStart = <A, E>(effect: Effect.Effect<A, E>) => Effect.andThen(TestClock.setTime(start), effect)
const failedMessage = (id: string, className: string, more: Parameters<typeof evidenceOfFailure>[3] = {}) =>
  deadLetter({
    messageId: id,
    body: JSON.stringify({ orderId: `order-${id}` }),
    evidence: evidenceOfFailure(`lineage-${id}`, className, start, more)
  })

describe("a transient failure", () => {
  it.effect("goes back to its queue with body and attributes as they were, and evidence without the failure", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const attributes = {
        text: { dataType: "String", stringValue: "grüße\u0000" },
        bytes: { dataType: "Binary.custom", binaryValue: new Uint8Array([0, 255, 128]) }
      }
      const record = deadLetter({
        messageId: "m1",
        body: ' {"orderId":"o1"}\n',
        attributes,
        evidence: evidenceOfFailure("l1", "Timeout", start)
      })
      const left = yield* atStart(world.heal([record], "a").pipe(Effect.provide(world.layer)))
      expect(left).toEqual([])
      const [sent] = world.sentTo(world.queues.main)
      const { [evidenceAttributeName]: evidence, ...others } = sent?.message.attributes ?? {}
      expect(sent?.message.body).toBe(' {"orderId":"o1"}\n')
      expect(others).toEqual(attributes)
      expect(decodeEvidence(evidence?.stringValue)).toEqual({
        version: 1,
        lineageId: "l1",
        firstSeen: start,
        healAttempts: 1
      })
      expect(world.item("l1")).toMatchObject({ status: "healing", class: "Timeout", attempts: 1, correlationId: "o1" })
      expect(world.metrics.total("AutoHealed", "Timeout")).toBe(1)
      expect(world.metrics.total("DeadLettersReceived", "Timeout")).toBe(1)
      expect(world.metrics.flushes).toHaveLength(1)
    })
  )

  it.effect("is recovered once the consumer confirms it, and stays so when it confirms again", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      yield* atStart(world.heal([failedMessage("1", "Timeout")], "a").pipe(Effect.provide(world.layer)))
      const confirm = FailureLedger.use((ledger) => ledger.confirmRecovered("lineage-1")).pipe(
        Effect.provide(world.layer)
      )
      yield* confirm
      yield* confirm
      const item = world.item("lineage-1")
      expect(item).toMatchObject({ status: "recovered", recoveredAt: new Date(start).toISOString() })
      expect(item?.expiresAt).toBe(start / 1000 + 90 * 86_400)
      expect(item?.history.map(({ act }) => act)).toEqual(["requeued", "recovered"])
    })
  )

  it.effect("without room for evidence goes back as it was, and its evidence is kept before it is sent", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const attributes = Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
      )
      const record = deadLetter({ messageId: "m1", attributes })
      yield* FailureLedger.use((ledger) => ledger.keepEvidence("m1", evidenceOfFailure("l1", "Timeout", start))).pipe(
        Effect.provide(world.layer)
      )
      yield* atStart(world.heal([record], "a").pipe(Effect.provide(world.layer)))
      const [sent] = world.sentTo(world.queues.main)
      expect(sent?.message.attributes).toEqual(attributes)
      const kept = yield* FailureLedger.use((ledger) =>
        ledger.evidenceOf(sent?.messageId ?? "", { body: "{}", attributes })
      ).pipe(Effect.provide(world.layer))
      expect(kept).toMatchObject({ lineageId: "l1", healAttempts: 1 })
    })
  )

  it.effect("that is delivered twice has one effect", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const record = failedMessage("1", "Timeout")
      yield* atStart(world.heal([record], "a").pipe(Effect.provide(world.layer)))
      expect(yield* world.heal([record], "b").pipe(Effect.provide(world.layer))).toEqual([])
      expect(world.sent).toHaveLength(1)
      expect(world.item("lineage-1")?.attempts).toBe(1)
      expect(world.metrics.total("DeadLettersReceived")).toBe(1)
    })
  )

  it.effect("that two healers receive at the same time has one effect", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const record = failedMessage("1", "Timeout")
      const both = Effect.all([world.heal([record], "a"), world.heal([record], "b")], { concurrency: 2 })
      yield* atStart(both.pipe(Effect.provide(world.layer)))
      expect(world.sent).toHaveLength(1)
      expect(world.item("lineage-1")?.attempts).toBe(1)
    })
  )
})

describe("what is not healed", () => {
  it.effect("a validation failure is archived with everything that is known of it", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const record = failedMessage("1", "ValidationError", {
        detail: "quantity is 0",
        logGroup: "/aws/lambda/store",
        logStream: "2026/01/31/[$LATEST]abc"
      })
      expect(yield* atStart(world.heal([record], "a").pipe(Effect.provide(world.layer)))).toEqual([])
      const key = "class=VALIDATION_ERROR/year=2026/month=01/day=31/lineage-1.json"
      const archived = decodeArchivedMessage(world.objects.get(key) ?? "")
      expect(archived).toMatchObject({
        body: '{"orderId":"order-1"}',
        attributes: {},
        detail: "quantity is 0",
        evidence: { failure: { class: "ValidationError" } },
        history: [{ act: "archived" }],
        correlationId: "order-1"
      })
      expect(archived?.logUrl).toContain("log-group/$252Faws$252Flambda$252Fstore/log-events/")
      expect(world.item("lineage-1")).toMatchObject({ status: "archived", archiveKey: key })
      expect(world.alerts).toHaveLength(0)
      expect(world.sent).toHaveLength(0)
    })
  )

  it.effect("an authorisation failure waits for an operator, with one alert however many messages", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const records = Array.from({ length: 10 }, (_, index) => failedMessage(String(index), "AuthFailure"))
      expect(yield* atStart(world.heal(records, "a").pipe(Effect.provide(world.layer)))).toEqual([])
      expect(world.objects.size).toBe(10)
      expect(records.every((_, index) => world.item(`lineage-${index}`)?.status === "awaiting-operator")).toBe(true)
      expect(world.item("lineage-3")?.expiresAt).toBeUndefined()
      expect(world.alerts).toHaveLength(1)
      expect(world.alerts[0]?.subject).toBe("[orders] AUTH_FAILURE: AuthFailure on purpose")
      expect(JSON.parse(world.alerts[0]?.attributes?.["alert"]?.stringValue ?? "")).toMatchObject({
        class: "AuthFailure",
        heldBack: 0
      })
      // The first alert after the window says how many it speaks for.
      yield* TestClock.adjust("16 minutes")
      yield* world.heal([failedMessage("late", "AuthFailure")], "b").pipe(Effect.provide(world.layer))
      expect(world.alerts).toHaveLength(2)
      expect(world.alerts[1]?.message).toContain("Held back since the last alert: 9")
      expect(world.metrics.total("Alerted")).toBe(2)
    })
  )

  it.effect("a dependency that stays down: the message is archived with an alert after its last attempt", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      yield* TestClock.setTime(start)
      let copies = 0
      const untilGone = Effect.fnUntraced(function* (record: ReturnType<typeof deadLetter>, sender: string) {
        while ((yield* world.heal([record], sender).pipe(Effect.provide(world.layer))).length > 0)
          yield* TestClock.adjust("1 minute")
      })
      for (let round = 1; round <= 9; round++) {
        const record = deadLetter({
          messageId: `m${round}`,
          evidence: evidenceOfFailure("l1", "DependencyFailure", start, { dependency: "gateway" })
        })
        // Held messages come back until they are dealt with.
        yield* untilGone(record, `r${round}`)
        for (let again = 0; again < 10; again++) {
          const [copy] = world.sentTo(world.queues.deadLetter).splice(copies)
          if (copy === undefined) break
          copies += 1
          yield* TestClock.adjust("15 minutes")
          yield* untilGone(received(copy), `c${copies}`)
        }
      }
      expect(world.sentTo(world.queues.main)).toHaveLength(8)
      expect(world.item("l1")).toMatchObject({ status: "archived", attempts: 8 })
      expect(world.alerts).toHaveLength(1)
    })
  )
})

describe("messages that SQS moved, without a failure in their evidence", () => {
  it.effect("are re-queued apart from each other, isolated, under the id they were first seen by", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const records = ["m1", "m2", "m3"].map((messageId) => deadLetter({ messageId, sentAt: start }))
      expect(yield* atStart(world.heal(records, "a").pipe(Effect.provide(world.layer)))).toEqual([])
      const evidence = world.sent.map(({ message }) =>
        decodeEvidence(message.attributes[evidenceAttributeName]?.stringValue)
      )
      expect(evidence.map((each) => each?.lineageId).sort()).toEqual(["m1", "m2", "m3"])
      expect(evidence.every((each) => each?.isolated === true)).toBe(true)
      const delays = world.sent.map(({ message }) => message.delaySeconds ?? 0).sort((one, other) => one - other)
      expect(delays[0]).toBeLessThanOrEqual(10)
      expect(delays[1]).toBeGreaterThan(10)
      expect(delays[2]).toBeGreaterThan(20)
    })
  )

  it.effect("that crash every time end in the archive as Unknown, with an alert", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      yield* TestClock.setTime(start)
      let evidence = undefined as ReturnType<typeof decodeEvidence>
      for (let round = 1; round <= 4; round++) {
        const record = deadLetter({ messageId: `m${round}`, evidence, sentAt: start })
        expect(yield* world.heal([record], `r${round}`).pipe(Effect.provide(world.layer))).toEqual([])
        evidence = decodeEvidence(world.sent.at(-1)?.message.attributes[evidenceAttributeName]?.stringValue)
      }
      expect(world.sent).toHaveLength(3)
      expect(world.item("m1")).toMatchObject({ status: "archived", class: "Unknown", attempts: 3 })
      expect(world.alerts).toHaveLength(1)
    })
  )
})

describe("a FIFO queue", () => {
  const record = (id: string, group: string) =>
    deadLetter({ messageId: id, messageGroupId: group, evidence: evidenceOfFailure(`l-${id}`, "Timeout", start) })

  it.effect("holds a message and leaves those behind it in its group alone, but not other groups", () =>
    Effect.gen(function* () {
      const world = makeWorld({ fifo: true })
      const records = [
        record("a1", "a"),
        record("a2", "a"),
        deadLetter({ messageId: "b1", messageGroupId: "b", evidence: evidenceOfFailure("l-b1", "BadPayload", start) })
      ]
      const left = yield* atStart(world.heal(records, "x").pipe(Effect.provide(world.layer)))
      expect(left.sort()).toEqual(["a1", "a2"])
      expect(world.item("l-a1")?.status).toBe("held")
      expect(world.item("l-a2")).toBeUndefined()
      expect(world.item("l-b1")?.status).toBe("archived")
      // What is behind it must not keep its group blocked for longer than the hold.
      const [first, second] = ["a1", "a2"].map((id) => world.visibility.find((each) => each.receiptHandle.endsWith(id)))
      expect(second?.seconds).toBe(first?.seconds)
    })
  )

  it.effect(
    "gets a message back in its group, with no delay, under the same de-duplication id when it is repeated",
    () =>
      Effect.gen(function* () {
        const world = makeWorld({ fifo: true })
        yield* atStart(world.heal([record("a1", "a")], "x").pipe(Effect.provide(world.layer)))
        yield* TestClock.adjust("1 minute")
        world.breakNext("sqs sendBatch", "answer lost")
        expect(yield* world.heal([record("a1", "a")], "y").pipe(Effect.provide(world.layer))).toEqual(["a1"])
        // The healer cannot know that it was sent.
        yield* TestClock.adjust("2 minutes")
        for (const sender of ["z", "zz"]) {
          yield* world.heal([record("a1", "a")], sender).pipe(Effect.provide(world.layer))
          yield* TestClock.adjust("2 minutes")
        }
        const sends = world.sentTo(world.queues.main).map(({ message }) => message)
        expect(sends).toHaveLength(2)
        expect(new Set(sends.map((each) => each.messageDeduplicationId)).size).toBe(1)
        for (const each of sends) {
          expect(each.messageGroupId).toBe("a")
          expect(each.delaySeconds).toBeUndefined()
          expect(each.messageDeduplicationId?.length).toBeLessThanOrEqual(128)
        }
      })
  )
})
