import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { fingerprint, normaliseReason } from "../../../handlers/failure/fingerprint.ts"

const of = (reason: string, frame?: string) => fingerprint({ class: "Timeout", reason, frame })

describe("fingerprint", () => {
  it.each([
    ["UUIDs", "order 4f1c1f0e-8d7a-4f0e-9f43-0f6d7d3f3c11 late", "order 9f1c2d7e-5b8a-4d0e-a1c3-6f2b7e9d0c11 late"],
    ["numbers", "waited 3000 ms", "waited 12.5 ms"],
    ["times", "since 2026-05-05T10:14:31.120Z", "since 2025-01-01 00:00:00"],
    ["hex", "at 0xdeadbeef", "at 0x01"],
    ["addresses", "connect ECONNREFUSED 10.0.4.20:5432", "connect ECONNREFUSED 10.0.7.1:6379"],
    ["quoted values", "no item 'Laptop'", "no item 'Phone 12'"],
    ["double-quoted values", 'no item "Laptop"', 'no item "a \\" b"'],
    ["e-mail addresses", "mail to a.b@example.com", "mail to c@shop.example"],
    [
      "accounts and regions of ARNs",
      "on arn:aws:sqs:eu-west-1:123456789012:orders",
      "on arn:aws:sqs:us-east-1:999999999999:orders"
    ],
    ["order ids", "order A-1001 late", "order B-2 late"],
    ["white space", "a  b", "a\nb"]
  ])("is the same whatever the %s", (_, one, other) => {
    expect(of(one)).toBe(of(other))
  })

  it("differs by class, by reason, and by top frame, but not by line, column or folder of the frame", () => {
    const reason = "boom"
    expect(fingerprint({ class: "Unknown", reason })).not.toBe(fingerprint({ class: "Timeout", reason }))
    expect(of("boom")).not.toBe(of("bang"))
    expect(of(reason, "at total (/var/task/index.mjs:20:53)")).not.toBe(
      of(reason, "at store (/var/task/index.mjs:20:53)")
    )
    expect(of(reason, "at total (/var/task/index.mjs:20:53)")).toBe(of(reason, "at total (/opt/app/index.mjs:7:1)"))
  })

  it("can be read: the hash is followed by the class and the normalised reason", () => {
    expect(of("no answer within 3000 ms")).toMatch(/^[0-9a-f]{14} Timeout: no answer within <number> ms$/)
  })

  it("keeps an apostrophe inside a word", () => {
    expect(normaliseReason("can't connect, won't retry")).toBe("can't connect, won't retry")
  })

  it("is total, deterministic and short", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 5000 }), fc.string({ maxLength: 200 }), (reason, frame) => {
        const first = fingerprint({ class: "Unknown", reason, frame })
        expect(fingerprint({ class: "Unknown", reason, frame })).toBe(first)
        expect(first.length).toBeLessThanOrEqual(200)
      })
    )
  })
})
