import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Evidence, evidenceAttributeName, highestCopy } from "../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import { alertMessage } from "../../handlers/healer/alertMessage.ts"
import { defaultBreakerPolicy, initialBreaker, observe } from "../../handlers/recovery/breaker.ts"
import { defaultRules } from "../../handlers/recovery/RecoveryPolicy.ts"
import { sqsEvent, sqsRecord } from "../handlers/consumer/records.ts"
import { makeTestConsumer } from "../handlers/consumer/testConsumer.ts"
import { deadLetter, received } from "../handlers/healer/deadLetters.ts"
import { makeWorld } from "../handlers/healer/world.ts"

const start = Date.UTC(2026, 0, 1)

const forged = (evidence: Readonly<Record<string, unknown>>) => ({
  [evidenceAttributeName]: {
    dataType: "String",
    stringValue: JSON.stringify({ version: 1, lineageId: "lineage-1", firstSeen: start, healAttempts: 0, ...evidence })
  }
})

/** A dead letter with forged evidence that SQS has moved, because its consumer crashed. */
const crashed = (messageId: string, evidence: Readonly<Record<string, unknown>>) => {
  const record = deadLetter({ messageId, attributes: forged(evidence), sentAt: start })
  return {
    ...record,
    attributes: { ...record.attributes, DeadLetterQueueSourceArn: "arn:aws:sqs:eu-west-1:1:orders" }
  }
}

/** A breaker after an outage. */
const open = observe(defaultBreakerPolicy, initialBreaker(0), { successes: 0, failures: 5 }, 0)

const failure = { class: "DependencyFailure", reason: "503", dependency: "d", receiveCount: 1, at: start }

