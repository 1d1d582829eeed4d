import { expect, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { type AwsError, RequestRejected } from "../../../handlers/aws/AwsError.ts"
import { S3 } from "../../../handlers/aws/S3.ts"
import { evidenceAttributeName } from "../../../handlers/failure/Evidence.ts"
import { AuthFailure } from "../../../handlers/failure/errors.ts"
import { decodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import type { ReplayRequest } from "../../../handlers/replay/ReplayRequest.ts"
import { previewReplay, replay, resumeReplay } from "../../../handlers/replay/replay.ts"
import { deadLetter, evidenceOfFailure } from "../healer/deadLetters.ts"
import type { World } from "../healer/world.ts"
import { archive, type Consumption, lineageOf, makeConsumer, start, waitingWorld, whileConsuming } from "./replaying.ts"

const recovers = (): Consumption => "recovers"

const run = (
  world: World,
  request: ReplayRequest,
  consume: (lineageId: string, index: number) => Consumption = recovers
) => whileConsuming(replay(request).pipe(Effect.provide(world.layer)), makeConsumer(world, consume))

it.effect("what awaits an operator goes back as it was, and the replay says what became of it", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(3)
    yield* archive(world, "v", "ValidationError")
    const summary = yield* run(world, { messagesPerSecond: 1000, by: "Ada" })
    expect(summary).toMatchObject({
      selected: 3,
      replayed: 3,
      skipped: 0,
      recovered: 3,
      failedAgain: 0,
      ended: "finished"
    })
    expect(world.sent.map(({ message }) => message.body)).toEqual([
      '{"orderId":"0"}',
      '{"orderId":"1"}',
      '{"orderId":"2"}'
    ])
    expect(decodeEvidence(world.sent[0]?.message.attributes[evidenceAttributeName]?.stringValue)).toEqual({
      version: 1,
      lineageId: "l-0",
      firstSeen: start,
      healAttempts: 1
    })
    expect(world.item("l-0")).toMatchObject({ status: "recovered", replays: 1 })
    expect(world.item("l-0")?.history.find(({ act }) => act === "replayed")?.why).toBe(
      `Replayed by Ada, run ${summary.runId}.`
    )
    expect(world.item("l-v")?.status).toBe("archived")
    expect(yield* run(world, {})).toMatchObject({ runId: undefined, selected: 0, ended: "finished" })
  })
)

it.effect("body, attributes and message group come back byte for byte", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(0)
    const body = '{ "orderId" : 12345678901234567890,\t"é": "\\u0041" }'
    const attributes = {
      trace: { dataType: "String.custom", stringValue: "a\nb" },
      raw: { dataType: "Binary", binaryValue: Uint8Array.of(0, 255, 128) }
    }
    const evidence = evidenceOfFailure("l", "AuthFailure", start)
    const letter = deadLetter({ messageId: "m", body, attributes, messageGroupId: "customer 7", evidence })
    yield* world.heal([letter], "m").pipe(Effect.provide(world.layer))
    yield* run(world, {})
    const { [evidenceAttributeName]: _, ...sent } = world.sent[0]?.message.attributes ?? {}
    expect(sent).toEqual(attributes)
    expect(world.sent[0]?.message).toMatchObject({ body, messageGroupId: "customer 7" })
  })
)

const at = (milliseconds: number): string => new Date(start + milliseconds).toISOString()

it.effect.each([
  [{ criteria: { status: "archived" } }, ["l-v"]],
  [{ criteria: { status: "all" } }, ["l-0", "l-1", "l-2", "l-v"]],
  [{ criteria: { class: "AuthFailure" }, limit: 2 }, ["l-0", "l-1"]],
  [{ criteria: { lineageId: "l-v" } }, ["l-v"]],
  [{ criteria: { lineageId: "l-v", status: "awaiting-operator" } }, []],
  [{ criteria: { from: at(1) } }, ["l-1", "l-2"]],
  [{ criteria: { to: at(1) } }, ["l-0", "l-1"]],
  [{ criteria: { status: "all", from: at(1), to: at(1) } }, ["l-1"]],
  [{ criteria: { fingerprint: "none like it" } }, []]
] as const)("%j selects %j", ([request, expected]) =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(3)
    yield* archive(world, "v", "ValidationError", "{}", start + 10)
    const preview = yield* previewReplay(request).pipe(Effect.provide(world.layer))
    expect(preview.map(({ lineageId }) => lineageId)).toEqual(expected)
    expect(world.sent).toEqual([])
    yield* run(world, request)
    expect(world.sent.map(lineageOf).sort()).toEqual(expected)
  })
)

