import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { jsonSpans } from "../../../handlers/failure/jsonSpans.ts"
import { bodyRedactor, isRedacted, redactBody, valueRedactor } from "../../../handlers/failure/redaction.ts"
import { parseRedactPath, type RedactPath } from "../../../handlers/failure/redactPath.ts"

const pathsOf = (...texts: ReadonlyArray<string>): ReadonlyArray<RedactPath> =>
  texts.map((text) => {
    const path = parseRedactPath(text)
    if (path === undefined) throw new Error(`${text} is no path`)
    return path
  })

const redact = (body: string, ...paths: ReadonlyArray<string>) => redactBody(pathsOf(...paths), body)

describe("a path", () => {
  it.each([
    "$",
    "$.a",
    "$.card.number",
    "$.items[*].note",
    "$.a[0][12]",
    '$["full name"].x',
    "$['a.b']",
    "$..iban",
    "$.*"
  ])("%s leads somewhere", (text) => expect(parseRedactPath(text)?.text).toBe(text))

  it.each([
    "",
    "card",
    "card.number",
    "$card",
    "$.",
    "$..",
    "$.a.",
    "$[",
    "$[a]",
    "$[-1]",
    "$.a b",
    '$["a',
    "$[?(@.x)]",
    "$.a[0:2]",
    `$${".a".repeat(33)}`
  ])("%s is none", (text) => expect(parseRedactPath(text)).toBeUndefined())
})

describe("a body", () => {
  it("loses what the path leads to, and nothing else: not a byte of the rest changes", () => {
    const body = '\uFEFF{ "id" : 12345678901234567890,\n"card":{"number":"4242 4242","name":"\\u0041"}, "x":1e400 }'
    expect(redact(body, "$.card.number")).toEqual({
      body: '\uFEFF{ "id" : 12345678901234567890,\n"card":{"number":"[redacted]","name":"\\u0041"}, "x":1e400 }',
      paths: ["$.card.number"],
      values: ["4242 4242"]
    })
  })

  it.each([
    [
      "$.items[*].note",
      '{"items":[{"note":1,"k":2},{"note":[1,{"a":2}]}]}',
      '{"items":[{"note":"[redacted]","k":2},{"note":"[redacted]"}]}'
    ],
    ["$.items[1]", '{"items":[1,{"a":[2]},3]}', '{"items":[1,"[redacted]",3]}'],
    [
      "$..iban",
      '{"iban":"a","b":[{"iban":{"iban":1}}],"c":{"d":{"iban":null}}}',
      '{"iban":"[redacted]","b":[{"iban":"[redacted]"}],"c":{"d":{"iban":"[redacted]"}}}'
    ],
    ["$.*", '{"a":1,"b":{"c":2}}', '{"a":"[redacted]","b":"[redacted]"}'],
    ["$[*]", "[true, [1], {}]", '["[redacted]", "[redacted]", "[redacted]"]'],
    ['$["a b"]', '{"a b":1,"a\\u0020b":2}', '{"a b":"[redacted]","a\\u0020b":"[redacted]"}'],
    ["$.a", '{"a":1,"b":{"a":2},"a":3}', '{"a":"[redacted]","b":{"a":2},"a":"[redacted]"}'],
    ["$.__proto__.a", '{"__proto__":{"a":1}}', '{"__proto__":{"a":"[redacted]"}}'],
    ["$", '{"a":1}', '"[redacted]"'],
    ["$.a", "7", "7"]
  ])("%s of %s leaves %s", (path, body, expected) => {
    expect(redact(body, path).body).toBe(expected)
  })

  it("is withheld as a whole where it is not JSON: what is secret in it cannot be known", () => {
    for (const body of ['{"card":{"number":"4242', "card=4242", "", "\u0000"]) {
      expect(redact(body, "$.card.number")).toMatchObject({ body: "[redacted]", paths: ["$"] })
    }
  })

  it("is looked into inside of the envelope of SNS", () => {
    const envelope = (Message: string) =>
      JSON.stringify({ Type: "Notification", TopicArn: "arn", Message, MessageId: "m" })
    expect(redact(envelope('{"card":{"number":"4242","x":1}}'), "$.card.number")).toEqual({
      body: envelope('{"card":{"number":"[redacted]","x":1}}'),
      paths: ["$.card.number"],
      values: ["4242"]
    })
    expect(redact(envelope("card 4242"), "$.card.number").body).toBe(envelope("[redacted]"))
  })

  it("is what it was where nothing is configured, or no path leads anywhere", () => {
    expect(redact("anything {")).toEqual({ body: "anything {", paths: [], values: [] })
    expect(redact('{"a":1}', "$.b")).toEqual({ body: '{"a":1}', paths: [], values: [] })
  })

  it("never holds a value that a path leads to, stays JSON, and keeps all the rest, whatever it is", () => {
    const marker = "m4rker-5ecret"
    const key = fc.constantFrom("a", "b", "secret", 'q"uote', "__proto__", "ü")
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "medium" },
        fc.constantFrom(null, true, 1.5, "text", marker, `${marker}\n"`),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 })
      )
    })).value
    /** What redaction of `$..secret` has to leave, by the book. */
    const expected = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(expected)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value).map(([name, each]) => [name, name === "secret" ? "[redacted]" : expected(each)])
            )
          : value
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (value, space) => {
        const { body } = redact(JSON.stringify(value, undefined, space), "$..secret")
        expect(JSON.stringify(JSON.parse(body))).toBe(JSON.stringify(expected(JSON.parse(JSON.stringify(value)))))
      }),
      { numRuns: 2000 }
    )
  })

  it("never breaks the redaction, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.json(),
          fc.json().map((text) => text.slice(1))
        ),
        (body) => {
          expect(typeof redact(body, "$..a", "$.b[*]").body).toBe("string")
        }
      ),
      { numRuns: 5000 }
    )
  })

  it("may be as deep and as long as SQS takes it", () => {
    const deep = `${'{"a":['.repeat(150_000)}1${"]}".repeat(150_000)}`
    const started = process.cpuUsage()
    expect(redact(deep, "$..a..b", "$..a..a..c").body.length).toBe(deep.length)
    const wide = `[${Array(100_000).fill('{"n":1}').join(",")}]`
    expect(jsonSpans(wide, pathsOf("$[*].n"))).toHaveLength(100_000)
    // Of the processor's time: how long that takes is a matter of what else the machine does.
    const { user, system } = process.cpuUsage(started)
    expect((user + system) / 1000).toBeLessThan(10_000)
  })
})

