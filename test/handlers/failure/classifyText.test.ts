import { readFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import fc from "fast-check"
import { classifyText } from "../../../handlers/failure/classify.ts"
import { failureCode, isFailureClass } from "../../../handlers/failure/FailureClass.ts"

const Item = Schema.Struct({
  id: Schema.Number,
  text: Schema.String,
  code: Schema.optionalKey(Schema.String),
  class: Schema.String,
  family: Schema.String
})

const decodeItem = Schema.decodeUnknownSync(Schema.fromJsonString(Item))

const itemsOf = (file: string) =>
  readFileSync(new URL(file, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => decodeItem(line))

const wrong = (items: ReadonlyArray<typeof Item.Type>, withCode: boolean) =>
  items
    .map((item) => ({ item, got: classifyText(item.text, withCode ? item.code : undefined) }))
    .filter(({ item, got }) => failureCode(got.class) !== item.class)
    .map(
      ({ item, got }) =>
        `${item.id} ${item.class} ≠ ${failureCode(got.class)} (${got.rule}): ${item.text.slice(0, 120)}`
    )

const publicSample = itemsOf("failure-texts.jsonl")
const developmentSet = itemsOf("error-texts.jsonl")

describe.each([
  ["with", true],
  ["without", false]
])("classifyText %s the code", (_, withCode) => {
  it("classifies every text of the public sample", () => {
    expect(publicSample.length).toBeGreaterThanOrEqual(90)
    expect(wrong(publicSample, withCode)).toEqual([])
  })

  it("classifies at least 98 % of the development set", () => {
    expect(developmentSet.length).toBeGreaterThanOrEqual(400)
    const failures = wrong(developmentSet, withCode)
    expect(failures.length, failures.join("\n")).toBeLessThanOrEqual(0.02 * developmentSet.length)
  })
})

describe("classifyText", () => {
  it.each([
    ["a number that is no status", "wrote 503 rows, then stopped for a reason it did not give", "Unknown"],
    ["a word that is a field's name", 'ValidationError: "timeout" is required', "ValidationError"],
    [
      "a word that is an allowed value",
      "status must be one of the following values: unauthorized, forbidden",
      "ValidationError"
    ],
    ["a word inside a defect", "TypeError: Cannot read properties of undefined (reading 'timeout')", "Unknown"],
    [
      "a wrapper around the cause",
      "ExecutionException: wrapped\nCaused by: java.net.ConnectException: Connection refused",
      "DependencyFailure"
    ],
    ["a quoted value", 'invalid input value for enum order_status: "UNAUTHORIZED"', "ValidationError"],
    [
      "a rule's words around a code",
      '{"errors":[{"message":"Name must be confirmed","extensions":{"code":"FORBIDDEN"}}]}',
      "AuthFailure"
    ],
    ["an own code made of words", '{"code":"PARTNER_TOKEN_REVOKED","message":"see contract"}', "AuthFailure"],
    ["an own code of the message's content", '{"code":"VOUCHER_EXPIRED","message":"see terms"}', "ValidationError"],
    [
      "a 403 that is throttling",
      '{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}]}}',
      "DependencyFailure"
    ],
    ["a deadline inside a login", "Authentication failed: login request timed out", "Timeout"],
    ["a reply of mail that looks like a client's fault", "450 4.2.0 Greylisted", "DependencyFailure"],
    ["a reply of mail that looks like a server's fault", "550 5.1.1 User unknown", "ValidationError"],
    ["a type error of the language", "TypeError: total(): Return value must be of type int, null returned", "Unknown"],
    ["two meanings of one number, by MySQL", "mysql: Lock wait timeout exceeded; try restarting transaction", "Timeout"]
  ])("is not misled by %s", (_, text, expected) => {
    expect(classifyText(text).class).toBe(expected)
  })

  it("takes a connection that was dropped because of a deadline for a timeout", () => {
    const dropped = "System.IO.IOException: Unable to read data from the transport connection: Operation canceled."
    expect(classifyText(dropped).class).toBe("DependencyFailure")
    expect(
      classifyText(`TaskCanceledException: HttpClient.Timeout of 5 seconds elapsing.\n ---> ${dropped}`).class
    ).toBe("Timeout")
  })

  it("reads an error document that was cut off", () => {
    expect(classifyText('{"errorType":"KeyError","errorMessage":"\'timeout\'","stackTrace":["  File \\"a').class).toBe(
      "Unknown"
    )
  })

  it("reads the same number by the database that the text speaks of", () => {
    expect(classifyText("Lock wait timeout exceeded", "1205").class).toBe("Timeout")
    expect(classifyText("Transaction (Process ID 58) was deadlocked", "1205").class).toBe("DependencyFailure")
  })

  it("lets the text be more specific than a bare 4xx or a small number, and no less", () => {
    expect(classifyText("GaxiosError: invalid_grant", "400").class).toBe("AuthFailure")
    expect(classifyText("Connection refused: Server unavailable", "3").class).toBe("DependencyFailure")
    expect(classifyText("quantity is off", "422").class).toBe("ValidationError")
    expect(classifyText("API rate limit exceeded for installation", "403").class).toBe("DependencyFailure")
    expect(classifyText("no access", "403").class).toBe("AuthFailure")
  })

  it.each([
    ["08P01", "Unknown"],
    ["08006", "DependencyFailure"],
    ["22021", "BadPayload"],
    ["22003", "ValidationError"],
    ["40002", "ValidationError"],
    ["40001", "DependencyFailure"],
    ["54001", "Unknown"],
    ["55P03", "Timeout"],
    ["42501", "AuthFailure"]
  ])("knows SQLSTATE %s from the rest of its class", (state, expected) => {
    expect(classifyText("ERROR: refused", state).class).toBe(expected)
  })

  it("names the dependency, the time to wait, and the program's own top frame", () => {
    const found = classifyText(
      "Error: connect ECONNREFUSED 10.0.0.1:443\nRetry-After: 30\n    at node:net:1\n    at pay (/var/task/index.mjs:3:4)"
    )
    expect(found.dependency).toBe("10.0.0.1:443")
    expect(found.retryAfterSeconds).toBe(30)
    expect(found.frame).toBe("at pay (/var/task/index.mjs:3:4)")
    expect(found.reason).toBe("Error: connect ECONNREFUSED 10.0.0.1:443")
  })

  it("puts no secret into reason or detail", () => {
    const found = classifyText("Login failed: password=hunter2 for postgres://app:s3cr3t@db/orders")
    expect(JSON.stringify(found)).not.toMatch(/hunter2|s3cr3t/)
  })

  it("is total and deterministic: always one of the six classes, with a rule and a reason", () => {
    const fragments = fc.constantFrom(
      "Error: ",
      "timeout",
      "{",
      '"status":',
      "503",
      "Caused by: ",
      "\n",
      "\tat ",
      "ORA-",
      "(",
      "ECONNRESET",
      "\uD800",
      "--->",
      " "
    )
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.array(fc.oneof(fragments, fc.string({ maxLength: 8 })), { maxLength: 60 }).map((parts) => parts.join(""))
    )
    fc.assert(
      fc.property(
        text,
        fc.option(fc.oneof(fc.string(), fc.integer().map(String)), { nil: undefined }),
        (given, code) => {
          const found = classifyText(given, code)
          expect(isFailureClass(found.class)).toBe(true)
          expect(found.rule).not.toBe("")
          expect(found.reason).not.toBe("")
          expect(found.reason.length).toBeLessThanOrEqual(200)
          expect(classifyText(given, code)).toEqual(found)
        }
      ),
      { numRuns: 500 }
    )
  })

  it.each([
    "a",
    " ",
    "\n",
    "\t",
    "{",
    "[",
    '"',
    "(",
    "a.",
    "a:",
    "Caused by: ",
    "could not ",
    "Error",
    "at ",
    "9",
    "E",
    "A_",
    "is not ",
    "---> ",
    "\\",
    "x=",
    "connection ",
    "token ",
    "access ",
    "failed to ",
    "Invalid ",
    "é",
    "😀",
    "must be ",
    "exceeds ",
    "a.Error: "
  ])("is fast on a mebibyte of %j", (unit) => {
    const hostile = unit.repeat(Math.ceil(1_048_576 / unit.length))
    const started = performance.now()
    classifyText(hostile, hostile)
    expect(performance.now() - started).toBeLessThan(1500)
  })
})