it.effect("one message goes first, then two, then four: the next ones when the ones before have recovered", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(20)
    const waves: Array<number> = []
    let handled = 0
    const fiber = yield* Effect.forkChild(replay({ messagesPerSecond: 1000 }).pipe(Effect.provide(world.layer)))
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("5 seconds")
      const wave = world.sent.slice(handled)
      if (wave.length > 0) waves.push(wave.length)
      handled = world.sent.length
      for (const sent of wave) yield* world.confirmRecovered(lineageOf(sent))
    }
    expect(waves).toEqual([1, 2, 4, 8, 5])
    expect(yield* Fiber.join(fiber)).toMatchObject({ replayed: 20, recovered: 20 })
  })
)

it.effect("it sends no more than so many messages a second", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(8)
    const consume = makeConsumer(world, recovers)
    const fiber = yield* Effect.forkChild(replay({ messagesPerSecond: 0.5 }).pipe(Effect.provide(world.layer)))
    for (let second = 1; fiber.pollUnsafe() === undefined; second++) {
      yield* TestClock.adjust("1 second")
      yield* consume
      expect(world.sent.length).toBeLessThanOrEqual(1 + second / 2)
    }
    expect((yield* Fiber.join(fiber)).recovered).toBe(8)
  })
)

it.effect("when the first message fails again, nothing more is sent, and it says so", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(5)
    const summary = yield* run(world, {}, () => "fails")
    expect(summary).toMatchObject({ selected: 5, replayed: 1, failedAgain: 1, ended: "stopped" })
    expect(summary.why).toBe("The first message has failed again: nothing more was sent.")
    expect(world.item("l-0")).toMatchObject({ status: "awaiting-operator", replays: 1 })
    // Resumed, it begins with another message: in one run none is replayed twice.
    const rest = yield* whileConsuming(
      resumeReplay(summary.runId ?? "").pipe(Effect.provide(world.layer)),
      makeConsumer(world, (_, index) => (index === 0 ? "waits" : "recovers"))
    )
    expect(rest).toMatchObject({ runId: summary.runId, replayed: 5, recovered: 4, failedAgain: 1, ended: "finished" })
    expect(world.sent.map(lineageOf)).toEqual(["l-0", "l-1", "l-2", "l-3", "l-4"])
  })
)

it.effect(
  "a message that fails again is not replayed again in the same run, however wrong its consumer's clock is",
  () =>
    Effect.gen(function* () {
      for (const skew of [0, -7_200_000, 7_200_000]) {
        const world = yield* waitingWorld(30)
        const consume = makeConsumer(world, (lineageId) => (lineageId === "l-20" ? "fails" : "recovers"), skew)
        const request: ReplayRequest = { messagesPerSecond: 5 }
        let summary = yield* whileConsuming(replay(request).pipe(Effect.provide(world.layer)), consume)
        if (summary.ended === "stopped")
          summary = yield* whileConsuming(resumeReplay(summary.runId ?? "").pipe(Effect.provide(world.layer)), consume)
        expect(summary).toMatchObject({ replayed: 30, ended: "finished" })
        expect(world.sent.filter((sent) => lineageOf(sent) === "l-20")).toHaveLength(1)
      }
    })
)

it.effect("when nothing becomes of the first message, nothing more is sent", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(3)
    const summary = yield* run(world, { outcomeSeconds: 30 }, () => "waits")
    expect(summary).toMatchObject({ replayed: 1, recovered: 0, failedAgain: 0, ended: "stopped" })
    expect(summary.why).toContain("is not known after 30 s")
  })
)

it.effect("where the consumer confirms nothing, not failing again for a while is a recovery", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(3)
    const summary = yield* run(world, { outcomeSeconds: 30, confirmations: false }, () => "waits")
    expect(summary).toMatchObject({ replayed: 3, recovered: 3, ended: "finished" })
  })
)

it.effect("two replays at once send no message twice", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(30)
    const one = replay({ messagesPerSecond: 100 }).pipe(Effect.provide(world.layer))
    const [first, second] = yield* whileConsuming(
      Effect.all([one, one], { concurrency: 2 }),
      makeConsumer(world, recovers)
    )
    expect(world.sent.map(lineageOf).sort()).toEqual([...new Set(world.sent.map(lineageOf))].sort())
    expect(world.sent).toHaveLength(30)
    expect(first.replayed + second.replayed).toBe(30)
  })
)

