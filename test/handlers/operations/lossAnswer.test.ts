import { expect, test } from "vitest"
import { lossAnswer } from "../../../handlers/operations/lossAnswer.ts"

const at = "2026-01-31T00:00:00.000Z"
const day = 86_400
const queue = (name: "main" | "dead-letter" | "parking", visible = 0) => ({
  name,
  visible,
  inFlight: 0,
  delayed: 0,
  retentionSeconds: name === "main" ? 4 * day : 14 * day,
  visibilityTimeoutSeconds: 30
})
const queues = (parked: number) => [queue("main"), queue("dead-letter"), queue("parking", parked)]
const parked = { status: "awaiting-operator", lastFailureAt: at } as const

test("nothing is known to be lost where all is in its place, and it says what counts cannot say", () => {
  const answer = lossAnswer({ at, queues: queues(0), failures: [{ ...parked, archiveKey: "key" }], more: false })
  expect(answer).toMatchObject({ verdict: "none-known", findings: [] })
  expect(answer.unknown.length).toBeGreaterThan(0)
})

test("parked messages are at risk, as long as they are in the parking queue", () => {
  expect(lossAnswer({ at, queues: queues(1), failures: [parked], more: false })).toMatchObject({
    verdict: "at-risk",
    findings: ["1 message in the parking queue, which keeps a message for 14 days from when it was last sent."]
  })
  expect(lossAnswer({ at, queues: queues(0), failures: [parked], more: false })).toMatchObject({
    verdict: "possible",
    findings: ["1 message of the parking queue is not in it any more: deleted, purged or expired."]
  })
})

test("what should be in a queue for longer than queues keep messages may be lost", () => {
  const failures = [{ status: "held", lastFailureAt: "2026-01-10T00:00:00.000Z" } as const]
  expect(lossAnswer({ at, queues: queues(0), failures, more: false }).verdict).toBe("possible")
  const recent = [{ status: "held", lastFailureAt: "2026-01-20T00:00:00.000Z" } as const]
  expect(lossAnswer({ at, queues: queues(0), failures: recent, more: false }).verdict).toBe("none-known")
})

test("queues that no output names, and failures that were not read, are admitted", () => {
  const { unknown } = lossAnswer({ at, queues: [queue("dead-letter")], failures: [], more: true })
  expect(unknown.join(" ")).toMatch(/no output names it: main, parking\..*more failures than were read/)
})
