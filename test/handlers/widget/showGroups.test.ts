import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { AuthFailure } from "../../../handlers/failure/errors.ts"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import { maxFailures, maxGroups } from "../../../handlers/widget/listGroups.ts"
import { showGroups } from "../../../handlers/widget/showGroups.ts"
import { archive, start, waitingWorld } from "../replay/replaying.ts"
import { groupsArn } from "./groups.ts"
import { callsOf, skeletonOf } from "./skeleton.ts"

const context = (milliseconds = 15_000) => ({
  awsRequestId: "request-1",
  invokedFunctionArn: groupsArn,
  getRemainingTimeInMillis: () => milliseconds
})

/** The event that AWS documents, at a time range. */
const event = (from: number, to: number, more: object = {}) => ({
  status: "open",
  widgetContext: {
    dashboardName: "orders",
    widgetId: "widget-16",
    accountId: "012345678901",
    locale: "en",
    timezone: { label: "UTC", offsetISO: "+00:00", offsetInMinutes: 0 },
    period: 300,
    isAutoPeriod: true,
    timeRange: { mode: "relative", start: from, end: to, relativeStart: to - from, ...more },
    theme: "dark",
    linkCharts: true,
    title: "What failed?",
    forms: { all: {} },
    params: { status: "open" },
    width: 588,
    height: 369
  }
})

const counts = (html: unknown): ReadonlyArray<string> =>
  [...String(html).matchAll(/<td><b>([\d,]+)<\/b>/g)].map(([, count = ""]) => count)

const hour = 3_600_000

describe("the function of the widget", () => {
  it.effect("documents itself, as CloudWatch asks it to", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(0)
      const described = yield* showGroups({ describe: true, widgetContext: {} }, context()).pipe(
        Effect.provide(world.layer)
      )
      assert.isObject(described)
      assert.match(JSON.stringify(described), /^\{"markdown":"## Failure groups/)
      assert.deepStrictEqual(world.calls, [])
    })
  )

  it.effect("lists the dashboard's time range, zoomed in or not, and what awaits an operator whenever it failed", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(3)
      yield* archive(world, "v", "ValidationError")
      const show = (given: unknown) => showGroups(given, context()).pipe(Effect.provide(world.layer))
      assert.deepStrictEqual(counts(yield* show(event(start - hour, start + hour))), ["3", "1"])
      // The invalid message is out of the range, those that wait are not forgotten.
      assert.deepStrictEqual(counts(yield* show(event(start + 30 * 60_000, start + hour))), ["3"])
      const zoomed = event(start - hour, start + hour, { zoom: { start: start - hour, end: start - 1 } })
      assert.deepStrictEqual(counts(yield* show(zoomed)), ["3"])
      assert.deepStrictEqual(counts(yield* show({})), ["3", "1"])
    })
  )

  it.effect("lists what is over only when that is asked for", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(2)
      yield* Effect.forEach(["l-0", "l-1"], world.confirmRecovered)
      const show = (given: unknown) => showGroups(given, context()).pipe(Effect.provide(world.layer))
      assert.include(String(yield* show({})), "Nothing: no failure is in this list.")
      assert.deepStrictEqual(counts(yield* show({ status: "all" })), ["2"])
    })
  )

  it.effect("stays within bounds however many failures there are, and says that there are more", () =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(1)
      const one = world.table.items.get("l-0")
      for (let index = 1; index <= maxFailures; index++)
        world.table.items.set(`l-${index}`, {
          ...one,
          lineageId: `l-${index}`,
          fingerprint: `${(index % 40).toString(16).padStart(14, "0")} AuthFailure: x`
        })
      const html = String(yield* showGroups({}, context()).pipe(Effect.provide(world.layer)))
      assert.include(html, "There are more. ")
      assert.match(html, /\d+ more groups are not shown/)
      assert.strictEqual(counts(html).length, maxGroups)
      assert.isBelow(html.length, 200_000)
      skeletonOf(html)
    })
  )

  it.effect.each([
    null,
    1,
    "text",
    [],
    { describe: false },
    { status: "x", widgetContext: { timeRange: "soon", width: "wide" } }
  ])("answers any event with its list: %j", (given) =>
    Effect.gen(function* () {
      const world = yield* waitingWorld(1)
      const html = yield* showGroups(given, context()).pipe(Effect.provide(world.layer))
      assert.deepStrictEqual(counts(html), ["1"])
      assert.strictEqual(callsOf(String(html)).at(-1)?.endpoint, groupsArn)
    })
  )

  it.effect("says in a sentence that the ledger cannot be read, without secrets", () =>
    Effect.gen(function* () {
      const refused = new AuthFailure({ reason: "AccessDenied: token=abc123secret", dependency: "dynamodb" })
      const ledger = Layer.mock(HealerLedger, { list: () => Effect.fail(refused) })
      const html = String(yield* showGroups({}, context()).pipe(Effect.provide(ledger)))
      assert.include(html, "The failure ledger could not be read: AccessDenied")
      assert.notInclude(html, "abc123secret")
      skeletonOf(html)
    })
  )

  it.effect("answers before its time is up when the ledger does not", () =>
    Effect.gen(function* () {
      const ledger = Layer.mock(HealerLedger, { list: () => Effect.never })
      const fiber = yield* Effect.forkChild(showGroups({}, context()).pipe(Effect.provide(ledger)))
      yield* TestClock.adjust("13 seconds")
      assert.include(String(yield* Fiber.join(fiber)), "takes too long")
    })
  )
})
