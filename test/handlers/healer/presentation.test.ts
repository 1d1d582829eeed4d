import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Alert } from "../../../handlers/healer/Alert.ts"
import { alertMessage } from "../../../handlers/healer/alertMessage.ts"
import { correlationIdOf } from "../../../handlers/healer/correlationId.ts"
import { logLink } from "../../../handlers/healer/logLink.ts"
import { deduplicationId } from "../../../handlers/healer/outgoing.ts"

describe("the link to the log", () => {
  const failure = {
    logGroup: "/aws/lambda/store",
    logStream: "2026/01/31/[$LATEST]0f",
    requestId: "r-1",
    at: 1_700_000_000_000
  }

  test("opens the stream around the failure, narrowed to the request", () => {
    expect(logLink("eu-west-1", failure)).toBe(
      "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fstore/log-events/2026$252F01$252F31$252F$255B$2524LATEST$255D0f$3Fstart$3D1699999100000$26end$3D1700000060000$26filterPattern$3D$2522r-1$2522"
    )
  })

  test("opens the console of the region's partition", () => {
    expect(logLink("cn-north-1", failure)).toContain("https://console.amazonaws.cn/")
    expect(logLink("us-gov-west-1", failure)).toContain("https://console.amazonaws-us-gov.com/")
  })

  test("is the group's where there is no stream, and none where there is no group", () => {
    expect(logLink("eu-west-1", { logGroup: "g", at: 0 })).toMatch(/log-group\/g$/)
    expect(logLink("eu-west-1", { at: 0 })).toBeUndefined()
    expect(logLink("eu-west-1", undefined)).toBeUndefined()
    expect(logLink(undefined, failure)).toBeUndefined()
  })
})

describe("the correlation id", () => {
  test.each([
    ['{"orderId":"O1"}', "O1"],
    ['{"orderId":17}', "17"],
    ['{"orderId":""}', undefined],
    ['{"orderId":null}', undefined],
    ['{"order":{"orderId":"O1"}}', undefined],
    ['["orderId"]', undefined],
    ["{not json", undefined],
    [JSON.stringify({ orderId: "x".repeat(257) }), undefined],
    ['{"toString":1}', undefined]
  ])("of %s is %s", (body, expected) => {
    expect(correlationIdOf(body, "orderId")).toBe(expected)
  })

  test("is none without a field, and never an inherited one", () => {
    expect(correlationIdOf('{"orderId":"O1"}', undefined)).toBeUndefined()
    expect(correlationIdOf("{}", "constructor")).toBeUndefined()
  })

  test("is read from any body without a throw", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => void correlationIdOf(body, "orderId")))
  })

  test("of 100,000 nested arrays is none", () => {
    expect(correlationIdOf(`{"a":${"[".repeat(100_000)}`, "orderId")).toBeUndefined()
  })
})

describe("an alert", () => {
  const alert: Alert = {
    queue: "orders",
    class: "AuthFailure",
    reason: "401",
    fingerprint: "f",
    status: "awaiting-operator",
    why: "Because.",
    lineageId: "l1",
    attempts: 0,
    firstFailureAt: "2026-01-01T00:00:00.000Z",
    lastFailureAt: "2026-01-01T00:00:00.000Z",
    heldBack: 0,
    windowSeconds: 900
  }

  test("says what to do, and leaves out what is not known", () => {
    const { message, subject } = alertMessage(alert)
    expect(subject).toBe("[orders] AUTH_FAILURE: 401")
    expect(message).toContain(
      "What to do: Mend the credential or permission that was refused, then replay the messages of this class."
    )
    expect(message).not.toContain("undefined")
    expect(message).not.toContain("Held back since")
  })

  test("gives the command that shows the message, as a shell takes it", () => {
    const { message } = alertMessage({
      ...{ ...alert, region: "eu-west-1" },
      ...{ archiveBucket: "orders-archive", archiveKey: "class=AUTH_FAILURE/year=2026/it's $(rm -r) `ls`.json" }
    })
    expect(message).toContain(
      "\nNext command: aws s3 cp 's3://orders-archive/class=AUTH_FAILURE/year=2026/it'\\''s $(rm -r) `ls`.json' - --region 'eu-west-1'\n"
    )
    expect(alertMessage(alert).message).not.toContain("Next command")
  })

  test.each([
    ["AuthFailure", "awaiting-operator", "payments", "Mend the credential or permission of payments that was refused"],
    ["Timeout", "archived", "payments", "Wait until the dependency (payments) answers, then replay this message"],
    ["DependencyFailure", "archived", undefined, "Wait until the dependency answers, then replay this message"],
    ["BadPayload", "archived", undefined, "Tell the sender: the message itself is wrong."],
    ["Unknown", "archived", undefined, "Find it in the log, mend it, then replay this message"],
    ["CreditLimitExceeded", "awaiting-operator", undefined, "Mend the cause, then replay the messages of this class."]
  ] as const)("of class %s (%s) says what helps with it", (failureClass, status, dependency, sentence) => {
    const { message } = alertMessage({ ...alert, class: failureClass, status, dependency })
    expect(/^What to do: (.*)$/m.exec(message)?.[1]).toContain(sentence)
  })

  test("always has a subject that SNS takes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "binary" }), (reason, queue) => {
        expect(alertMessage({ ...alert, reason, queue }).subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,99}$/)
      })
    )
  })
})

test("a de-duplication id is one that SQS takes, and the same for the same send", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.nat(), (lineageId, send) => {
      expect(deduplicationId(lineageId, String(send))).toMatch(/^[0-9a-f]{1,128}$/)
      expect(deduplicationId(lineageId, String(send))).toBe(deduplicationId(lineageId, String(send)))
      expect(deduplicationId(lineageId, String(send))).not.toBe(deduplicationId(lineageId, String(send + 1)))
    })
  )
})
