import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { failedRequestId, functionPayload, originalOf } from "../../../handlers/adopted/foreignDeadLetter.ts"
import { jsonMember } from "../../../handlers/adopted/jsonMember.ts"

const string = (stringValue: string) => ({ dataType: "String", stringValue })

const destination = (payload: string): string =>
  `{"version":"1.0","timestamp":"2026-01-01T00:00:00Z","requestContext":{"requestId":"r-1","functionArn":"arn:aws:lambda:eu-west-1:1:function:f","condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":${payload},"responsePayload":{"errorMessage":"no"}}`

describe("a member of a JSON text", () => {
  test("is the very text that was put there, whatever else is in the object", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.jsonValue(),
        fc.nat({ max: 2 }),
        (others, value, space) => {
          const { payload: _, ...rest } = others
          const text = JSON.stringify({ ...rest, payload: value }, undefined, space)
          const member = jsonMember(text, "payload")
          expect(JSON.parse(member ?? "")).toEqual(JSON.parse(JSON.stringify(value)))
          expect(text).toContain(member ?? "nothing")
        }
      )
    )
  })

  test("keeps what JSON.parse would change", () => {
    const value = '{ "id" : 12345678901234567890, "rate":1.10,"name":"\\u0041" }'
    expect(jsonMember(`{"a":[1,{"payload":2}] , "payload" : ${value} }`, "payload")).toBe(value)
  })

  test("is nothing where there is none", () => {
    for (const text of ["", "{", "[]", '"payload"', "{}", '{"a":{"payload":1}}'])
      expect(jsonMember(text, "payload")).toBeUndefined()
  })
})

describe("what the target was to get", () => {
  test("of a message that SQS moved, or SNS could not deliver, it is the message", () => {
    const message = { body: '{"orderId":1}', attributes: { trace: string("a") } }
    expect(originalOf(message)).toEqual(message)
  })

  test("of EventBridge's dead letter it is the event, without what EventBridge says of its failure", () => {
    const attributes = {
      RULE_ARN: string("arn:aws:events:eu-west-1:1:rule/r"),
      TARGET_ARN: string("arn:aws:sqs:eu-west-1:1:q"),
      ERROR_CODE: string("NO_PERMISSIONS"),
      ERROR_MESSAGE: string("denied"),
      EXHAUSTED_RETRY_CONDITION: string("MaximumRetryAttempts"),
      RETRY_ATTEMPTS: string("3")
    }
    expect(originalOf({ body: '{"detail":{}}', attributes })).toEqual({ body: '{"detail":{}}', attributes: {} })
  })

  test("a sender's own attributes of such names stay", () => {
    const message = { body: "{}", attributes: { ERROR_CODE: string("mine"), ErrorMessage: string("mine too") } }
    expect(originalOf(message)).toEqual(message)
  })

  test("of Lambda's dead letter it is the event; its request is known", () => {
    const attributes = { RequestID: string("r-2"), ErrorCode: string("200"), ErrorMessage: string("no") }
    expect(originalOf({ body: '{"a":1}', attributes })).toEqual({ body: '{"a":1}', attributes: {} })
    expect(failedRequestId({ body: '{"a":1}', attributes })).toBe("r-2")
  })

  test("of a destination's record it is the payload, byte for byte; its request is known", () => {
    const payload = '{ "id": 12345678901234567890 }'
    expect(originalOf({ body: destination(payload), attributes: {} })?.body).toBe(payload)
    expect(failedRequestId({ body: destination(payload), attributes: {} })).toBe("r-1")
  })

  test("of a record without a payload there is nothing", () => {
    const body =
      '{"version":"1.0","requestContext":{"requestId":"r","condition":"RetryAttemptsExhausted"},"KinesisBatchInfo":{}}'
    expect(originalOf({ body, attributes: {} })).toBeUndefined()
  })
})

test("a function gets a notification of SNS in the event that SNS would have sent", () => {
  const envelope = {
    Type: "Notification",
    MessageId: "m",
    TopicArn: "arn:aws:sns:eu-west-1:1:t",
    Message: '{"orderId":1}',
    Timestamp: "2026-01-01T00:00:00.000Z",
    SignatureVersion: "1",
    Signature: "s",
    SigningCertURL: "https://sns/cert",
    UnsubscribeURL: "https://sns/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:eu-west-1:1:t:sub",
    MessageAttributes: { kind: { Type: "String", Value: "new" } }
  }
  expect(JSON.parse(functionPayload(JSON.stringify(envelope)))).toMatchObject({
    Records: [
      {
        EventSource: "aws:sns",
        EventSubscriptionArn: "arn:aws:sns:eu-west-1:1:t:sub",
        Sns: {
          Message: '{"orderId":1}',
          Subject: null,
          SigningCertUrl: "https://sns/cert",
          MessageAttributes: { kind: { Value: "new" } }
        }
      }
    ]
  })
  for (const other of ['{"TopicArn":"mine"}', "text", '{"detail":1}']) expect(functionPayload(other)).toBe(other)
})
