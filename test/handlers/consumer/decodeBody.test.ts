import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import { bodyDecoder } from "../../../handlers/consumer/decodeBody.ts"

const Line = Schema.Struct({ sku: Schema.NonEmptyString, quantity: Schema.Int.check(Schema.isGreaterThan(0)) })
const decode = bodyDecoder(Schema.Struct({ lines: Schema.Array(Line) }))
const valid = { lines: [{ sku: "x", quantity: 1 }] }

describe("a body", () => {
  it.effect("is decoded from plain SQS and from a raw SNS delivery", () =>
    Effect.map(decode(JSON.stringify(valid)), (value) => assert.deepStrictEqual(value, valid))
  )

  it.effect("is decoded from within the envelope of SNS", () =>
    Effect.map(
      decode(
        JSON.stringify({
          Type: "Notification",
          MessageId: "1",
          TopicArn: "arn:aws:sns:eu-west-1:000000000000:orders",
          Message: JSON.stringify(valid),
          Timestamp: "2026-01-01T00:00:00.000Z"
        })
      ),
      (value) => assert.deepStrictEqual(value, valid)
    )
  )

  it.effect("is decoded after a byte order mark", () =>
    Effect.map(decode(`\uFEFF${JSON.stringify(valid)}`), (value) => assert.deepStrictEqual(value, valid))
  )

  it.effect.each([
    ["", "body: empty"],
    ["hello", "body: not JSON"],
    ['{"lines":[{"sku":"x"', "body: truncated JSON"],
    ['{"lines":"abc', "body: truncated JSON"],
    ["\uFFFD\uFFFD{", "body: wrong encoding: not UTF-8"],
    [
      JSON.stringify({ Type: "Notification", TopicArn: "arn", Message: "hello" }),
      "Message of the SNS envelope: not JSON"
    ]
  ])("that cannot be decoded is a BadPayload: %s", ([body = "", reason]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(decode(body))
      assert.strictEqual(error._tag, "BadPayload")
      assert.strictEqual(error.reason, reason)
    })
  )

  it.effect("that breaks the schema is a ValidationError with the path of every field, without values", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        decode(
          JSON.stringify({
            lines: [
              { sku: "", quantity: 0 },
              { sku: 4242, secret: "hunter2" }
            ]
          })
        )
      )
      assert.strictEqual(error._tag, "ValidationError")
      assert.strictEqual(error._tag === "ValidationError" ? error.field : undefined, "lines.0.sku")
      for (const field of ["lines.0.sku", "lines.0.quantity", "lines.1.sku", "lines.1.quantity"]) {
        assert.include(error.detail ?? "", field)
      }
      assert.notInclude(`${error.reason} ${error.detail}`, "4242")
      assert.notInclude(`${error.reason} ${error.detail}`, "hunter2")
    })
  )

  it.effect("of 10,000 nested arrays or with a prototype's keys harms nothing", () =>
    Effect.gen(function* () {
      const nested = yield* Effect.flip(decode(`${"[".repeat(10_000)}${"]".repeat(10_000)}`))
      assert.strictEqual(nested._tag, "ValidationError")
      yield* Effect.flip(decode('{"__proto__":{"lines":[]},"constructor":{"prototype":{"polluted":true}}}'))
      assert.isUndefined(Reflect.get({}, "polluted"))
    })
  )

  it.effect("always ends as a value, a BadPayload or a ValidationError, and is never quoted", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.oneof(fc.string(), fc.json()), (noise) =>
          Effect.runPromise(
            Effect.gen(function* () {
              const error = yield* Effect.flip(decode(`{"personal data":${noise}`))
              assert.include(["BadPayload", "ValidationError"], error._tag)
              assert.notInclude(`${error.reason} ${error.detail}`, "personal data")
            })
          )
        )
      )
    )
  )
})
