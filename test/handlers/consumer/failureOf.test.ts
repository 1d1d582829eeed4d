import { assert, describe, it } from "@effect/vitest"
import { Cause, Data } from "effect"
import * as fc from "fast-check"
import { type FailureSituation, failureOf, ruleOf } from "../../../handlers/consumer/failureOf.ts"
import { decodeEvidence, encodeEvidence } from "../../../handlers/failure/evidenceCodec.ts"
import { defaultRules, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"

class OutOfStock extends Data.TaggedError("OutOfStock")<{ readonly sku: string }> {}

class Refused extends Data.TaggedError("Refused")<{ readonly reason: OutOfStock }> {
  override get message(): string {
    return `none of ${this.reason.sku} is left`
  }
}

const situation: FailureSituation = {
  rules: recoveryPolicy({ OutOfStock: { action: "archive" } }).rules,
  receiveCount: 2,
  requestId: "request",
  logGroup: undefined,
  logStream: undefined,
  at: 1
}

describe("a failure record", () => {
  it("has a user's own class, with the tag as reason when the error gives none", () => {
    const failure = failureOf(Cause.fail(new OutOfStock({ sku: "x" })), situation)
    assert.strictEqual(failure.class, "OutOfStock")
    assert.strictEqual(failure.reason, "OutOfStock")
  })

  it("is Unknown for a tag that the policy does not know, and says which", () => {
    for (const tag of ["Surprise", "constructor", "__proto__"]) {
      const failure = failureOf(Cause.fail({ _tag: tag, reason: "odd" }), situation)
      assert.strictEqual(failure.class, "Unknown")
      assert.include(failure.reason, tag)
    }
  })

  it("is a Timeout where Effect's own timeout ran out, unless the policy has a rule for that", () => {
    const late = Cause.fail(new Cause.TimeoutError("late"))
    assert.strictEqual(failureOf(late, situation).class, "Timeout")
    const { rules } = recoveryPolicy({ TimeoutError: { action: "archive" } })
    assert.strictEqual(failureOf(late, { ...situation, rules }).class, "TimeoutError")
  })

  it("is grouped by the tag of the error's reason where that is an error itself, with its message as detail", () => {
    const failure = failureOf(Cause.fail(new Refused({ reason: new OutOfStock({ sku: "x" }) })), situation)
    assert.strictEqual(failure.reason, "Refused: OutOfStock")
    assert.strictEqual(failure.detail, "none of x is left")
  })

  it("survives an error whose getters throw", () => {
    const error = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no")
        }
      }
    )
    assert.strictEqual(failureOf(Cause.fail(error), situation).class, "Unknown")
    assert.strictEqual(failureOf(Cause.die(error), situation).class, "Unknown")
  })

  it("prefers the typed error to a defect beside it", () => {
    const cause = Cause.combine(Cause.die("broken"), Cause.fail(new OutOfStock({ sku: "x" })))
    assert.strictEqual(failureOf(cause, situation).class, "OutOfStock")
  })

  it("always makes evidence that decodes again, whatever was thrown", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record(
            {
              _tag: fc.oneof(fc.constantFrom("Timeout", "OutOfStock"), fc.anything()),
              reason: fc.anything(),
              detail: fc.oneof(fc.string({ maxLength: 9000 }), fc.anything()),
              dependency: fc.anything(),
              retryAfterSeconds: fc.oneof(fc.double(), fc.anything())
            },
            { requiredKeys: [] }
          )
        ),
        fc.boolean(),
        (error, dies) => {
          const failure = failureOf(dies ? Cause.die(error) : Cause.fail(error), situation)
          const evidence = { version: 1, lineageId: "a", firstSeen: 0, healAttempts: 0, failure } as const
          assert.strictEqual(decodeEvidence(encodeEvidence(evidence))?.failure?.class, failure.class)
        }
      )
    )
  })
})

describe("the rule of a class", () => {
  it("is that of Unknown where the policy has none, names of Object's prototype included", () => {
    for (const name of ["Surprise", "toString", "__proto__"]) {
      assert.strictEqual(ruleOf(defaultRules, name), defaultRules.Unknown)
    }
  })
})
