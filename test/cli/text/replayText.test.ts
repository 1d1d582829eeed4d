import { expect, test } from "vitest"
import {
  beginningText,
  interruptedText,
  previewText,
  type ReplayPreview,
  summaryText
} from "../../../cli/text/replayText.ts"
import type { ReplaySummary } from "../../../handlers/replay/ReplayRequest.ts"

const summary: ReplaySummary = {
  runId: "run-1",
  selected: 7,
  replayed: 5,
  skipped: 1,
  leftAlone: [{ lineageId: "l", why: "Its body is not JSON, so it cannot be patched." }],
  recovered: 3,
  failedAgain: 1,
  failed: [{ lineageId: "cf4cb2e7", why: "401 from the gateway" }],
  ended: "stopped",
  why: "A message has failed again."
}

test("a run that stopped says how far it came, why, and how it is resumed", () => {
  expect(summaryText(summary)).toBe(
    [
      "Replayed 5 of 7 messages: 3 recovered, 1 failed again, 1 on the way, 1 left alone, 1 not taken up yet.",
      "Left alone: l. Its body is not JSON, so it cannot be patched.",
      "A message has failed again.",
      "Failed again: cf4cb2e7. 401 from the gateway",
      "  npx resilient-queue show cf4cb2e7",
      "Resume it with: npx resilient-queue replay --resume run-1"
    ].join("\n")
  )
})

test("a run that has finished, or has nothing left, is not offered for resumption", () => {
  const done = { ...summary, selected: 1, replayed: 1, recovered: 1, failedAgain: 0, skipped: 0, leftAlone: [] }
  expect(summaryText({ ...done, ended: "finished" })).toBe("Replayed 1 of 1 message: 1 recovered.")
  expect(summaryText({ ...done, recovered: 0, failedAgain: 1 })).not.toContain("--resume")
})

test("a run is named when it begins and when it is interrupted: without its name nobody can resume it", () => {
  expect(beginningText(summary)).toBe("Run run-1: 7 messages selected.")
  expect(interruptedText(summary)).toContain("npx resilient-queue replay --resume run-1")
  expect(interruptedText(undefined)).toBe("Interrupted before anything was sent.")
})

test("where nothing is replayed, it says why", () => {
  const nothing = { ...summary, runId: undefined, selected: 0, why: 'The ledger knows no message "x".' }
  expect(summaryText(nothing)).toBe('The ledger knows no message "x". No message was replayed.')
})

test("a preview begins with the groups, the largest first, each with what selects it", () => {
  const preview = (lineageId: string, fingerprint: string, reason: string): ReplayPreview => ({
    lineageId,
    status: "archived",
    class: "AuthFailure",
    fingerprint,
    reason,
    lastFailureAt: "2026-01-01T00:00:00.000Z",
    correlationId: `order-${lineageId}`
  })
  const found = [preview("1", "aa AuthFailure: small", "small"), preview("2", "bb AuthFailure: large", "large")]
  const lines = previewText([...found, preview("3", "bb AuthFailure: large", "large")]).split("\n")
  expect(lines.slice(0, 3)).toEqual([
    "3 messages would be replayed, in groups:",
    "  2 × AuthFailure: large  --fingerprint bb",
    "  1 × AuthFailure: small  --fingerprint aa"
  ])
  expect(lines[4]).toBe("  2026-01-01T00:00:00.000Z  1  order-1  AuthFailure  archived  small")
  expect(previewText([])).toBe("Nothing matches.")
})
