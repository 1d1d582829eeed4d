/** A healer dies after its send; the message succeeds before anyone looks at the dead-letter queue again. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { type RecoveryRule, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { deadLetter, evidenceOfFailure } from "./deadLetters.ts"
import { makeWorld } from "./world.ts"

const start = Date.UTC(2026, 0, 1)
const backoff = { baseSeconds: 1, factor: 2, capSeconds: 2 }
const policy = recoveryPolicy<Record<string, RecoveryRule>>({
  Timeout: { action: "heal", backoff, maxAttempts: 3, maxAgeSeconds: 86_400 }
})

for (const how of ["killed after", "answer lost"] as const)
  it.effect(`a recovery that was confirmed stays one, and is not sent again: send ${how}`, () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const world = makeWorld({ policy, fifo: true })
      const record = (receiveCount: number) =>
        deadLetter({
          messageId: "dead",
          evidence: { ...evidenceOfFailure("first", "Timeout", start), healAttempts: 0 },
          sentAt: start,
          messageGroupId: "group",
          receiveCount
        })
      const heal = (receiveCount: number) =>
        world.heal([record(receiveCount)], `invocation-${receiveCount}`).pipe(Effect.provide(world.layer))

      // A FIFO queue has no delay: it is held first, then due.
      expect(yield* heal(1)).toEqual(["dead"])
      yield* TestClock.adjust("20 minutes")
      world.breakNext("sqs sendBatch", how)
      expect(yield* heal(2)).toEqual(["dead"])
      expect(world.sentTo(world.queues.main)).toHaveLength(1)
      yield* world.confirmRecovered("first")

      yield* TestClock.adjust("20 minutes")
      expect(yield* heal(3)).toEqual([])
      expect(world.sentTo(world.queues.main)).toHaveLength(1)
      expect(world.item("first")?.status).toBe("recovered")
    })
  )
