import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { replayGroup } from "../../../handlers/widget/replayGroup.ts"
import type { World } from "../healer/world.ts"
import { archive, type Consumption, makeConsumer, waitingWorld, whileConsuming } from "../replay/replaying.ts"
import { replayArn } from "./groups.ts"
import { callsOf, skeletonOf } from "./skeleton.ts"

/** What Lambda says of an invocation that may take so long, by the test's clock. */
const makeContext = (milliseconds = 60_000) =>
  Effect.map(
    TestClock.testClockWith((clock) => Effect.sync(() => clock)),
    (clock) => {
      const deadline = clock.currentTimeMillisUnsafe() + milliseconds
      return {
        awsRequestId: "request-1",
        invokedFunctionArn: replayArn,
        getRemainingTimeInMillis: () => deadline - clock.currentTimeMillisUnsafe()
      }
    }
  )

const press = (world: World, event: unknown, consume: () => Consumption = () => "recovers", milliseconds?: number) =>
  Effect.gen(function* () {
    const context = yield* makeContext(milliseconds)
    const answer = yield* whileConsuming(
      replayGroup(event, context).pipe(Effect.provide(world.layer)),
      makeConsumer(world, consume)
    )
    skeletonOf(typeof answer === "string" ? answer : "")
    return String(answer)
  })

const fingerprintOf = (world: World, lineageId = "l-0") => world.item(lineageId)?.fingerprint.slice(0, 14) ?? ""

const selection = (world: World) => ({ fingerprint: fingerprintOf(world), status: "awaiting-operator" })

