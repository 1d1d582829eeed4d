import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { awsErrorOf, hadNoEffect } from "../../../handlers/aws/sdkError.ts"

const call = { service: "sqs", operation: "SendMessage" }

/** An error as the SDK throws it. */
const sdkError = (name: string, httpStatusCode?: number, more: object = {}) =>
  Object.assign(new Error("said AWS"), { name, $metadata: { httpStatusCode }, ...more })

describe("a rejected call of the SDK", () => {
  it.each([
    ["AccessDenied", 403],
    ["AccessDeniedException", 400],
    ["AuthorizationError", 403],
    ["ExpiredToken", 400],
    ["ExpiredTokenException", 400],
    ["InvalidClientTokenId", 403],
    ["SignatureDoesNotMatch", 403],
    ["UnrecognizedClientException", 400],
    ["InvalidSignatureException", 400],
    ["KmsAccessDenied", 400],
    ["KMSAccessDeniedException", 400],
    ["CredentialsProviderError", undefined],
    ["SomethingNew", 403]
  ])("is an AuthFailure of its service: %s", (name, status) => {
    const error = awsErrorOf(call, sdkError(name, status))
    assert.strictEqual(error._tag, "AuthFailure")
    assert.strictEqual(error._tag === "AuthFailure" ? error.dependency : "", "sqs")
  })

  it.each([
    ["ThrottlingException", 400],
    ["ProvisionedThroughputExceededException", 400],
    ["RequestThrottled", 403],
    ["KmsThrottled", 400],
    ["SlowDown", 503],
    ["InternalServerError", 500],
    ["ServiceUnavailable", 503],
    ["SomethingNew", 502],
    ["SyntaxError", 200]
  ])("is a DependencyFailure: %s %s", (name, status) => {
    assert.strictEqual(awsErrorOf(call, sdkError(name, status))._tag, "DependencyFailure")
  })

  it.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "EPIPE"])(
    "is a DependencyFailure when the connection fails: %s",
    (code) => {
      assert.strictEqual(awsErrorOf(call, Object.assign(new Error("connect"), { code }))._tag, "DependencyFailure")
      const several = new AggregateError([Object.assign(new Error("::1"), { code })])
      assert.strictEqual(awsErrorOf(call, several)._tag, "DependencyFailure")
      assert.strictEqual(
        awsErrorOf(call, new Error("failed", { cause: Object.assign(new Error(""), { code }) }))._tag,
        "DependencyFailure"
      )
    }
  )

  it("is a Timeout when the SDK's own time limit passed, or AWS says so", () => {
    assert.strictEqual(awsErrorOf(call, sdkError("TimeoutError"))._tag, "Timeout")
    assert.strictEqual(awsErrorOf(call, sdkError("RequestTimeout", 400))._tag, "Timeout")
  })

  it("is rejected for good otherwise, with the service's code", () => {
    const error = awsErrorOf(call, sdkError("QueueDoesNotExist", 400))
    assert.strictEqual(error._tag, "RequestRejected")
    assert.include(error, { service: "sqs", operation: "SendMessage", code: "QueueDoesNotExist", message: "said AWS" })
  })

  it.each([
    ["ERR_STREAM_PREMATURE_CLOSE", undefined],
    ["HPE_INVALID_CONSTANT", undefined],
    ["ENETRESET", undefined],
    ["EAI_FAIL", undefined],
    ["EMFILE", undefined],
    ["ERR_HTTP2_STREAM_ERROR", undefined],
    ["SomethingNew", undefined],
    ["SomethingNew", 200],
    ["TypeError", 200]
  ])(
    "is a DependencyFailure that may have had an effect where no status says that AWS refused it: %s %s",
    (name, status) => {
      for (const thrown of [sdkError(name, status), Object.assign(new Error("socket hang up"), { code: name })]) {
        const error = awsErrorOf(call, thrown)
        assert.strictEqual(error._tag, "DependencyFailure")
        assert.isFalse(hadNoEffect(error))
      }
    }
  )

  it("has had no effect, for certain, only where AWS refused it or was not reached", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(undefined, 200, 204, 500, 502), (name, code, status) => {
        const error = awsErrorOf(call, Object.assign(sdkError(`Unheard${name}`, status), { code: `of${code}` }))
        assert.isFalse(hadNoEffect(error))
      })
    )
    assert.isTrue(hadNoEffect(awsErrorOf(call, sdkError("QueueDoesNotExist", 400))))
    assert.isTrue(hadNoEffect(awsErrorOf(call, Object.assign(new Error("connect"), { code: "ECONNREFUSED" }))))
  })

  it("keeps the time that the service asked for", () => {
    const error = awsErrorOf(call, sdkError("SlowDown", 503, { $response: { headers: { "retry-after": "7" } } }))
    assert.strictEqual(error._tag === "DependencyFailure" ? error.retryAfterSeconds : undefined, 7)
  })

  it("always has a class, whatever was thrown", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        assert.include(
          ["AuthFailure", "DependencyFailure", "Timeout", "RequestRejected"],
          awsErrorOf(call, thrown)._tag
        )
      })
    )
  })
})