it.effect("a message whose archive object cannot be had is left alone, says why, and holds nobody up", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(5)
    const keyOf = (lineageId: string) => world.item(lineageId)?.archiveKey ?? ""
    world.objects.delete(keyOf("l-0"))
    world.objects.set(keyOf("l-1"), "{")
    // What S3 answers with for a key that is not there, and for an object in Glacier.
    const answers = new Map<string, AwsError>([
      [keyOf("l-2"), new RequestRejected({ service: "s3", operation: "GetObject", code: "NoSuchKey", message: "No." })],
      [keyOf("l-3"), new AuthFailure({ reason: "s3 GetObject: InvalidObjectState", dependency: "s3" })]
    ])
    const s3 = Layer.effect(
      S3,
      Effect.map(S3, (real) => ({
        ...real,
        get: (bucket: string, key: string) => {
          const error = answers.get(key)
          return error === undefined ? real.get(bucket, key) : Effect.fail(error)
        }
      }))
    )
    const summary = yield* whileConsuming(
      replay({}).pipe(Effect.provide(s3), Effect.provide(world.layer)),
      makeConsumer(world, recovers)
    )
    expect(summary).toMatchObject({ selected: 5, replayed: 1, skipped: 4, recovered: 1, ended: "finished" })
    expect(summary.leftAlone).toEqual([
      { lineageId: "l-0", why: "Its archive object is unreadable." },
      { lineageId: "l-1", why: "Its archive object is unreadable." },
      { lineageId: "l-2", why: "Its archive object is missing." },
      {
        lineageId: "l-3",
        why: "Its archive object is in Glacier: restore it (aws s3api restore-object; docs/replay.md), then replay it again."
      }
    ])
    expect(world.item("l-3")?.status).toBe("awaiting-operator")
  })
)

it.effect("a body that cannot be patched is left alone", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(1)
    yield* archive(world, "text", "AuthFailure", "hello", start + 1)
    const summary = yield* run(world, { edit: { kind: "patch", patch: { a: 1 } }, by: "Ada" })
    expect(summary).toMatchObject({ replayed: 1, skipped: 1 })
    expect(summary.leftAlone).toEqual([{ lineageId: "l-text", why: "Its body is not JSON, so it cannot be patched." }])
    expect(world.item("l-text")?.status).toBe("awaiting-operator")
  })
)

it.effect("an edit changes the body alone; the original stays in the archive, and the history says who did it", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(1)
    const original = world.objects.get(world.item("l-0")?.archiveKey ?? "")
    const edit = { kind: "patch", patch: { quantity: 1, orderId: null } } as const
    const summary = yield* run(world, { edit, by: "Ada" }, () => "fails")
    expect(world.sent[0]?.message.body).toBe('{"quantity":1}')
    expect(world.objects.get(`replays/run=${summary.runId}/original/l-0.json`)).toBe(original)
    const why = world.item("l-0")?.history.find(({ act }) => act === "replayed")?.why
    expect(why).toContain("Replayed by Ada, run")
    expect(why).toContain('with the merge patch {"quantity":1,"orderId":null}')
  })
)

it.effect("a run that is being worked on cannot be resumed, nor one that has finished, nor one that never was", () =>
  Effect.gen(function* () {
    const world = yield* waitingWorld(2)
    const fiber = yield* Effect.forkChild(replay({}).pipe(Effect.provide(world.layer)))
    yield* TestClock.adjust("1 second")
    const runId = [...world.table.items.keys()].find((key) => key.startsWith("replay#"))?.slice("replay#".length) ?? ""
    const busy = yield* Effect.flip(resumeReplay(runId).pipe(Effect.provide(world.layer)))
    expect(busy.message).toMatch(/is being worked on/)
    const consume = makeConsumer(world, recovers)
    while (fiber.pollUnsafe() === undefined) {
      yield* consume
      yield* TestClock.adjust("1 second")
    }
    expect((yield* Effect.flip(resumeReplay(runId).pipe(Effect.provide(world.layer)))).message).toMatch(/has finished/)
    expect((yield* Effect.flip(resumeReplay("x").pipe(Effect.provide(world.layer)))).message).toMatch(
      /no replay run "x"/
    )
  })
)