describe("the function of the replay button", () => {
  it.effect("replays the group, says what became of it, and leaves other groups alone", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(3)
      yield* archive(world, "v", "ValidationError")
      const html = yield* press(world, selection(world))
      assert.match(html, /<b>Run \d{14}-[0-9a-f]{8}<\/b>/)
      assert.include(html, "Replayed 3 of 3 messages: 3 recovered, 0 failed again, 0 left alone.")
      assert.deepStrictEqual(callsOf(html), [])
      assert.strictEqual(world.sent.length, 3)
      assert.strictEqual(world.item("l-v")?.status, "archived")
    })
  )

  it.effect("records who pressed as far as it knows: the dashboard, and the request that leads to the person", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(1)
      yield* press(world, selection(world))
      const why = world.item("l-0")?.history.find(({ act }) => act === "replayed")?.why
      assert.match(why ?? "", /^Replayed by the dashboard \(request request-1\), run \d{14}-[0-9a-f]{8}\.$/)
    })
  )

  it.effect("replays of archived messages those of the listed time", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(0)
      for (const [index, id] of ["x", "y", "z"].entries())
        yield* archive(world, id, "ValidationError", "{}", index * 1000)
      const html = yield* press(world, {
        fingerprint: fingerprintOf(world, "l-x"),
        status: "archived",
        from: new Date(1000).toISOString(),
        to: new Date(1000).toISOString()
      })
      assert.include(html, "Replayed 1 of 1 message:")
      assert.strictEqual(world.item("l-y")?.status, "recovered")
      assert.strictEqual(world.item("l-x")?.status, "archived")
    })
  )

  it.effect("a dry run sends nothing, writes nothing, and says what would be replayed", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(22)
      const before = new Map(world.table.items)
      const html = yield* press(world, { ...selection(world), dryRun: true })
      assert.include(html, "<b>22 messages would be replayed</b>, oldest failure first: from 2026-01-01 00:00:00")
      assert.include(html, "… and 2 more.")
      assert.deepStrictEqual(world.sent, [])
      assert.deepStrictEqual(new Map(world.table.items), before)
      const none = yield* press(world, { fingerprint: "00000000000000", status: "archived", dryRun: true })
      assert.include(none, "Nothing would be replayed")
    })
  )

  it.effect("answers before its time is up when the ledger does not, having sent nothing", () =>
    Effect.gen(function* () {
      for (const [more, sentence] of [
        [{ dryRun: true }, "There are more than can be read within one press."],
        [{}, "Nothing was replayed: reading the failure ledger took all of the time."]
      ] as const) {
        const world = yield* waitingWorld(1)
        world.beforeEachCall((name) => (name === "dynamodb query" ? Effect.never : Effect.void))
        assert.include(yield* press(world, { ...selection(world), ...more }), sentence)
        assert.deepStrictEqual(world.sent, [])
      }
    })
  )

  it.effect("stops with the first message that fails again, and offers to go on", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(5)
      const html = yield* press(world, selection(world), () => "fails")
      assert.include(html, "The first message has failed again: nothing more was sent.")
      assert.strictEqual(world.sent.length, 1)
      assert.deepStrictEqual(
        callsOf(html).map(({ endpoint }) => endpoint),
        [replayArn]
      )
    })
  )

  it.effect("ends before Lambda ends it, and the next press goes on where it was, each message once", () =>
    Effect.gen(function* () {
      const count = 30
      const world = yield* waitingWorld(count)
      const shortly = (event: unknown) => press(world, event, () => "recovers", 14_000)
      let html = yield* shortly(selection(world))
      assert.include(html, "The time of this press was up")
      assert.isAbove(world.sent.length, 2)
      assert.isBelow(world.sent.length, count)
      let presses = 1
      for (let calls = callsOf(html); calls.length > 0 && presses < 20; calls = callsOf(html)) {
        html = yield* shortly(calls[0]?.parameters)
        presses += 1
      }
      assert.isAbove(presses, 1)
      assert.include(html, "Replayed 30 of 30 messages: 30 recovered")
      assert.strictEqual(world.sent.length, count)
    })
  )

  it.effect("refuses to work on a run on which somebody else works", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(3)
      const context = yield* makeContext()
      const fiber = yield* Effect.forkChild(replayGroup(selection(world), context).pipe(Effect.provide(world.layer)))
      yield* TestClock.adjust("1 second")
      const run = [...world.table.items.keys()].find((key) => key.startsWith("replay#"))?.slice("replay#".length)
      const html = String(yield* replayGroup({ resume: run }, context).pipe(Effect.provide(world.layer)))
      assert.include(html, "is being worked on")
      yield* TestClock.adjust("1 minute")
      assert.include(String(yield* Fiber.join(fiber)), "Go on")
    })
  )

  it.effect.each([
    {},
    null,
    "text",
    { fingerprint: "0a1b2c3d4e5f67" },
    { fingerprint: "<script>", status: "archived" },
    { fingerprint: "0a1b2c3d4e5f67", status: "recovered" },
    { fingerprint: "0a1b2c3d4e5f67", status: "archived", from: "yesterday" },
    { resume: "../../x" },
    { widgetContext: { params: { status: "archived" } } }
  ])("does nothing for an event that asks for nothing that there is: %j", (event) =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(1)
      const html = yield* press(world, event)
      assert.include(html, "Nothing was replayed: a fingerprint and a status, or the name of a run, are needed.")
      assert.deepStrictEqual(world.sent, [])
    })
  )

  it.effect("says in a sentence that AWS refuses it", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(1)
      world.breakService("dynamodb", "refused")
      assert.include(yield* press(world, selection(world)), "Nothing was replayed: AccessDenied.")
      world.breakService("s3", "refused")
      assert.include(yield* press(world, selection(world)), "Nothing was replayed: AccessDenied.")
      world.breakService("sqs", "refused")
      const html = yield* press(world, selection(world))
      assert.include(html, "It broke off: AccessDenied")
      world.breakService(undefined)
      assert.include(yield* press(world, callsOf(html)[0]?.parameters), "Replayed 1 of 1 message: 1 recovered")
    })
  )

  it.effect("documents itself", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(0)
      const context = yield* makeContext()
      const described = yield* replayGroup({ describe: true }, context).pipe(Effect.provide(world.layer))
      assert.match(JSON.stringify(described), /^\{"markdown":/)
    })
  )
})
