import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import type { LedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import { isoTime } from "../../../handlers/ledger/ledgerTime.ts"
import { type FailureCriteria, findFailures } from "../../../handlers/operations/findFailures.ts"

const start = Date.UTC(2026, 0, 1)

const item = (index: number, given: Partial<LedgerItem> = {}): LedgerItem => ({
  lineageId: `l-${index}`,
  revision: 1,
  status: "archived",
  class: "ValidationError",
  fingerprint: "0a1b2c3d4e5f67 ValidationError: quantity",
  reason: "quantity is not positive",
  why: "Retrying cannot help.",
  firstFailureAt: isoTime(start),
  lastFailureAt: isoTime(start + index * 1000),
  attempts: 0,
  deadLetters: [],
  history: [],
  ...given
})

/** A ledger of these items, which lists two at a time, as DynamoDB lists a megabyte. */
const ledgerOf = (items: ReadonlyArray<LedgerItem>) =>
  Layer.mock(HealerLedger, {
    list: ({ by, value, from = "", until, newestFirst, startKey }) =>
      Effect.sync(() => {
        const at = Number(startKey?.["at"] ?? 0)
        const found = items
          .filter((each) => each[by] === value && each.lastFailureAt >= from && each.lastFailureAt <= until)
          .sort((one, other) => (newestFirst === true ? -1 : 1) * (one.lastFailureAt < other.lastFailureAt ? -1 : 1))
        const page = found.slice(at, at + 2)
        return { items: page, unreadable: 0, ...(at + 2 < found.length ? { nextKey: { at: at + 2 } } : {}) }
      })
  })

const find = (items: ReadonlyArray<LedgerItem>, criteria: FailureCriteria, limit?: number, after?: string) =>
  TestClock.setTime(start + 3_600_000).pipe(
    Effect.andThen(findFailures(criteria, { limit, after })),
    Effect.provide(ledgerOf(items))
  )

const idsOf = (failures: ReadonlyArray<{ readonly lineageId: string }>) => failures.map(({ lineageId }) => lineageId)

describe("finding failures", () => {
  it.effect("lists what is not over of every status, newest first", () =>
    Effect.gen(function* () {
      const items = [
        item(1),
        item(2, { status: "awaiting-operator", class: "AuthFailure" }),
        item(3, { status: "recovered" }),
        item(4, { status: "held" }),
        item(5, { status: "discarded" })
      ]
      assert.deepStrictEqual(idsOf((yield* find(items, {})).failures), ["l-4", "l-2", "l-1"])
      assert.deepStrictEqual(idsOf((yield* find(items, { status: "all" })).failures), [
        "l-5",
        "l-4",
        "l-3",
        "l-2",
        "l-1"
      ])
      assert.deepStrictEqual(idsOf((yield* find(items, { status: "recovered" })).failures), ["l-3"])
      assert.deepStrictEqual(idsOf((yield* find(items, { class: "AUTH_FAILURE" })).failures), ["l-2"])
      assert.deepStrictEqual(idsOf((yield* find(items, { fingerprint: "0a1b2c3d4e5f67" })).failures), [
        "l-4",
        "l-2",
        "l-1"
      ])
      const since = { from: isoTime(start + 2000), to: isoTime(start + 2000) }
      assert.deepStrictEqual(idsOf((yield* find(items, since)).failures), ["l-2"])
      assert.deepStrictEqual(yield* find(items, { from: "2027-01-01T00:00:00Z" }), { failures: [], next: undefined })
    })
  )

  it.effect("pages through all of them, each once, also where many failed in the same millisecond", () =>
    Effect.gen(function* () {
      const items = Array.from({ length: 23 }, (_, index) =>
        item(index, {
          lastFailureAt: isoTime(start + Math.floor(index / 9) * 1000),
          status: index % 3 === 0 ? "healing" : "archived"
        })
      )
      for (const limit of [1, 2, 5, 22, 23, 24]) {
        const met: Array<string> = []
        let after: string | undefined
        do {
          const page = yield* find(items, {}, limit, after)
          assert.isAtMost(page.failures.length, limit)
          met.push(...idsOf(page.failures))
          after = page.next
        } while (after !== undefined)
        assert.strictEqual(met.length, 23)
        assert.strictEqual(new Set(met).size, 23)
      }
    })
  )

  it.effect("refuses a page that was never handed out, in one sentence", () =>
    Effect.gen(function* () {
      for (const after of ["nonsense", "", "eyJ1bnRpbCI6MX0"]) {
        const error = yield* Effect.flip(find([], {}, 10, after))
        assert.strictEqual(error._tag, "InvalidPage")
      }
    })
  )
})
