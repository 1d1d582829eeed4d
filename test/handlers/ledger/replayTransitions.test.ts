import { expect, test } from "vitest"
import type { LedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import { isoTime } from "../../../handlers/ledger/ledgerTime.ts"
import {
  replayLeaseMilliseconds,
  withoutReplaying,
  withReplayed,
  withReplaying
} from "../../../handlers/ledger/replayTransitions.ts"
import { type RecordedFailure, withArchived } from "../../../handlers/ledger/transitions.ts"

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
const mine = { run: "mine", until: isoTime(now + 500), now, why: "Replayed." }
const another = { ...mine, run: "another" }

const replaying = withReplaying(item, item, mine).item
if (replaying === undefined) throw new Error("not replaying")
const claim = { number: 1, failures: ["m1"] }
const replayed = withReplayed(replaying, claim, mine)

test("a message that fails again before its replay is noted keeps waiting", () => {
  // However far behind its consumer's clock is.
  for (const failedAt of [now + 1000, now - 7_200_000]) {
    const failedAgain = withArchived(replaying, { ...failed, messageId: "m2", failedAt }, archived)
    expect(withReplayed(failedAgain, claim, mine)).toMatchObject({ status: "archived", replays: 1 })
  }
})

test("a message that recovers before its replay is noted stays recovered", () => {
  expect(withReplayed({ ...replaying, status: "recovered" }, claim, mine)?.status).toBe("recovered")
})

test("a replay that was broken goes on under the same number", () => {
  expect(withReplaying(replaying, item, mine).answer).toEqual({
    _tag: "Claimed",
    number: 1,
    attempts: 0,
    failures: ["m1"]
  })
})

test("what a run has sent it does not send again, even when it looks as if it had never been replayed", () => {
  if (replayed === undefined) throw new Error("not replayed")
  const back: LedgerItem = { ...replayed, status: "archived" }
  expect(withReplaying(replayed, item, mine).answer._tag).toBe("Sent")
  expect(withReplaying(back, item, mine).answer._tag).toBe("Sent")
  expect(withReplaying(back, item, another).answer).toEqual({
    _tag: "Claimed",
    number: 2,
    attempts: 0,
    failures: ["m1"]
  })
})

test("what has become of a message since its run died before noting the send is taken for the send", () => {
  const change = withReplaying({ ...replaying, status: "recovered" }, item, mine)
  expect(change.answer._tag).toBe("Sent")
  expect(change.item).toMatchObject({ status: "recovered", replays: 1 })
  expect(change.item).not.toHaveProperty("replaying")
})

test("another run keeps its hands off until the lease is over, whichever way its clock is off", () => {
  for (const off of [-1000, 0, replayLeaseMilliseconds - 1])
    expect(withReplaying(replaying, item, { ...another, now: now + off }).answer._tag).toBe("Busy")
  for (const off of [-replayLeaseMilliseconds, replayLeaseMilliseconds])
    expect(withReplaying(replaying, item, { ...another, now: now + off }).answer._tag).toBe("Claimed")
})

test("a failure from before the run that the ledger heard of late does not keep a message from its replay", () => {
  const late = withArchived(item, { ...failed, messageId: "m2", failedAt: now + 400 }, archived)
  expect(withReplaying(late, item, mine).answer).toMatchObject({ _tag: "Claimed", failures: ["m1", "m2"] })
})

test("what has changed since it was selected is left alone", () => {
  expect(withReplaying({ ...item, status: "recovered" }, item, mine).answer._tag).toBe("Changed")
  expect(withReplaying({ ...item, archiveKey: "another" }, item, mine).answer._tag).toBe("Changed")
  expect(withReplaying({ ...item, lastFailureAt: isoTime(now + 501) }, item, mine).answer._tag).toBe("Changed")
  expect(withReplaying(undefined, item, mine).answer._tag).toBe("Changed")
})

test("a message that SQS refuses waits as before", () => {
  const waiting = withoutReplaying(replaying, 1, "mine")
  expect(waiting).toMatchObject({ status: "archived" })
  expect(waiting).not.toHaveProperty("replayRun")
  expect(withoutReplaying(replaying, 1, "another")).toBeUndefined()
})
