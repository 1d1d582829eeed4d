/** A world in which messages wait for an operator, and a consumer that does with replayed messages what a test says. */
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { deadLetter, evidenceOfFailure } from "../healer/deadLetters.ts"
import { makeWorld, type SentMessage, type World } from "../healer/world.ts"

/** When the messages failed. */
export const start = Date.UTC(2026, 0, 1)

/** Fails a message, so that the healer archives it. */
export const archive = (world: World, id: string, className: string, body = "{}", at = start) =>
  world
    .heal([deadLetter({ messageId: id, body, evidence: evidenceOfFailure(`l-${id}`, className, at) })], id)
    .pipe(Effect.provide(world.layer))

/** A world in which so many messages wait for an operator, `l-0` and on, an hour later. */
export const waitingWorld = Effect.fnUntraced(function* (count: number) {
  yield* TestClock.setTime(start)
  const world = makeWorld()
  for (let index = 0; index < count; index++)
    yield* archive(world, String(index), "AuthFailure", `{"orderId":"${index}"}`, start + index)
  yield* TestClock.adjust("1 hour")
  return world
})

/** The lineage of a sent message. */
export const lineageOf = ({ message }: SentMessage): string =>
  decodeEvidence(message.attributes[evidenceAttributeName]?.stringValue)?.lineageId ?? ""

/** What a consumer does with a message: takes it, fails it, or leaves it in the queue. */
export type Consumption = "recovers" | "fails" | "waits"

/** Handles each message in the queue once. `skewMilliseconds`: how far the consumer's clock is ahead. */
export const makeConsumer = (
  world: World,
  consume: (lineageId: string, index: number) => Consumption,
  skewMilliseconds = 0
) => {
  let next = 0
  return Effect.gen(function* () {
    while (next < world.sent.length) {
      const index = next++
      const sent = world.sent[index]
      if (sent === undefined) continue
      const lineageId = lineageOf(sent)
      const consumption = consume(lineageId, index)
      if (consumption === "recovers") yield* world.confirmRecovered(lineageId)
      if (consumption === "fails") {
        const now = yield* TestClock.testClockWith((clock) => Effect.sync(() => clock.currentTimeMillisUnsafe()))
        const evidence = evidenceOfFailure(lineageId, "AuthFailure", now + skewMilliseconds)
        yield* world
          .heal([deadLetter({ messageId: `again-${index}`, body: sent.message.body, evidence })], `again-${index}`)
          .pipe(Effect.provide(world.layer))
      }
    }
  })
}

/** Runs a program while the consumer works and time passes; at most ten minutes. */
export const whileConsuming = <A, E>(program: Effect.Effect<A, E>, consume: Effect.Effect<void, unknown>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    for (let step = 0; step < 2400 && fiber.pollUnsafe() === undefined; step++) {
      yield* TestClock.adjust("250 millis")
      yield* Effect.orDie(Effect.mapError(consume, String))
    }
    return yield* Fiber.join(fiber)
  })
