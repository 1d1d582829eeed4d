import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { evidenceAttributeName } from "../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import { FailureLedger } from "../../handlers/ledger/FailureLedger.ts"
import { deadLetter, evidenceOfFailure } from "../handlers/healer/deadLetters.ts"
import { makeWorld } from "../handlers/healer/world.ts"

const start = Date.UTC(2026, 0, 1)

it.effect(
  "what the healer has admitted to a dependency, the ledger confirms, for that dependency and lineage alone",
  () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      yield* TestClock.setTime(start)
      yield* world.observe("payment-gateway", { failures: 5, successes: 0 })
      for (const untried of [false, true]) {
        const lineageId = `lineage-${untried}`
        const evidence = evidenceOfFailure(lineageId, "DependencyFailure", start, {
          dependency: "payment-gateway",
          ...(untried ? { untried } : {})
        })
        let sends = 0
        for (let round = 0; round < 40 && sends === 0; round++) {
          yield* world.heal(
            [deadLetter({ messageId: `m-${untried}`, evidence, sentAt: start })],
            `request-${untried}-${round}`
          )
          yield* TestClock.adjust("30 seconds")
          sends = world.sentTo(world.queues.main).length
        }
        const [sent] = world.sent.filter(({ queueUrl, message }) => {
          const carried = decodeEvidence(message.attributes[evidenceAttributeName]?.stringValue)
          return queueUrl === world.queues.main && carried?.lineageId === lineageId
        })
        const carried = decodeEvidence(sent?.message.attributes[evidenceAttributeName]?.stringValue)
        assert.strictEqual(carried?.admittedTo, "payment-gateway")
        const ledger = yield* FailureLedger
        assert.isTrue(yield* ledger.wasAdmitted(lineageId, "payment-gateway"))
        assert.isFalse(yield* ledger.wasAdmitted(lineageId, "dynamodb"))
        assert.isFalse(yield* ledger.wasAdmitted("another", "payment-gateway"))
        yield* world.observe("payment-gateway", { failures: 5, successes: 0 })
        sends = 0
        world.sent.length = 0
      }
    }).pipe(Effect.provide(world.layer))
  }
)
