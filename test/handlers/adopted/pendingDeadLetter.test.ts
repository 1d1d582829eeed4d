import { expect, test } from "vitest"
import { withPresumedRecovery } from "../../../handlers/adopted/presumeRecovered.ts"
import { type RecordedFailure, withError, withRequeued, withSending } from "../../../handlers/ledger/transitions.ts"

const now = Date.UTC(2026, 0, 1)
const failed: RecordedFailure = {
  lineageId: "l",
  messageId: "first",
  class: "Timeout",
  reason: "slow",
  fingerprint: "f",
  failedAt: now
}
const attempt = { attempt: 1, sender: "s", now, why: "w" }
const requeued = withRequeued(withSending(undefined, failed, attempt), failed, attempt)
const daysLater = now + 5 * 86_400_000

test("a message that was sent back and is quiet is presumed recovered", () => {
  expect(withPresumedRecovery(requeued, 3600, daysLater).answer).toBe(true)
})

test("a message that still is in its dead-letter queue is not presumed recovered, however long nobody has looked", () => {
  const again = { ...failed, messageId: "second", failedAt: now + 1000 }
  expect(withPresumedRecovery(withError(requeued, again), 3600, daysLater).answer).toBe(false)
})
