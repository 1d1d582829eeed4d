import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ago, columns, cut, pointed, printable, span, wrap } from "../../../cli/text/layout.ts"
import { progressBar } from "../../../cli/text/progressBar.ts"

/** Without what steers a terminal: letters, blanks, and more. */
const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "é", "…", "0"), maxLength: 200 })
const width = fc.integer({ min: 20, max: 200 })

describe("a line", () => {
  it("is never wider than it may be, and whole where there is room", () => {
    fc.assert(
      fc.property(line, width, (text, limit) => {
        expect(cut(text, limit).length).toBeLessThanOrEqual(limit)
        expect(cut(text, 200)).toBe(text)
        expect(cut(text, Number.POSITIVE_INFINITY)).toBe(text)
      })
    )
  })

  it("has nothing in it that steers a terminal, whoever has chosen its words", () => {
    expect(printable("a\u001b[31mred\u0007\r\nb\u009b2J\u202ec")).toBe("a [31mred b 2J c")
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
        (text) => {
          expect(printable(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
        }
      )
    )
  })
})

describe("a paragraph", () => {
  it("is broken between words alone, and keeps every word", () => {
    fc.assert(
      fc.property(line, width, (text, limit) => {
        const lines = wrap(text, limit, "  ")
        expect(lines.join(" ").split(" ").filter(Boolean)).toEqual(text.split(" ").filter(Boolean))
        for (const each of lines)
          expect(each.length <= limit || !each.trim().includes(" "), `${each.length} > ${limit}`).toBe(true)
      })
    )
  })

  it("behind an arrow has the arrow once", () => {
    expect(pointed("one two three", 9, " ")).toEqual([" → one", "   two", "   three"])
  })
})

describe("a table", () => {
  it("has its columns one below the other, the last one cut to the width", () => {
    expect(
      columns(
        [
          ["a", "b", "c"],
          ["longer", "x", "a reason that is too long"]
        ],
        24
      )
    ).toEqual(["a       b  c", "longer  x  a reason tha…"])
    expect(columns([], 80)).toEqual([])
  })
})

describe("times", () => {
  it.each([
    [0, "0 s"],
    [119_000, "119 s"],
    [180_000, "3 min"],
    [3 * 3_600_000, "3 h"],
    [14 * 86_400_000, "14 d"]
  ])("of %d ms are %s", (milliseconds, text) => expect(span(milliseconds)).toBe(text))

  it("lie before or after now", () => {
    expect(ago("2026-01-31T08:00:00Z", "2026-01-31T08:03:00Z")).toBe("3 min ago")
    expect(ago("2026-01-31T08:00:30Z", "2026-01-31T08:00:00Z")).toBe("in 30 s")
  })
})

describe("a progress bar", () => {
  it("is one line within the width, never more than full", () => {
    expect(progressBar({ done: 20, of: 40, text: "Replayed 20." }, 80)).toBe(
      "[============            ] 20/40  Replayed 20."
    )
    expect(progressBar({ done: 7, of: undefined, text: "looked at" }, 80)).toBe("7  looked at")
    fc.assert(
      fc.property(fc.nat(), fc.nat(), width, (done, of, limit) => {
        expect(progressBar({ done, of, text: "x" }, limit).length).toBeLessThanOrEqual(limit)
      })
    )
  })
})
