import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { MessageAttributes } from "../../../handlers/aws/MessageAttribute.ts"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { deadLetter, evidenceOfFailure } from "../healer/deadLetters.ts"
import { makeWorld, type World } from "../healer/world.ts"
import { adopt, batch, start, string } from "./adopting.ts"

const lambdaFailure = (requestId: string): MessageAttributes => ({
  RequestID: string(requestId),
  ErrorCode: string("200"),
  ErrorMessage: string("ThrottlingException: Rate exceeded")
})

const eventBridgeFailure: MessageAttributes = {
  RULE_ARN: string("arn:aws:events:eu-west-1:1:rule/r"),
  TARGET_ARN: string("arn:aws:sqs:eu-west-1:1:q"),
  ERROR_CODE: string("THROTTLING"),
  ERROR_MESSAGE: string("Rate exceeded")
}

it.effect("an event that EventBridge could not deliver goes to the queue as it was, with evidence", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    const { heal } = adopt(world, "queue")
    const letter = deadLetter({
      messageId: "m",
      body: '{ "detail": {} }',
      attributes: eventBridgeFailure,
      sentAt: start
    })
    expect(yield* heal(batch(letter))).toEqual({ batchItemFailures: [] })
    const [sent] = world.sentTo(world.queues.main)
    expect(sent?.message.body).toBe('{ "detail": {} }')
    expect(Object.keys(sent?.message.attributes ?? {})).toEqual([evidenceAttributeName])
    expect(world.item("m")).toMatchObject({ status: "healing", class: "DependencyFailure", attempts: 1 })
  })
)

/**
 * Gives a function's dead letter to the healer until it invokes the function: nothing delays an invocation, so it is held
 * first, for longer by a copy that takes its place in the dead-letter queue.
 */
const healUntilDue = Effect.fnUntraced(function* (
  world: World,
  adopted: ReturnType<typeof adopt>,
  first: ReturnType<typeof deadLetter>
) {
  const before = adopted.invocations.length
  let letter = first
  for (let turn = 0; turn < 200 && adopted.invocations.length === before; turn++) {
    const copies = world.sentTo(world.queues.deadLetter).length
    yield* adopted.heal(batch(letter))
    const copy = world.sentTo(world.queues.deadLetter)[copies]
    if (copy !== undefined) {
      const { body, attributes, delaySeconds } = copy.message
      letter = deadLetter({ messageId: copy.messageId, body, attributes, sentAt: start })
      yield* TestClock.adjust(`${delaySeconds ?? 0} seconds`)
    } else yield* TestClock.adjust("30 seconds")
  }
})

it.effect(
  "a function gets its payload again; a failure of that invocation belongs to the same lineage, so healing is bounded",
  () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const world = makeWorld()
      const adopted = adopt(world, "function")
      const payload = '{"orderId":12345678901234567890}'
      let requestId = "request-0"
      let turns = 0
      while (world.item("m-0")?.status !== "archived" && world.item("m-0")?.status !== "awaiting-operator") {
        expect(turns).toBeLessThan(30)
        const before = adopted.invocations.length
        yield* healUntilDue(
          world,
          adopted,
          deadLetter({ messageId: `m-${turns++}`, body: payload, attributes: lambdaFailure(requestId), sentAt: start })
        )
        if (adopted.invocations.length === before) break
        requestId = `request-${adopted.invocations.length}`
      }
      expect(adopted.invocations.length).toBeGreaterThan(1)
      expect(new Set(adopted.invocations)).toEqual(new Set([payload]))
      expect(world.item("m-0")).toMatchObject({ attempts: adopted.invocations.length })
      expect(world.item("m-1")).toBeUndefined()
      expect(world.sentTo(world.queues.main)).toEqual([])
    })
)

it.effect("when the healer dies right after an invocation, a failure of it still belongs to the same lineage", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    const adopted = adopt(world, "function", ({ number }) => (number === 1 ? "killed after" : undefined))
    const letter = (messageId: string, requestId: string) =>
      deadLetter({ messageId, body: '{"a":1}', attributes: lambdaFailure(requestId), sentAt: start })
    const dying = yield* Effect.forkChild(healUntilDue(world, adopted, letter("m", "first")))
    for (let step = 0; step < 200 && adopted.invocations.length === 0; step++) yield* TestClock.adjust("30 seconds")
    yield* Fiber.interrupt(dying)
    // Nobody has noted the id of that request.
    yield* adopted.heal(batch(letter("n", "of nobody")))
    expect(world.item("n")).toBeUndefined()
    expect(world.item("m")?.deadLetters.map(({ id }) => id)).toContain("n")
  })
)

it.effect("a function that was invoked has been tried, also when its evidence cannot be claimed", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    const adopted = adopt(world, "function", ({ number }) => {
      if (number === 1) world.breakService("dynamodb get", "refused")
      return undefined
    })
    const letter = deadLetter({ messageId: "m", body: '{"a":1}', attributes: lambdaFailure("first"), sentAt: start })
    yield* healUntilDue(world, adopted, letter)
    world.breakService(undefined)
    expect(adopted.invocations).toHaveLength(1)
    expect(world.item("m")).toMatchObject({ attempts: 1 })
  })
)

it.effect("another failure with the same payload is a lineage of its own", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    const adopted = adopt(world, "function")
    const letter = (messageId: string, requestId: string) =>
      deadLetter({ messageId, body: "{}", attributes: lambdaFailure(requestId), sentAt: start })
    yield* healUntilDue(world, adopted, letter("m", "first"))
    yield* adopted.heal(batch(letter("n", "second")))
    expect(world.item("n")?.lineageId).toBe("n")
  })
)

it.effect("what is not seen again for the quiet period is presumed recovered, and the ledger says so", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    const { heal, settle } = adopt(world, "queue")
    const letter = deadLetter({ messageId: "m", attributes: eventBridgeFailure, sentAt: start })
    yield* heal(batch(letter))
    yield* TestClock.adjust("1 hour")
    yield* settle
    // It may have been delayed by a quarter of an hour on its way.
    expect(world.item("m")?.status).toBe("healing")
    yield* TestClock.adjust("16 minutes")
    yield* settle
    expect(world.item("m")).toMatchObject({ status: "recovered" })
    expect(world.item("m")?.why).toMatch(/^Presumed: not seen again for 76 minutes/)
    expect(world.item("m")?.history.at(-1)).toMatchObject({ act: "recovered", why: world.item("m")?.why })
    // Seen again after all, it goes on where it was.
    const evidence = { ...evidenceOfFailure("m", "DependencyFailure", start + 7_200_000), healAttempts: 1 }
    yield* heal(batch(deadLetter({ messageId: "m2", evidence, sentAt: start + 7_200_000 })))
    expect(world.item("m")).toMatchObject({ attempts: 2, status: "healing" })
    expect(world.item("m")?.recoveredAt).toBeUndefined()
  })
)

it.effect("messages whose evidence cannot be read stay in the queue; the others do not", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld()
    const { heal } = adopt(world, "function")
    world.breakNext("dynamodb get", "fails before")
    const one = deadLetter({ messageId: "m", body: "{}", attributes: lambdaFailure("r"), sentAt: start })
    const response = yield* heal(batch(one))
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "m" }] })
  })
)

it.effect("a batch that cannot be read fails: nothing of it is acknowledged", () =>
  Effect.gen(function* () {
    const { heal } = adopt(makeWorld(), "queue")
    expect((yield* Effect.exit(heal({ Records: [{ kinesis: {} }] })))._tag).toBe("Failure")
  })
)
