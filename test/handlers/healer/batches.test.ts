/** What the healer asks of AWS for a whole batch, and that nothing of it makes one message another one's trouble. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { MessageAttributes } from "../../../handlers/aws/MessageAttribute.ts"
import { deadLetter, evidenceOfFailure } from "./deadLetters.ts"
import { makeWorld, type World } from "./world.ts"

const start = Date.UTC(2026, 0, 1)
const ids = Array.from({ length: 10 }, (_, index) => `m${index}`)

const failed = (messageId: string, className: string, more: Partial<Parameters<typeof deadLetter>[0]> = {}) =>
  deadLetter({
    messageId,
    body: `body of ${messageId}`,
    evidence: evidenceOfFailure(`l-${messageId}`, className, start),
    sentAt: start,
    ...more
  })

const heal = (world: World, records: Parameters<World["heal"]>[0], sender = "a") =>
  Effect.andThen(TestClock.setTime(start), world.heal(records, sender)).pipe(Effect.provide(world.layer))

const counted = (world: World) =>
  Object.fromEntries([...Map.groupBy(world.calls, (name) => name)].map(([name, calls]) => [name, calls.length]))

it.effect("ten messages go back with one read and one send; each attempt is counted before, and noted after it", () =>
  Effect.gen(function* () {
    const world = makeWorld()
    world.check(() => {
      if (world.sent.length === 0) return
      for (const id of ids) expect(world.item(`l-${id}`)).toMatchObject({ attempts: 1, status: "healing" })
    })
    expect(
      yield* heal(
        world,
        ids.map((id) => failed(id, "Timeout"))
      )
    ).toEqual([])
    expect(counted(world)).toEqual({ "dynamodb getMany": 1, "dynamodb put": 20, "sqs sendBatch": 1 })
    expect(world.sent.map(({ message }) => message.body)).toEqual(ids.map((id) => `body of ${id}`))
    for (const id of ids) expect(world.item(`l-${id}`)?.deadLetters).toMatchObject([{ id, done: "requeued" }])
  })
)

it.effect("one that SQS refuses stays, hidden and with its attempt given back; its neighbours go", () =>
  Effect.gen(function* () {
    const world = makeWorld()
    world.refuseEntries((text) => text === "body of m3")
    expect(
      yield* heal(
        world,
        ids.map((id) => failed(id, "Timeout"))
      )
    ).toEqual(["m3"])
    expect(world.sent).toHaveLength(9)
    expect(world.item("l-m3")).toMatchObject({ attempts: 0, deadLetters: [{ id: "m3", errors: 1 }] })
    expect(world.item("l-m4")).toMatchObject({ attempts: 1, deadLetters: [{ id: "m4", errors: 0, done: "requeued" }] })
    expect(world.visibility.map(({ receiptHandle }) => receiptHandle)).toEqual(["receipt-m3"])
    expect(world.metrics.total("AutoHealed", "Timeout")).toBe(9)
    expect(world.metrics.total("HealingErrors", "Timeout")).toBe(1)
  })
)

it.effect("a send whose answer is lost is an attempt of every message of it, and none of them goes again at once", () =>
  Effect.gen(function* () {
    const world = makeWorld()
    world.breakNext("sqs sendBatch", "answer lost")
    const records = ids.map((id) => failed(id, "Timeout"))
    expect(yield* heal(world, records)).toEqual(ids)
    expect(world.visibility).toHaveLength(10)
    for (const id of ids) expect(world.item(`l-${id}`)).toMatchObject({ attempts: 1, deadLetters: [{ errors: 1 }] })
    expect(counted(world)["sqs changeVisibilityBatch"]).toBe(1)
  })
)

it.effect("a read of the ledger that fails is everybody's trouble once, and nobody's attempt", () =>
  Effect.gen(function* () {
    const world = makeWorld()
    world.breakNext("dynamodb getMany", "fails before")
    const records = ids.map((id) => failed(id, "Timeout"))
    expect(yield* heal(world, records)).toEqual(ids)
    expect(world.sent).toEqual([])
    expect(yield* heal(world, records, "b")).toEqual([])
    for (const id of ids) expect(world.item(`l-${id}`)).toMatchObject({ attempts: 1 })
  })
)

it.effect(
  "a mixed batch: what goes back goes together, what is archived goes by itself, what stays is hidden together",
  () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const classes = ["Timeout", "BadPayload", "Timeout", "ValidationError", "Timeout"]
      world.table.items.set("l-m5", { lineageId: "l-m5", broken: true })
      world.table.items.set("l-m6", { lineageId: "l-m6", broken: true })
      const records = [
        ...classes.map((name, index) => failed(`m${index}`, name)),
        ...["m5", "m6"].map((id) => failed(id, "Timeout"))
      ]
      expect((yield* heal(world, records)).toSorted()).toEqual(["m5", "m6"])
      expect(counted(world)).toMatchObject({
        "dynamodb getMany": 1,
        "s3 put": 2,
        "sqs sendBatch": 1,
        "sqs changeVisibilityBatch": 1
      })
      expect(world.sent.map(({ message }) => message.body)).toEqual(["body of m0", "body of m2", "body of m4"])
      expect(world.objects.size).toBe(2)
    })
)

it.effect("a message without room for its evidence goes apart, once its evidence is kept", () =>
  Effect.gen(function* () {
    const world = makeWorld()
    const attributes: MessageAttributes = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
    )
    const full = deadLetter({ messageId: "full", body: "full", attributes, sentAt: start })
    const kept = () => [...world.table.items.keys()].some((key) => key.startsWith("evidence#main#"))
    world.check(() => expect(!world.sent.some(({ message }) => message.body === "full") || kept()).toBe(true))
    expect(yield* heal(world, [full, failed("m0", "Timeout"), failed("m1", "Timeout")])).toEqual([])
    expect(counted(world)["sqs sendBatch"]).toBe(2)
    expect(world.sent.map(({ message }) => message.body).toSorted()).toEqual(["body of m0", "body of m1", "full"])
    expect(kept()).toBe(true)
  })
)

it.effect(
  "a message that its queue refuses for its size goes without evidence, once that is kept, and fails no neighbour",
  () =>
    Effect.gen(function* () {
      const world = makeWorld()
      world.takeAtMost(262_144)
      const body = "x".repeat(262_100)
      const large = deadLetter({ messageId: "large", body, sentAt: start })
      const kept = () => [...world.table.items.keys()].some((key) => key.startsWith("evidence#main#"))
      world.check(() => expect(!world.sent.some((each) => each.message.body === body) || kept()).toBe(true))
      expect(yield* heal(world, [large, failed("m0", "Timeout")])).toEqual([])
      expect(world.sent.map(({ message }) => [message.body.length, Object.keys(message.attributes)])).toEqual([
        ["body of m0".length, ["resilience"]],
        [262_100, []]
      ])
    })
)

it.effect(
  "a message that its queue refuses for its size is parked in the end where nobody would look for its evidence",
  () =>
    Effect.gen(function* () {
      const world = makeWorld()
      world.takeAtMost(100_000)
      const large = deadLetter({ messageId: "large", body: "x".repeat(99_990), sentAt: start })
      let rounds = 0
      while ((yield* heal(world, [large])).length > 0) rounds += 1
      expect(rounds).toBeLessThan(20)
      expect(world.sent.map(({ queueUrl }) => queueUrl)).toEqual([world.queues.parking])
    })
)

it.effect("messages go without evidence to a queue that is known to take less, and it is looked for there", () =>
  Effect.gen(function* () {
    const world = makeWorld({ maxMessageBytes: 65_536 })
    world.takeAtMost(65_536)
    const large = deadLetter({ messageId: "large", body: "x".repeat(65_500), sentAt: start })
    expect(yield* heal(world, [large])).toEqual([])
    const [sent] = world.sent
    expect(sent?.message.attributes).toEqual({})
    // It fails again, and SQS moves it as it is.
    const again = deadLetter({ messageId: sent?.messageId ?? "", body: "x".repeat(65_500), sentAt: start })
    yield* heal(world, [again])
    expect(world.item("large")?.deadLetters).toHaveLength(2)
    expect(world.item(sent?.messageId ?? "")).toBeUndefined()
  })
)

it.effect("the groups of a FIFO queue go side by side, and a message that stays keeps those behind it", () =>
  Effect.gen(function* () {
    const world = makeWorld({ fifo: true })
    const records = (...some: ReadonlyArray<string>) =>
      some.map((id) => failed(id, "Timeout", { messageGroupId: id.slice(0, 1) }))
    // Not due yet: on a FIFO queue they wait.
    expect(yield* heal(world, records("a1", "a2", "b1", "b2", "b3", "c1"))).toHaveLength(6)
    expect(new Set(world.visibility.map(({ receiptHandle }) => receiptHandle)).size).toBe(6)
    yield* TestClock.adjust("1 hour")
    world.refuseEntries((text) => text === "body of b1")
    world.calls.length = 0
    world.visibility.length = 0
    const again = world.heal(records("a1", "a2", "b1", "b2", "b3", "c1"), "b")
    expect((yield* again.pipe(Effect.provide(world.layer))).toSorted()).toEqual(["a2", "b1", "b2", "b3"])
    expect(world.sent.map(({ message }) => message.body)).toEqual(["body of a1", "body of c1"])
    expect(counted(world)).toMatchObject({
      "dynamodb getMany": 2,
      "sqs sendBatch": 1,
      "sqs changeVisibilityBatch": 2
    })
    const ofGroup = world.visibility.filter(({ receiptHandle }) => receiptHandle.startsWith("receipt-b"))
    expect(ofGroup).toHaveLength(3)
    expect(new Set(ofGroup.map(({ seconds }) => seconds)).size).toBe(1)
  })
)
