import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeLedgerItem, encodeLedgerItem, type LedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import { isoTime } from "../../../handlers/ledger/ledgerTime.ts"
import {
  type RecordedFailure,
  withArchived,
  withError,
  withFailure,
  withHistory,
  withHold,
  withRequeued,
  withSending
} from "../../../handlers/ledger/transitions.ts"

const now = Date.UTC(2026, 0, 1)
const failed: RecordedFailure = {
  lineageId: "l1",
  messageId: "m1",
  class: "Timeout",
  reason: "slow",
  fingerprint: "f",
  failedAt: now
}
const archived = { status: "archived", alert: true, archiveKey: "key", now, why: "Because." } as const
const item = withArchived(undefined, failed, archived)

test("whatever happens to an item, it can be stored and read again", () => {
  const happenings: ReadonlyArray<(each: LedgerItem | undefined, failure: RecordedFailure) => LedgerItem> = [
    (each, failure) => withSending(each, failure, { attempt: (each?.attempts ?? 0) + 1, sender: "s", now, why: "w" }),
    (each, failure) => withRequeued(withFailure(each, failure), failure, { attempt: 1, now, why: "w" }),
    (each, failure) => withHold(each, failure, { due: now + 1.5, now, why: "w" }),
    (each, failure) => withArchived(each, failure, archived),
    (each, failure) => withError(each, failure)
  ]
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...happenings), fc.integer({ min: 0, max: 30 })), {
        minLength: 1,
        maxLength: 200
      }),
      (steps) => {
        let current: LedgerItem | undefined
        for (const [happening, id] of steps) {
          current = happening(current, { ...failed, messageId: `m${id}`, failedAt: now + id })
          expect(decodeLedgerItem(JSON.parse(JSON.stringify(encodeLedgerItem(current, {}))))).toEqual(current)
          expect(current.history.length).toBeLessThanOrEqual(50)
          expect(current.deadLetters.length).toBeLessThanOrEqual(20)
        }
      }
    ),
    { numRuns: 50 }
  )
})

test("only finished items expire", () => {
  expect(item.expiresAt).toBeDefined()
  const again = { ...failed, messageId: "m2", failedAt: now + 1000 }
  expect(withSending(item, again, { attempt: 1, sender: "s", now, why: "" }).expiresAt).toBeUndefined()
  expect(withHold(item, again, { due: now, now, why: "" }).expiresAt).toBeUndefined()
  expect(withArchived(undefined, failed, { ...archived, status: "awaiting-operator" }).expiresAt).toBeUndefined()
})

test("the first and the last lines of a long history stay", () => {
  let long = item
  for (let line = 1; line <= 100; line++)
    long = withHistory(long, { at: isoTime(now), act: "requeued", why: String(line) })
  expect(long.history).toHaveLength(50)
  expect(long.history[0]?.act).toBe("archived")
  expect(long.history.at(-1)?.why).toBe("100")
})

test("attributes that somebody else added to a stored item stay, removed ones of ours go", () => {
  expect(encodeLedgerItem(item, { note: "seen by Ada", expiresAt: 1, recoveredAt: "x" })).toMatchObject({
    note: "seen by Ada",
    expiresAt: item.expiresAt
  })
  expect(encodeLedgerItem(item, { recoveredAt: "x" })).not.toHaveProperty("recoveredAt")
})
