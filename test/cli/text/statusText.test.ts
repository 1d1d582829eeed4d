import { expect, test } from "vitest"
import { coloured, plain } from "../../../cli/Session.ts"
import { detailText, failuresText } from "../../../cli/text/failuresText.ts"
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
  waiting: 2,
  needsPerson: ["2 × AUTH_FAILURE (401) awaits an operator. Mend the credential or the permission; then replay."]
}

test("the status begins with its verdict; a group is two lines, and what it says to type is whole at 80 columns", () => {
  const lines = statusText(status, "stack prod", { width: 80, style: plain }).split("\n")
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
  expect(lines).toEqual([
    "2 need you · 1 archived · nothing known lost · breaker payment-gateway open",
    "stack prod, 2026-01-31T08:05:00Z",
    "in queues: main 120004",
    "",
    "payment-gateway is open, opened 4 min ago, 3 messages held, next probe in 20 s",
    "",
    "2 × AUTH_FAILURE awaiting-operator, last 5 min ago: payment-gateway: 401 from t…",
    '    npx resilient-queue replay --fingerprint 0328de8cad69d4 --by "$(whoami)"',
    "1 × OUT_OF_STOCK archived, last 5 min ago: payment-gateway: 401 from the gatewa…",
    "    npx resilient-queue replay --status archived --fingerprint f2 \\",
    '      --by "$(whoami)"'
  ])
})

test("the next step of a group, each queue and what cannot be known are there on request", () => {
  const text = statusText(status, "stack prod", { width: 80, style: plain, verbose: true })
  expect(text).toContain("→ Mend the credential or the permission (payment-gateway); then replay.")
  expect(text).toMatch(/main +120000 +4 +0 +14 d/)
  expect(text).toContain("Not known: Counts are compared, not messages")
})

test("what is parked is said once, with what to type", () => {
  const parking = { name: "parking", ...queue, visible: 3, inFlight: 0 } as const
  const text = statusText({ ...status, queues: [parking] }, "stack prod", { width: 80, style: plain })
  expect(text.match(/3 in the parking queue/g)).toHaveLength(1)
  expect(text).toContain("npx resilient-queue drain-parking --by \"$(whoami)\" --reason 'mended'")
})

test("the status of a calm system is three lines", () => {
  const calm = {
    ...status,
    breakers: [],
    groups: [],
    failures: 0,
    oldestInMotion: undefined,
    waiting: 0,
    needsPerson: []
  }
  const text = statusText(calm, "stack prod", { width: 80, style: plain })
  expect(text.split("\n")).toHaveLength(3)
  expect(text).toMatch(/^nothing needs you · nothing known lost · no breaker open\n/)
})

test("colours add nothing but colours", () => {
  const wide = { width: Number.POSITIVE_INFINITY }
  const text = statusText(status, "stack prod", { ...wide, style: coloured })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  expect(text.replace(/\u001b\[\d+m/g, "")).toBe(statusText(status, "stack prod", { ...wide, style: plain }))
})

test("a list of failures has two lines a failure at 80 columns, one where there is room, and the next page", () => {
  const page = { failures: [line(1, { correlationId: "O1" }), line(2)], next: "abc" }
  const narrow = failuresText(page, { width: 80 }).split("\n")
  expect(narrow).toHaveLength(7)
  expect(Math.max(...narrow.map(({ length }) => length))).toBeLessThanOrEqual(80)
  expect(narrow[2]).toBe("2026-01-31 08:00:00  AUTH_FAILURE  awaiting-operator  O1")
  expect(narrow[3]).toMatch(/^ {2}cf4cb2e7-59d6-450c-be45-9ffde80c5101 {2}payment-gateway: 401 .*…$/)
  const piped = failuresText(page, { width: Number.POSITIVE_INFINITY }).split("\n")
  expect(piped).toHaveLength(4)
  expect(piped[1]).toContain("as reasons are")
  expect(piped[1]).toContain("  O1  ")
  expect(piped[3]).toBe("More of them: --after abc")
  expect(failuresText({ failures: [], next: undefined }, { width: 80 })).toBe("No failure matches.")
})

test("no id is ever cut: one that does not fit has a line of its own", () => {
  const correlationId = "7d0c1c2e-3a55-4f0e-9a63-0d2f5d7f3c11"
  const lines = failuresText({ failures: [line(1, { correlationId })], next: undefined }, { width: 80 }).split("\n")
  expect(lines).toContain(`  ${correlationId}`)
  expect(lines.join("\n")).toContain(line(1).lineageId)
})

test("a message in full keeps the lines of a stack trace, and says nothing where nothing is known", () => {
  const text = detailText(
    {
      ...line(1),
      evidence: {
        class: "Unknown",
        reason: "boom",
        detail: "TypeError: boom\n    at store (index.mjs:1:2)\n    at run (index.mjs:3:4)",
        receiveCount: 1,
        requestId: "r",
        at: 0
      },
      timeline: [{ at: "2026-01-31T08:00:00.000Z", act: "failed", why: "" }],
      replays: 0,
      forgottenAt: "2026-05-01T08:00:00.000Z",
      nextStep: "Nothing."
    },
    { width: 100, style: plain }
  ).split("\n")
  expect(text.filter((each) => / {4}at \w+ \(index/.test(each))).toHaveLength(2)
  expect(text).toContain("  2026-01-31 08:00:00  failed")
  expect(text).toContain("ledger entry expires  2026-05-01 08:00:00")
})
