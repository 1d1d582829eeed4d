import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { presumeRecovered } from "../../../handlers/adopted/presumeRecovered.ts"
import { HealerLedger, LedgerConflict, LedgerItemUnreadable } from "../../../handlers/ledger/HealerLedger.ts"
import type { LedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import { isoTime } from "../../../handlers/ledger/ledgerTime.ts"

const now = Date.UTC(2026, 0, 31)

const sentBack = (lineageId: string): LedgerItem => ({
  lineageId,
  revision: 1,
  status: "healing",
  class: "Timeout",
  fingerprint: "f",
  reason: "r",
  why: "w",
  firstFailureAt: isoTime(now - 36_000_000),
  lastFailureAt: isoTime(now - 36_000_000),
  attempts: 1,
  deadLetters: [],
  history: [{ at: isoTime(now - 30_000_000), act: "requeued", why: "w", class: "Timeout" }]
})

it.effect("an item that cannot be changed keeps none of those behind it from being presumed to have recovered", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now)
    const items = ["unreadable", "contended", "quiet"].map(sentBack)
    const settled: Array<string> = []
    const ledger = Layer.mock(HealerLedger, {
      list: ({ value }) => Effect.succeed({ items: value === "healing" ? items : [], unreadable: 0 }),
      modify: (lineageId, change) =>
        Effect.gen(function* () {
          if (lineageId === "unreadable") return yield* Effect.fail(new LedgerItemUnreadable({ lineageId }))
          if (lineageId === "contended") return yield* Effect.fail(new LedgerConflict({ lineageId }))
          const { item, answer } = change(items.find((each) => each.lineageId === lineageId))
          if (item !== undefined) settled.push(`${lineageId} ${item.status}`)
          return answer
        })
    })
    assert.strictEqual(yield* presumeRecovered(3600).pipe(Effect.provide(ledger)), 1)
    assert.deepStrictEqual(settled, ["quiet recovered"])
  })
)
