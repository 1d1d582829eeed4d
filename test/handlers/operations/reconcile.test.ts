import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Exit, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { AwsError } from "../../../handlers/aws/AwsError.ts"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { type ListedObject, ObjectListing } from "../../../handlers/aws/ObjectListing.ts"
import { QueueInspection } from "../../../handlers/aws/QueueInspection.ts"
import { AuthFailure } from "../../../handlers/failure/errors.ts"
import { archiveKeyOf } from "../../../handlers/healer/ArchivedMessage.ts"
import { HealerLedger, LedgerItemUnreadable } from "../../../handlers/ledger/HealerLedger.ts"
import type { LedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import { isoTime } from "../../../handlers/ledger/ledgerTime.ts"
import { lineageOfKey, reconcile } from "../../../handlers/operations/reconcile.ts"
import type { Discrepancy } from "../../../handlers/operations/reconcileDiscrepancies.ts"

const now = Date.UTC(2026, 0, 31)
const hour = 3_600_000

const item = (lineageId: string, given: Partial<LedgerItem> = {}): LedgerItem => {
  const firstFailureAt = isoTime(now - 5 * hour)
  return {
    lineageId,
    revision: 1,
    status: "archived",
    class: "ValidationError",
    fingerprint: "f",
    reason: "r",
    why: "w",
    firstFailureAt,
    lastFailureAt: firstFailureAt,
    attempts: 0,
    archiveKey: archiveKeyOf({ class: "ValidationError", firstFailureAt, lineageId }),
    deadLetters: [],
    history: [],
    ...given
  }
}

interface World {
  readonly items?: ReadonlyArray<LedgerItem>
  /** What looking up an item comes to, the how many-th look up it is. @default it is found */
  readonly lookUp?: (lineageId: string, number: number) => Effect.Effect<void, AwsError | LedgerItemUnreadable>
  /** Entries of each page of the index that nobody can read. @default 0 */
  readonly unreadable?: number
  readonly objects?: ReadonlyArray<ListedObject>
  /** Ids of what is stored, where somebody knows. */
  readonly stored?: ReadonlyArray<string>
  /** Messages in main, dead-letter and parking queue. */
  readonly depths?: readonly [number, number, number]
}

const objectOf = ({ archiveKey = "" }: LedgerItem): ListedObject => ({ key: archiveKey, modifiedAt: now - 5 * hour })

/** What is found in a world; the ledger and the archive are listed two at a time. */
const found = ({
  items = [],
  objects = items.filter(({ archiveKey }) => archiveKey !== undefined).map(objectOf),
  stored,
  depths = [0, 0, 0],
  lookUp = () => Effect.void,
  unreadable = 0
}: World) => {
  const discrepancies: Array<Discrepancy> = []
  let lookUps = 0
  const urls = ["main", "dead", "parking"]
  const services = Layer.mergeAll(
    Layer.mock(DynamoDb, {
      get: (_, { orderId }) => Effect.succeed(stored?.includes(String(orderId)) === true ? { orderId } : undefined)
    }),
    ConfigProvider.layer(ConfigProvider.fromUnknown({ FAILED_TABLE: "failures" })),
    Layer.mock(HealerLedger, {
      find: (lineageId) =>
        Effect.as(
          Effect.suspend(() => lookUp(lineageId, ++lookUps)),
          items.find((each) => each.lineageId === lineageId)
        ),
      list: ({ value, startKey }) =>
        Effect.sync(() => {
          const at = Number(startKey?.["at"] ?? 0)
          const all = items.filter(({ status }) => status === value)
          return {
            items: all.slice(at, at + 2),
            unreadable,
            ...(at + 2 < all.length ? { nextKey: { at: at + 2 } } : {})
          }
        })
    }),
    Layer.mock(ObjectListing, {
      exists: (_, key) => Effect.succeed(objects.some((object) => object.key === key)),
      list: (_, __, from) =>
        Effect.sync(() => {
          const at = Number(from ?? 0)
          return { objects: objects.slice(at, at + 2), ...(at + 2 < objects.length ? { next: String(at + 2) } : {}) }
        })
    }),
    Layer.mock(QueueInspection, {
      depth: (url) =>
        Effect.succeed({
          visible: depths[urls.indexOf(url)] ?? 0,
          inFlight: 0,
          delayed: 0,
          retentionSeconds: 4 * 86_400,
          visibilityTimeoutSeconds: 30
        })
    })
  )
  return TestClock.setTime(now).pipe(
    Effect.andThen(
      reconcile({
        queues: { main: "main", "dead-letter": "dead", parking: "parking" },
        archiveBucket: "archive",
        ...(stored === undefined
          ? {}
          : { accepted: { ids: Stream.fromIterable(stored), table: { name: "orders", key: "orderId" } } }),
        onDiscrepancy: (discrepancy) => discrepancies.push(discrepancy)
      })
    ),
    Effect.map((summary) => ({ summary, kinds: discrepancies.map(({ kind, subject }) => `${kind}: ${subject}`) })),
    Effect.provide(services)
  )
}

const moving = (lineageId: string, given: Partial<LedgerItem> = {}): LedgerItem => {
  const { archiveKey: _, ...rest } = item(lineageId, { status: "healing", ...given })
  return rest
}

describe("reconciling", () => {
  it.effect("finds nothing where everything is in its place, and has looked at all of it", () =>
    Effect.gen(function* () {
      const items = Array.from({ length: 7 }, (_, index) => item(`l-${index}`))
      const { summary, kinds } = yield* found({ items })
      assert.deepStrictEqual(kinds, [])
      assert.deepStrictEqual([summary.items, summary.objects, summary.discrepancies], [7, 7, 0])
    })
  )

  it.effect("finds each item without its object, and each object without its item", () =>
    Effect.gen(function* () {
      const items = ["l-1", "l-2", "l-3"].map((lineageId) => item(lineageId))
      assert.deepStrictEqual((yield* found({ items, objects: items.slice(1).map(objectOf) })).kinds, [
        "archive-object-missing: l-1"
      ])
      assert.deepStrictEqual((yield* found({ items: items.slice(1), objects: items.map(objectOf) })).kinds, [
        "ledger-item-missing: l-1"
      ])
    })
  )

  it.effect("leaves out objects that were written a moment ago, or are older than the ledger's memory", () =>
    Effect.gen(function* () {
      const { archiveKey = "" } = item("l-1")
      for (const modifiedAt of [now - 60_000, now - 91 * 24 * hour])
        assert.deepStrictEqual((yield* found({ objects: [{ key: archiveKey, modifiedAt }] })).kinds, [])
      const foreign = { key: "class=X/notes.txt", modifiedAt: now - hour }
      assert.deepStrictEqual((yield* found({ objects: [foreign] })).kinds, ["foreign-object: class=X/notes.txt"])
    })
  )

  it.effect("finds a message that is being healed and in no queue; one that is due later is on its way", () =>
    Effect.gen(function* () {
      const due = { deadLetters: [{ id: "m", errors: 0, due: now + hour }] }
      assert.deepStrictEqual((yield* found({ items: [moving("l-1"), moving("l-2", due)] })).kinds, [
        "message-nowhere: l-1"
      ])
      assert.deepStrictEqual((yield* found({ items: [moving("l-1")], depths: [1, 0, 0] })).kinds, [])
      assert.deepStrictEqual(
        (yield* found({ items: [moving("l-1", { lastFailureAt: isoTime(now - 60_000) })] })).kinds,
        []
      )
    })
  )

  it.effect("counts, where queues hold fewer messages than should be in them", () =>
    Effect.gen(function* () {
      const items = ["l-1", "l-2", "l-3"].map((lineageId) => moving(lineageId))
      assert.deepStrictEqual((yield* found({ items, depths: [0, 1, 0] })).kinds, [
        "messages-too-few: main and dead-letter queue"
      ])
    })
  )

  it.effect("finds parked messages, parked ones that are gone, and a replay that nobody finished", () =>
    Effect.gen(function* () {
      const parked = moving("l-1", { status: "awaiting-operator" })
      assert.deepStrictEqual((yield* found({ items: [parked], depths: [0, 0, 1] })).kinds, ["parked: parking queue"])
      assert.deepStrictEqual((yield* found({ items: [parked] })).kinds, ["parked-gone: parking queue"])
      const broken = item("l-2", { replaying: 1, replayRun: "run-1", replayClaimedAt: now - hour })
      assert.deepStrictEqual((yield* found({ items: [broken] })).kinds, ["replay-broken: l-2"])
    })
  )
})

describe("reconciling what cannot be looked at", () => {
  const denied = new AuthFailure({ reason: "dynamodb GetItem: AccessDeniedException", dependency: "dynamodb" })

  it.effect("fails, at the first look and at the second: it must not say that nothing is wrong", () =>
    Effect.gen(function* () {
      for (const failing of [1, 2]) {
        const exit = yield* Effect.exit(
          found({
            items: [moving("l-1")],
            lookUp: (_, number) => (number < failing ? Effect.void : Effect.fail(denied))
          })
        )
        assert.deepStrictEqual(exit, Exit.fail(denied))
      }
    })
  )

  it.effect("tells of an item that cannot be read, and goes on with the others", () =>
    Effect.gen(function* () {
      const { kinds } = yield* found({
        items: [moving("l-1"), moving("l-2")],
        lookUp: (lineageId) =>
          lineageId === "l-1" ? Effect.fail(new LedgerItemUnreadable({ lineageId })) : Effect.void
      })
      assert.deepStrictEqual(kinds, ["ledger-item-unreadable: l-1", "message-nowhere: l-2"])
    })
  )

  it.effect("is not complete where entries of the index cannot be read; without any it is", () =>
    Effect.gen(function* () {
      const { summary } = yield* found({ unreadable: 1 })
      assert.isFalse(summary.complete)
      assert.match(summary.notChecked[0] ?? "", /^\d+ entries of the ledger's index, which cannot be read/)
      assert.isTrue((yield* found({})).summary.complete)
    })
  )
})

describe("what is archived and stored", () => {
  const of = (lineageId: string, given: Partial<LedgerItem>) =>
    item(lineageId, { correlationId: `o-${lineageId}`, ...given })

  it.effect("is found where its consumer died or ran out of time after it had stored it", () =>
    Effect.gen(function* () {
      const items = [
        of("crashed", { class: "Unknown" }),
        of("late", { class: "Timeout", status: "awaiting-operator" }),
        of("refused", { class: "ValidationError" }),
        of("discarded", { class: "Unknown", status: "discarded" }),
        of("not-stored", { class: "Unknown" })
      ]
      const stored = ["crashed", "late", "refused", "discarded"].map((lineageId) => `o-${lineageId}`)
      assert.deepStrictEqual((yield* found({ items, stored })).kinds, [
        "archived-and-stored: crashed",
        "archived-and-stored: late"
      ])
      // Nobody says where what was processed is stored.
      assert.deepStrictEqual((yield* found({ items })).kinds, [])
    })
  )
})

describe("the key of an archive object", () => {
  it("names its lineage, whatever that is made of", () => {
    for (const lineageId of ["cf4cb2e7-59d6-450c-be45-9ffde80c51fa", "a:b/c=d+e_f.g-h", "a:bc", "3a%"])
      assert.strictEqual(
        lineageOfKey(archiveKeyOf({ class: "Timeout", firstFailureAt: isoTime(now), lineageId })) ?? "",
        lineageId === "3a%" ? "3a%25" : lineageId
      )
    assert.strictEqual(lineageOfKey("replays/run=1/snapshot.json"), undefined)
  })
})