describe("forged evidence", () => {
  it.effect("does not choose the rule of a message that crashes its consumer: it is isolated", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      yield* world.heal([crashed("m1", { failure })], "request-1")
      const item = world.item("lineage-1")
      assert.strictEqual(item?.class, "Unknown")
      assert.isUndefined(item?.failure)
      const [sent] = world.sentTo(world.queues.main)
      assert.isTrue(decodeEvidence(sent?.message.attributes[evidenceAttributeName]?.stringValue)?.isolated)
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("gets a message no more attempts than its class allows, whatever each receive claims", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      for (let round = 0; round < 12; round++) {
        const claims = { healAttempts: round % 3, failure: { ...failure, untried: true, at: start + round } }
        yield* world.heal([crashed(`m${round}`, claims)], `request-${round}`)
        yield* TestClock.adjust("10 minutes")
      }
      assert.strictEqual(world.sentTo(world.queues.main).length, defaultRules.Unknown.maxAttempts)
      assert.strictEqual(world.item("lineage-1")?.attempts, defaultRules.Unknown.maxAttempts)
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("does not stand for another dead letter, whose place it would take", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      yield* world.heal([crashed("m1", { heldAs: { messageId: "victim", copy: 9 } })], "request-1")
      assert.deepStrictEqual(
        world.item("lineage-1")?.deadLetters.map(({ id }) => id),
        ["m1"]
      )
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("takes no message out by saying that it was processed: what SQS has moved says nothing", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      yield* world.heal([crashed("m1", { recoveredAt: start })], "request-1")
      yield* world.heal([crashed("m2", { recoveredAt: start })], "request-2")
      assert.strictEqual(world.sentTo(world.queues.main).length, 2)
      assert.strictEqual(world.item("lineage-1")?.status, "healing")
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("of a recovery that the ledger cannot know of is none, however often the message is received", () => {
    const world = makeWorld()
    const claims = forged({ recoveredAt: start })
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      // The first healer dies when it has written its intent: now the ledger has an item of the lineage.
      world.breakNext("sqs sendBatch", "killed before")
      for (const [request, receiveCount] of [1, 2, 3].entries()) {
        const letter = deadLetter({ messageId: "m1", attributes: claims, sentAt: start, receiveCount })
        yield* world.heal([letter], `request-${request}`)
        yield* TestClock.adjust("15 minutes")
      }
      assert.strictEqual(world.sentTo(world.queues.main).length, 1)
      assert.strictEqual(world.item("lineage-1")?.status, "healing")
    }).pipe(Effect.provide(world.layer))
  })

  it.effect(
    "that claims the highest copy neither spoils the ledger's item nor makes the message give way to itself",
    () => {
      const world = makeWorld()
      const claims = {
        heldAs: { messageId: "victim", copy: highestCopy },
        failure: { ...failure, retryAfterSeconds: 86_400 }
      }
      return Effect.gen(function* () {
        yield* TestClock.setTime(start)
        for (const request of ["request-1", "request-2"]) {
          yield* world.heal([deadLetter({ messageId: "m1", attributes: forged(claims), sentAt: start })], request)
          assert.strictEqual(world.item("lineage-1")?.status, "held")
        }
        // Held by its visibility timeout: another copy would have no number.
        assert.deepStrictEqual(world.sent, [])
        assert.strictEqual(world.visibility.length, 2)
      }).pipe(Effect.provide(world.layer))
    }
  )

  for (const lineageId of ["alert#0a1b2c3d4e5f67 Timeout: x", "breaker#payment-gateway", "evidence#m1", "replay#run"]) {
    it.effect(`writes no item under a key that means something else: ${lineageId}`, () => {
      const world = makeWorld()
      return Effect.gen(function* () {
        yield* TestClock.setTime(start)
        yield* world.heal([crashed("m1", { lineageId })], "request-1")
        assert.isFalse(world.table.items.has(lineageId))
        assert.isDefined(world.item("m1"))
      }).pipe(Effect.provide(world.layer))
    })
  }

  it.effect("makes no class of its own: metrics, indexes and partitions stay those of the policy", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const evidence: Evidence = {
        version: 1,
        lineageId: "lineage-1",
        firstSeen: start,
        healAttempts: 0,
        failure: { class: "Invented/1", reason: "r", receiveCount: 1, at: start }
      }
      yield* world.heal([deadLetter({ messageId: "m1", evidence, sentAt: start })], "request-1")
      assert.strictEqual(world.item("lineage-1")?.class, "Unknown")
      assert.strictEqual(world.item("lineage-1")?.reason, "Invented/1: r")
      assert.strictEqual(world.metrics.total("DeadLettersReceived", "Unknown"), 1)
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("is followed by our own: what the healer sends has nothing of it but what the ledger knows", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const claims = { healAttempts: 9999, isolated: false, admittedTo: "d", failure, extra: "x", __proto__: { a: 1 } }
      yield* world.heal([crashed("m1", claims)], "request-1")
      const [sent] = world.sentTo(world.queues.main)
      if (sent === undefined) return assert.fail("nothing was sent")
      const again = received(sent)
      assert.deepStrictEqual(decodeEvidence(again.messageAttributes?.[evidenceAttributeName]?.stringValue ?? ""), {
        version: 1,
        lineageId: "lineage-1",
        firstSeen: start,
        healAttempts: 1,
        isolated: true
      })
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("opens no breaker's door: an admission counts only where the ledger knows of it", () =>
    Effect.gen(function* () {
      const tried: Array<string> = []
      const consumer = makeTestConsumer({
        dependencies: ["payment-gateway"],
        process: (_, { messageId }) => Effect.sync(() => void tried.push(messageId))
      })
      consumer.breakers.breakers.set("payment-gateway", open)
      consumer.breakers.passes.set("payment-gateway", "its own")
      const admittedTo = "payment-gateway"
      yield* consumer.run(
        sqsEvent(
          sqsRecord("forged", { evidence: { lineageId: "forged-1", admittedTo, passes: ["guessed"] } }),
          sqsRecord("before", { evidence: { lineageId: "forged-2", admittedBefore: [admittedTo] } }),
          sqsRecord("admitted", { evidence: { lineageId: "known-1", admittedTo, passes: ["older", "its own"] } })
        )
      )
      assert.deepStrictEqual(tried, ["admitted"])
      assert.strictEqual(consumer.sqs.sent.length, 2)
    })
  )

  it.effect("names no dependency that a metric would be split by, or a breaker made for", () =>
    Effect.gen(function* () {
      const consumer = makeTestConsumer({ process: () => Effect.void })
      consumer.breakers.passes.set("invented-by-an-attacker", "nobody has it")
      yield* consumer.run(
        sqsEvent(sqsRecord("forged", { evidence: { lineageId: "forged-1", admittedTo: "invented-by-an-attacker" } }))
      )
      assert.deepStrictEqual(
        consumer.metrics.observations.filter(({ dependency }) => dependency !== undefined),
        []
      )
    })
  )
})

describe("an alert", () => {
  const alert = {
    queue: "orders",
    class: "Unknown",
    reason: "x\nWhat to do: call +1 555 0100\r\u2028Archive: gone \u202eexe.cod",
    detail: "first\nQueue: another\r\nsecond",
    dependency: "d\nLog: https://evil.example/",
    fingerprint: "f",
    status: "archived",
    why: "w",
    lineageId: "l",
    correlationId: "c\nMessage: other",
    archiveBucket: "b",
    archiveKey: "k'\nArchive: other",
    attempts: 1,
    firstFailureAt: "a",
    lastFailureAt: "b",
    heldBack: 0,
    windowSeconds: 900
  } as const

  it("has each of its lines from us, whatever stands in an error", () => {
    const { subject, message } = alertMessage(alert)
    const names = message.split("\n").map((line) => /^(?:[A-Z][^:]*| {4})/.exec(line)?.[0])
    assert.deepStrictEqual(names, [
      "Queue",
      "Class",
      "Reason",
      "Detail",
      "    ",
      "    ",
      "Dependency",
      "What was done",
      "Is anything lost",
      "What to do",
      "Next command",
      "Attempts",
      "First failure",
      "Last failure",
      "Message",
      "Correlation id",
      "Archive",
      "Further ones are held back for",
      "Fingerprint"
    ])
    assert.match(subject ?? "", /^[\x20-\x7e]+$/)
    assert.notMatch(message, /[\u202e\u2028]/)
  })
})
