import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ledgerStatuses } from "../../../handlers/ledger/FailureLedger.ts"
import { type LedgerItem, ledgerActs } from "../../../handlers/ledger/LedgerItem.ts"
import { expiresAtOf, isoTime } from "../../../handlers/ledger/ledgerTime.ts"
import { type OperatorAct, withDiscarded, withUnparked } from "../../../handlers/ledger/operatorTransitions.ts"
import { replayLeaseMilliseconds } from "../../../handlers/ledger/replayTransitions.ts"
import { withArchived, withParked } from "../../../handlers/ledger/transitions.ts"

const now = Date.UTC(2026, 0, 31)
const act: OperatorAct = { by: "Ada", reason: "a test order", now }
const until = isoTime(now)

const time = fc.integer({ min: now - 86_400_000, max: now + 86_400_000 })

const anyItem: fc.Arbitrary<LedgerItem> = fc
  .record({
    status: fc.constantFrom(...ledgerStatuses),
    lastFailureAt: time.map(isoTime),
    archiveKey: fc.option(fc.constant("class=C/year=2026/month=01/day=31/l.json"), { nil: undefined }),
    replaying: fc.option(fc.constant(1), { nil: undefined }),
    replayClaimedAt: time,
    history: fc.array(fc.record({ at: time.map(isoTime), act: fc.constantFrom(...ledgerActs), why: fc.string() }), {
      maxLength: 60
    })
  })
  .map(({ archiveKey, replaying, replayClaimedAt, ...given }) => ({
    lineageId: "l",
    revision: 3,
    class: "ValidationError",
    fingerprint: "f",
    reason: "r",
    why: "w",
    firstFailureAt: isoTime(now - 86_400_000),
    attempts: 0,
    deadLetters: [],
    ...given,
    ...(archiveKey === undefined ? {} : { archiveKey }),
    ...(replaying === undefined ? {} : { replaying, replayClaimedAt })
  }))

describe("discarding", () => {
  it("ends only what waits in the archive and nobody is sending, says by whom and why, and keeps the archive key", () => {
    fc.assert(
      fc.property(anyItem, (item) => {
        const { item: next, answer } = withDiscarded(item, act, until)
        const waits = item.status === "archived" || item.status === "awaiting-operator"
        const sending =
          item.replaying !== undefined && Math.abs(now - (item.replayClaimedAt ?? 0)) < replayLeaseMilliseconds
        const mayGo = waits && item.archiveKey !== undefined && !sending && item.lastFailureAt <= until
        expect(answer._tag === "Discarded").toBe(mayGo)
        expect(next === undefined).toBe(!mayGo)
        if (next === undefined) return
        expect(next).toMatchObject({
          status: "discarded",
          why: "Discarded by Ada: a test order",
          archiveKey: item.archiveKey,
          class: item.class,
          expiresAt: expiresAtOf(now)
        })
        expect(next.history.at(-1)).toMatchObject({ at: isoTime(now), act: "discarded", why: next.why })
        expect(next).not.toHaveProperty("replaying")
      })
    )
  })

  it("happens once: a repeat finds it done and writes nothing", () => {
    fc.assert(
      fc.property(anyItem, (item) => {
        const { item: next } = withDiscarded(item, act, until)
        if (next !== undefined)
          expect(withDiscarded(next, { ...act, now: now + 1000 }, until)).toEqual({
            item: undefined,
            answer: { _tag: "Already" }
          })
      })
    )
  })

  it("says of every other message why it is left alone", () => {
    fc.assert(
      fc.property(fc.option(anyItem, { nil: undefined }), (item) => {
        const { answer } = withDiscarded(item, act, until)
        if (answer._tag === "LeftAlone") expect(answer.why).toMatch(/^[A-Z][^\n]+[.]$/)
      })
    )
  })
})

const failed = {
  lineageId: "l",
  messageId: "m",
  class: "Timeout",
  reason: "slow",
  fingerprint: "f",
  failedAt: now - 5000
}

describe("sending back from the parking queue", () => {
  const parked = withParked(undefined, failed, { now: now - 1000, why: "The healer could not handle it." })

  it("has a parked message heal again, and says by whom and why", () => {
    const next = withUnparked(parked, "p1", act)
    expect(next?.status).toBe("healing")
    expect(next?.history.at(-1)).toEqual({
      at: isoTime(now),
      act: "unparked",
      why: "Sent back from the parking queue by Ada: a test order",
      class: "Timeout",
      messageId: "p1"
    })
  })

  it("is noted once a parked message, however often it is tried", () => {
    const next = withUnparked(parked, "p1", act)
    expect(withUnparked(next, "p1", { ...act, now: now + 1 })).toBeUndefined()
    expect(withUnparked(next, "p2", act)?.history.filter((entry) => entry.act === "unparked")).toHaveLength(2)
  })

  it("leaves the status of what has moved on, and invents no message that the ledger does not know", () => {
    const archived = { status: "awaiting-operator", alert: true, archiveKey: "key", now, why: "Because." } as const
    expect(withUnparked(withArchived(parked, failed, archived), "p1", act)?.status).toBe("awaiting-operator")
    expect(withUnparked({ ...parked, status: "recovered" }, "p1", act)?.status).toBe("recovered")
    expect(withUnparked(undefined, "p1", act)).toBeUndefined()
  })
})