describe("what failures quote of a body", () => {
  it("is taken out of their text, as it is and as JSON writes it; short values only where they stand alone", () => {
    const body = JSON.stringify({ card: { number: "4242-abc", cvv: 123, note: 'say "x"!', n: 7 } })
    const clean = bodyRedactor(pathsOf("$.card"), body)
    expect(clean('card 4242-abc/123 (1234) "say \\"x\\"!" say "x"! 7')).toBe(
      'card [redacted]/[redacted] (1234) "[redacted]" [redacted] 7'
    )
    expect(clean("x4242-abcy")).toBe("x[redacted]y")
  })

  it("may look like a pattern or like anything else", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40, unit: "binary" }), (value) => {
        fc.pre(value.trim().length >= 6)
        expect(valueRedactor([value])(`before ${value} after`)).not.toContain(value)
      })
    )
  })

  it("is nothing where no value is known", () => {
    expect(valueRedactor([])("text")).toBe("text")
    expect(bodyRedactor([], '{"a":"text"}')("text")).toBe("text")
  })
})

describe("a redacted body", () => {
  it("is known as such until what was taken out is restored", () => {
    const { body, paths } = redact('{"card":{"number":"4242","x":1}}', "$.card.number")
    expect(isRedacted(paths, body)).toBe(true)
    expect(isRedacted(paths, body.replace("[redacted]", "4242"))).toBe(false)
    expect(isRedacted(["$"], "[redacted]")).toBe(true)
    expect(isRedacted([], "[redacted]")).toBe(false)
  })
})
