import { expect, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import { TestClock } from "effect/testing"
import { FailureLedger } from "../../../handlers/ledger/FailureLedger.ts"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import { replay } from "../../../handlers/replay/replay.ts"
import { deadLetter, evidenceOfFailure } from "../healer/deadLetters.ts"
import { makeWorld } from "../healer/world.ts"
import { lineageOf, makeConsumer, start, waitingWorld, whileConsuming } from "./replaying.ts"

const fifo = ConfigProvider.layer(
  ConfigProvider.fromUnknown({
    FAILED_TABLE: "failures",
    MAIN_QUEUE_URL: "https://sqs/main",
    ARCHIVE_BUCKET: "archive",
    FIFO: "true"
  })
)

it.effect("ten attributes, of every type, go back byte for byte; the evidence waits in the ledger", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(0)
    const attributes = Object.fromEntries([
      ...Array.from({ length: 7 }, (_, index) => [
        `text-${index}`,
        { dataType: "String", stringValue: `värde\t${index}` }
      ]),
      ["count", { dataType: "Number.float", stringValue: "1.10" }],
      ["raw", { dataType: "Binary", binaryValue: Uint8Array.from({ length: 256 }, (_, byte) => byte) }],
      ["picture", { dataType: "Binary.png", binaryValue: Uint8Array.of(0x89, 0, 0xff) }]
    ])
    expect(Object.keys(attributes)).toHaveLength(10)
    const body = '{ "orderId" : "x",\r\n"emoji":"😀" }'
    // Without room on it, its evidence has come by the ledger.
    yield* HealerLedger.use((ledger) => ledger.keepEvidence("m", evidenceOfFailure("l-m", "AuthFailure", start))).pipe(
      Effect.provide(world.layer)
    )
    yield* world.heal([deadLetter({ messageId: "m", body, attributes })], "m").pipe(Effect.provide(world.layer))
    expect(world.item("l-m")?.status).toBe("awaiting-operator")
    const summary = yield* whileConsuming(replay({ outcomeSeconds: 5 }).pipe(Effect.provide(world.layer)), Effect.void)
    expect(summary).toMatchObject({ replayed: 1 })
    expect(world.sentTo(world.queues.main).map(({ message }) => message)).toEqual([
      { body, attributes, delaySeconds: 0 }
    ])
    const evidence = yield* FailureLedger.use((ledger) => ledger.evidenceOf("sent-1", { body, attributes })).pipe(
      Effect.provide(world.layer)
    )
    expect(evidence).toMatchObject({ lineageId: "l-m", firstSeen: start, healAttempts: 1 })
  })
)

it.effect("on a FIFO queue each message keeps its group, and within a group the order of failure", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const world = makeWorld({ fifo: true })
    for (let index = 0; index < 12; index++) {
      const evidence = evidenceOfFailure(`l-${index}`, index % 4 < 2 ? "AuthFailure" : "ValidationError", start + index)
      const letter = deadLetter({ messageId: `m-${index}`, messageGroupId: `customer ${index % 2}`, evidence })
      yield* world.heal([letter], "h").pipe(Effect.provide(world.layer))
    }
    yield* TestClock.adjust("1 hour")
    // Some archive objects take longer to read than the next one's.
    let reads = 0
    world.beforeEachCall((name) => (name === "s3 get" && reads++ % 3 === 0 ? Effect.sleep("400 millis") : Effect.void))
    const summary = yield* whileConsuming(
      replay({ criteria: { status: "all" }, messagesPerSecond: 1000 }).pipe(
        Effect.provide(fifo),
        Effect.provide(world.layer)
      ),
      makeConsumer(world, () => "recovers")
    )
    expect(summary).toMatchObject({ replayed: 12, recovered: 12, ended: "finished" })
    expect(world.sent.map(lineageOf)).toEqual(Array.from({ length: 12 }, (_, index) => `l-${index}`))
    expect(world.sent.map(({ message }) => message.messageGroupId)).toEqual(
      Array.from({ length: 12 }, (_, index) => `customer ${index % 2}`)
    )
    // A FIFO queue refuses a delay of its own for a message, and needs an id by which a repeat is taken out.
    expect(world.sent.filter(({ message }) => message.delaySeconds !== undefined)).toEqual([])
    expect(new Set(world.sent.map(({ message }) => message.messageDeduplicationId)).size).toBe(12)
  })
)

it.effect("the whole of an edit and who made it are kept with the run, however long it is", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(1)
    const body = JSON.stringify({ note: "x".repeat(5000) })
    const summary = yield* whileConsuming(
      replay({ edit: { kind: "body", body }, by: "Ada" }).pipe(Effect.provide(world.layer)),
      makeConsumer(world, () => "recovers")
    )
    expect(world.sent.map(({ message }) => message.body)).toEqual([body])
    const snapshot = world.objects.get(`replays/run=${summary.runId}/snapshot.json`) ?? ""
    expect(JSON.parse(snapshot)).toMatchObject({ by: "Ada", edit: { kind: "body", body } })
    expect(world.item("l-0")?.history.find(({ act }) => act === "replayed")?.why.length).toBeLessThan(600)
  })
)
