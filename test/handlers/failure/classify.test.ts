import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { classify, type FailedMessage } from "../../../handlers/failure/classify.ts"
import type { Evidence } from "../../../handlers/failure/Evidence.ts"

const text = (values: Readonly<Record<string, string>>): FailedMessage["attributes"] =>
  Object.fromEntries(Object.entries(values).map(([name, stringValue]) => [name, { dataType: "String", stringValue }]))

const message = (over: Partial<FailedMessage>): FailedMessage => ({ body: '{"orderId":"O1"}', attributes: {}, ...over })

const evidence: Evidence = { version: 1, lineageId: "l", firstSeen: 0, healAttempts: 0 }

const destination = (condition: string, responsePayload: unknown) =>
  JSON.stringify({
    version: "1.0",
    requestContext: {
      requestId: "r",
      functionArn: "arn:aws:lambda:eu-west-1:1:function:f",
      condition,
      approximateInvokeCount: 3
    },
    requestPayload: { orderId: "O1" },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload
  })

describe("classify", () => {
  it("takes the class from typed evidence, a user's own classes too", () => {
    const failure = {
      class: "OutOfStock",
      reason: "none left",
      detail: "sku 7",
      dependency: "warehouse",
      retryAfterSeconds: 5,
      receiveCount: 1,
      at: 0
    }
    expect(
      classify(message({ evidence: { ...evidence, failure }, attributes: text({ ERROR_CODE: "THROTTLING" }) }))
    ).toEqual({
      class: "OutOfStock",
      rule: "evidence",
      reason: "none left",
      detail: "sku 7",
      dependency: "warehouse",
      retryAfterSeconds: 5
    })
  })

  it("says Unknown of a message that came without a reason, and whether SQS moved it", () => {
    const moved = classify(message({ deadLetterQueueSourceArn: "arn:aws:sqs:eu-west-1:1:orders" }))
    const sent = classify(message({}))
    expect([moved.class, moved.rule, sent.class]).toEqual(["Unknown", "no-evidence", "Unknown"])
    expect(moved.reason).not.toBe(sent.reason)
    expect(classify(message({ evidence })).reason).toBe(moved.reason)
  })

  it("does not take a body that speaks of an error for one", () => {
    expect(classify(message({ body: "Error: connect ECONNREFUSED 10.0.0.1:443" })).rule).toBe("no-evidence")
  })

  it.each([
    [
      "NO_PERMISSIONS",
      "User: arn:aws:sts::1:assumed-role/r is not authorized to perform: sqs:SendMessage",
      "AuthFailure"
    ],
    ["THROTTLING", "Rate exceeded", "DependencyFailure"],
    ["SDK_CLIENT_ERROR", "Unable to execute HTTP request: connection reset", "DependencyFailure"],
    ["NO_RESOURCE", "The specified queue does not exist", "Unknown"],
    ["INVALID_PARAMETER", "Message must be shorter than 262144 bytes", "ValidationError"]
  ])("reads EventBridge's %s", (ERROR_CODE, ERROR_MESSAGE, expected) => {
    const found = classify(
      message({
        attributes: text({
          ERROR_CODE,
          ERROR_MESSAGE,
          RULE_ARN: "arn:aws:events:eu-west-1:1:rule/r",
          TARGET_ARN: "arn:aws:lambda:eu-west-1:1:function:f",
          RETRY_ATTEMPTS: "185"
        })
      })
    )
    expect(found.class).toBe(expected)
    expect(found.rule).toMatch(/^eventbridge\./)
    expect(found.dependency).toBeDefined()
  })

  it("takes an event that EventBridge gave up without a word for a failed dependency", () => {
    const found = classify(
      message({
        attributes: text({
          EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
          TARGET_ARN: "arn:aws:sqs:eu-west-1:1:q"
        })
      })
    )
    expect([found.class, found.rule, found.dependency]).toEqual(["DependencyFailure", "eventbridge.exhausted", "sqs"])
  })

  it.each([
    ["200", "2026-05-05T10:14:31.120Z 9f1c Task timed out after 3.00 seconds", "Timeout"],
    ["200", "boom", "Unknown"],
    ["429", "Rate Exceeded.", "DependencyFailure"],
    ["403", "", "AuthFailure"]
  ])("reads Lambda's dead-letter attributes: %s %s", (ErrorCode, ErrorMessage, expected) => {
    const found = classify(message({ attributes: text({ RequestID: "r", ErrorCode, ErrorMessage }) }))
    expect(found.class).toBe(expected)
    expect(found.rule).toMatch(/^lambda\./)
  })

  it.each([
    ["RetriesExhausted", { errorType: "TimeoutError", errorMessage: "socket hang up", trace: [] }, "Timeout"],
    [
      "RetriesExhausted",
      { errorType: "ValidationError", errorMessage: "quantity must be positive" },
      "ValidationError"
    ],
    ["RetriesExhausted", { errorType: "KeyError", errorMessage: "'tier'", stackTrace: [] }, "Unknown"],
    ["RetriesExhausted", { errorMessage: "2026 1 Task timed out after 3.00 seconds" }, "Timeout"],
    ["EventAgeExceeded", undefined, "DependencyFailure"]
  ])("reads Lambda's on-failure destination: %s %j", (condition, payload, expected) => {
    const found = classify(message({ body: destination(condition, payload) }))
    expect(found.class).toBe(expected)
    expect(found.rule).toMatch(/^lambda-destination\./)
  })

  it("never throws, whatever body and attributes", () => {
    const names = fc.constantFrom(
      "ERROR_CODE",
      "ERROR_MESSAGE",
      "ErrorCode",
      "ErrorMessage",
      "__proto__",
      "EXHAUSTED_RETRY_CONDITION",
      "x"
    )
    const attribute = fc.record({ dataType: fc.string(), stringValue: fc.option(fc.string(), { nil: undefined }) })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => destination("RetriesExhausted", json))
        ),
        fc.dictionary(names, attribute),
        (body, attributes) => {
          const found = classify({ body, attributes })
          expect(found.class).not.toBe("")
          expect(classify({ body, attributes })).toEqual(found)
        }
      )
    )
  })
})
