/** A healer whose messages need a dependency with a circuit breaker. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { type Breaker, defaultBreakerPolicy } from "../../../handlers/recovery/breaker.ts"
import { makeWorld, type SentMessage, type World } from "./world.ts"

/** When it begins, epoch milliseconds. */
export const start = Date.UTC(2026, 0, 1)

/** What the messages need. */
export const dependency = "gateway"

/** In milliseconds. */
export const minute = 60_000

/** The evidence that was sent with a message. */
export const evidenceIn = (sent: SentMessage | undefined) =>
  decodeEvidence(sent?.message.attributes[evidenceAttributeName]?.stringValue)

/** A world in which the dependency's breaker is in this state at the start. */
export const worldAt = (breaker: Breaker, overrides: Parameters<typeof makeWorld>[0] = {}) => {
  const world = makeWorld(overrides, { ...defaultBreakerPolicy, probeCapSeconds: 900 })
  world.breakers.breakers.set(dependency, breaker)
  return Effect.as(TestClock.setTime(start), world)
}

/** Lambda hands over a batch; succeeds with the ids that are left in the DLQ. */
export const heal = (world: World, records: Parameters<World["heal"]>[0], sender = "r") =>
  world.heal(records, sender).pipe(Effect.provide(world.layer))
