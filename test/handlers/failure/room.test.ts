import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { hasRoomForEvidence, maxMessageBytes, mayLackRoom, messageBytes } from "../../../handlers/failure/room.ts"
import { cutText, utf8Length } from "../../../handlers/failure/text.ts"

const attributes = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }])
  )

describe("hasRoomForEvidence", () => {
  it("lets evidence be the tenth attribute, not the eleventh", () => {
    expect(hasRoomForEvidence("{}", attributes(9), "e")).toBe(true)
    expect(hasRoomForEvidence("{}", attributes(10), "e")).toBe(false)
  })

  it("goes by what the queue takes", () => {
    expect(hasRoomForEvidence("x".repeat(262_000), {}, "e".repeat(1000))).toBe(true)
    expect(hasRoomForEvidence("x".repeat(262_000), {}, "e".repeat(1000), 262_144)).toBe(false)
  })

  it("does not count the evidence that it replaces", () => {
    const before = { ...attributes(9), resilience: { dataType: "String", stringValue: "x".repeat(4096) } }
    expect(hasRoomForEvidence("x".repeat(maxMessageBytes - 4096), before, "e")).toBe(true)
  })

  it("counts body, names, types, values and the evidence in UTF-8, up to 1 MiB exactly", () => {
    const evidence = "é".repeat(10)
    const others = {
      blob: { dataType: "Binary", binaryValue: new Uint8Array(100) },
      naïve: { dataType: "String", stringValue: "😀" }
    }
    const overhead = messageBytes("", others) + "resilience".length + "String".length + 20
    expect(overhead).toBe(4 + 6 + 100 + (6 + 6 + 4) + 10 + 6 + 20)
    expect(hasRoomForEvidence("x".repeat(maxMessageBytes - overhead), others, evidence)).toBe(true)
    expect(hasRoomForEvidence("x".repeat(maxMessageBytes - overhead + 1), others, evidence)).toBe(false)
  })
})

describe("a message whose evidence had no room", () => {
  it("is known by its size or its attributes, whatever its queue takes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1024, 65_536, 262_144, maxMessageBytes),
        fc.nat(12_000),
        fc.constantFrom("a", "é", "€"),
        fc.nat(10),
        fc.integer({ min: 1, max: 4096 }),
        (limit, less, character, count, evidence) => {
          const body = character.repeat(Math.max(1, Math.floor((limit - less) / utf8Length(character))))
          if (hasRoomForEvidence(body, attributes(count), "e".repeat(evidence), limit)) return
          expect(mayLackRoom(body, attributes(count), limit)).toBe(true)
        }
      )
    )
  })

  it("is looked for in queues of 256 KiB without being told of them, and in no message that is far from a limit", () => {
    expect(mayLackRoom("x".repeat(262_144 - 2000), {})).toBe(true)
    for (const length of [1, 200_000, 262_145, 900_000]) expect(mayLackRoom("x".repeat(length), {})).toBe(false)
  })
})

describe("text", () => {
  it("measures as UTF-8 encoders do", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text, "utf8"))
      })
    )
    expect(utf8Length("\uD800a\uDC00")).toBe(Buffer.byteLength("\uD800a\uDC00", "utf8"))
  })

  it("is never cut through a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(50), (text, length) => {
        const cut = cutText(text, length)
        expect(cut.isWellFormed()).toBe(true)
        expect(text.startsWith(cut)).toBe(true)
        expect(cut.length).toBeLessThanOrEqual(length)
      })
    )
  })
})
