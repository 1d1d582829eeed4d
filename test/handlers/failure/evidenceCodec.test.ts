import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { type Evidence, evidenceMaxBytes, highestCopy } from "../../../handlers/failure/Evidence.ts"
import { decodeEvidence, encodeEvidence, lineageOf } from "../../../handlers/failure/evidenceCodec.ts"

const anyText = (maxLength: number) =>
  fc.oneof(
    fc.string({ maxLength }),
    fc.string({ unit: "binary", maxLength }),
    fc
      .array(fc.constantFrom("\u0000", "😀", "\uD800", "é", "漢", '"', "\\", "\uFFFF", "a"), { maxLength })
      .map((units) => units.join(""))
  )

const anyNumber = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1))

const anyEvidence: fc.Arbitrary<Evidence> = fc.record(
  {
    version: fc.constant<1>(1),
    lineageId: anyText(300),
    firstSeen: anyNumber,
    healAttempts: anyNumber,
    isolated: fc.boolean(),
    admittedTo: anyText(400),
    heldAs: fc.record({ messageId: anyText(300), copy: anyNumber }),
    heldSince: anyNumber,
    recoveredAt: anyNumber,
    failure: fc.record(
      {
        class: anyText(200),
        reason: anyText(2000),
        detail: anyText(20_000),
        dependency: anyText(400),
        retryAfterSeconds: anyNumber,
        receiveCount: anyNumber,
        requestId: anyText(200),
        logGroup: anyText(2000),
        logStream: anyText(2000),
        untried: fc.boolean(),
        at: anyNumber
      },
      { requiredKeys: ["class", "reason", "receiveCount", "at"] }
    )
  },
  { requiredKeys: ["version", "lineageId", "firstSeen", "healAttempts"] }
)

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const isSendable = (character: string): boolean =>
  (character >= " " || "\t\n\r".includes(character)) && character !== "\uFFFE" && character !== "\uFFFF"

const evidence: Evidence = {
  version: 1,
  lineageId: "4f1c1f0e-8d7a-4f0e-9f43-0f6d7d3f3c11",
  firstSeen: 1_770_000_000_000,
  healAttempts: 2,
  admittedTo: "payment-gateway",
  heldAs: { messageId: "4f1c1f0e-8d7a-4f0e-9f43-0f6d7d3f3c12", copy: 3 },
  recoveredAt: 1_770_000_090_000,
  failure: {
    class: "Timeout",
    reason: "no answer in time",
    detail: "waited 3 s",
    dependency: "payment-gateway",
    retryAfterSeconds: 30,
    receiveCount: 3,
    requestId: "9f1c2d7e-5b8a-4d0e-a1c3-6f2b7e9d0c11",
    logGroup: "/aws/lambda/store-order",
    logStream: "2026/05/05/[$LATEST]0123456789abcdef",
    untried: true,
    at: 1_770_000_060_000
  }
}

describe("encodeEvidence", () => {
  it("keeps every field of evidence that fits", () => {
    expect(decodeEvidence(encodeEvidence(evidence))).toEqual(evidence)
  })

  it("always fits into 4 KiB, always decodes again, and holds only characters that SQS takes", () => {
    fc.assert(
      fc.property(anyEvidence, (given) => {
        const text = encodeEvidence(given)
        expect(Buffer.byteLength(text, "utf8")).toBeLessThanOrEqual(evidenceMaxBytes)
        expect(text.isWellFormed()).toBe(true)
        expect([...text].every(isSendable)).toBe(true)
        expect(decodeEvidence(text)).toBeDefined()
      }),
      { numRuns: 400 }
    )
  })

  it("is stable: encoding what was decoded gives the same text", () => {
    fc.assert(
      fc.property(anyEvidence, (given) => {
        const text = encodeEvidence(given)
        const again = decodeEvidence(text)
        expect(again === undefined ? undefined : encodeEvidence(again)).toBe(text)
      }),
      { numRuns: 200 }
    )
  })

  it("cuts the detail before the reason, and neither in the middle of a character", () => {
    const failure = { class: "Unknown", reason: "r".repeat(256), detail: "😀".repeat(4000), receiveCount: 1, at: 0 }
    const decoded = decodeEvidence(encodeEvidence({ ...evidence, failure }))
    expect(decoded?.failure?.reason).toBe("r".repeat(256))
    expect(decoded?.failure?.detail).toMatch(/^(?:😀)+$/u)
    expect(decoded?.failure?.detail?.length).toBeGreaterThan(1500)
  })

  it("takes secrets out of reason and detail", () => {
    const failure = {
      class: "AuthFailure",
      reason: "password=hunter2 refused",
      detail: "Authorization: Bearer abcdefghijklmnop",
      receiveCount: 1,
      at: 0
    }
    const text = encodeEvidence({ ...evidence, failure })
    expect(text).not.toContain("hunter2")
    expect(text).not.toContain("abcdefghijklmnop")
  })
})

describe("decodeEvidence", () => {
  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.constant(undefined)), (text) => {
        expect(() => decodeEvidence(text)).not.toThrow()
      })
    )
  })

  it.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["no JSON", "{"],
    ["another shape", "[]"],
    ["another version", JSON.stringify({ ...evidence, version: 2 })],
    ["a copy beyond the highest", JSON.stringify({ ...evidence, heldAs: { messageId: "m", copy: highestCopy + 1 } })],
    ["a copy of what is no message id", JSON.stringify({ ...evidence, heldAs: { messageId: "a\r\nb", copy: 1 } })],
    ["an empty lineage id", JSON.stringify({ ...evidence, lineageId: "" })],
    ["forged attempts below zero", JSON.stringify({ ...evidence, healAttempts: -1 })],
    ["forged attempts beyond the bound", JSON.stringify({ ...evidence, healAttempts: 1e9 })],
    ["a fraction of an attempt", JSON.stringify({ ...evidence, healAttempts: 0.5 })],
    ["a failure of the wrong shape", JSON.stringify({ ...evidence, failure: { class: "Timeout" } })],
    ["more than 4 KiB", JSON.stringify({ ...evidence, padding: "x".repeat(4096) })]
  ])("takes %s for no evidence", (_, text) => {
    expect(decodeEvidence(text)).toBeUndefined()
  })

  it("drops fields that it does not know", () => {
    const forged = JSON.stringify({ ...evidence, admin: true, failure: { ...evidence.failure, more: 1 } })
    expect(decodeEvidence(forged)).toEqual(evidence)
  })
})

describe("lineageOf", () => {
  it("is the id of the evidence, else the message's own", () => {
    expect(lineageOf(evidence, "new-id")).toBe(evidence.lineageId)
    expect(lineageOf(undefined, "new-id")).toBe("new-id")
  })
})
