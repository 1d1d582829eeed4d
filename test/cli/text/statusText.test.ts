import { expect, test } from "vitest"
import { coloured, plain } from "../../../cli/Session.ts"
import { failuresText } from "../../../cli/text/failuresText.ts"
import { statusText } from "../../../cli/text/statusText.ts"
import type { FailureLine } from "../../../handlers/operations/FailureLine.ts"
import { failureGroups } from "../../../handlers/operations/failureGroups.ts"
import type { SystemStatus } from "../../../handlers/operations/systemStatus.ts"

const line = (index: number, given: Partial<FailureLine> = {}): FailureLine => ({
  lineageId: `cf4cb2e7-59d6-450c-be45-9ffde80c51${String(index).padStart(2, "0")}`,
  status: "awaiting-operator",
  class: "AuthFailure",
  code: "AUTH_FAILURE",
  fingerprint: "0328de8cad69d4 AuthFailure: 401",
  reason: "401 from the gateway, with a reason that is a good deal longer than a terminal is wide, as reasons are",
  why: "",
  dependency: "payment-gateway",
  firstFailureAt: "2026-01-31T08:00:00.000Z",
  lastFailureAt: "2026-01-31T08:00:00.000Z",
  attempts: 0,
  ...given
})

const queue = { visible: 120_000, inFlight: 4, delayed: 0, retentionSeconds: 1_209_600, visibilityTimeoutSeconds: 30 }

const status: SystemStatus = {
  at: "2026-01-31T08:05:00.000Z",
  queues: [{ name: "main", ...queue }],
  breakers: [
    {
      dependency: "payment-gateway",
      state: "open",
      since: "2026-01-31T08:01:00.000Z",
      held: 3,
      nextProbeAt: "2026-01-31T08:05:20.000Z"
    }
  ],
  groups: failureGroups([line(1), line(2), line(3, { status: "archived", fingerprint: "f2 x", code: "OUT_OF_STOCK" })]),
  failures: 3,
  more: false,
  oldestInMotion: "2026-01-31T07:00:00.000Z",
  loss: { verdict: "none-known", findings: [], unknown: ["Counts are compared, not messages: so much is not known."] },
  needsPerson: ["2 × AUTH_FAILURE (401) awaits an operator. Mend the credential or the permission; then replay."]
}

test("the status fits into 80 columns, and says what is open, what failed and what to type next", () => {
  const text = statusText(status, "stack prod", { width: 80, style: plain })
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80)
  expect(text).toContain("payment-gateway is open, opened 4 min ago, 3 messages held, next probe in 20 s")
  expect(text).toContain("2 × AUTH_FAILURE: 2 awaiting-operator; last 5 min ago")
  expect(text).toContain("npx resilient-queue replay --fingerprint 0328de8cad69d4 --by NAME")
  expect(text).toContain("Is anything lost? Nothing is known to be lost.")
  expect(text).toContain("1 thing needs a person:")
})

test("the status of a calm system is calm", () => {
  const calm = { ...status, breakers: [], groups: [], failures: 0, oldestInMotion: undefined, needsPerson: [] }
  const text = statusText(calm, "stack prod", { width: 80, style: plain })
  expect(text).toContain("No failure is open.")
  expect(text).toMatch(/Nothing needs a person\.$/)
})

test("colours add nothing but colours", () => {
  const wide = { width: Number.POSITIVE_INFINITY }
  const text = statusText(status, "stack prod", { ...wide, style: coloured })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  expect(text.replace(/\u001b\[\d+m/g, "")).toBe(statusText(status, "stack prod", { ...wide, style: plain }))
})

test("a list of failures has two lines a failure at 80 columns, one where there is room, and the next page", () => {
  const page = { failures: [line(1), line(2)], next: "abc" }
  const narrow = failuresText(page, { width: 80 }).split("\n")
  expect(narrow).toHaveLength(7)
  expect(Math.max(...narrow.map(({ length }) => length))).toBeLessThanOrEqual(80)
  expect(narrow[3]).toMatch(/^ {2}cf4cb2e7-59d6-450c-be45-9ffde80c5101 {2}payment-gateway: 401 .*…$/)
  const piped = failuresText(page, { width: Number.POSITIVE_INFINITY }).split("\n")
  expect(piped).toHaveLength(4)
  expect(piped[1]).toContain("as reasons are")
  expect(piped[3]).toBe("More of them: --after abc")
  expect(failuresText({ failures: [], next: undefined }, { width: 80 })).toBe("No failure matches.")
})
