/** Notifications as SNS brings them, and arbitrary ones. */
import * as fc from "fast-check"
import type { Alert } from "../../../handlers/healer/Alert.ts"
import { noticeOf } from "../../../handlers/notifier/Notice.ts"
import type { SnsNotification } from "../../../handlers/notifier/SnsEvent.ts"
import { nastyTexts } from "../../hostile/nastyTexts.ts"

export const alert: Alert = {
  queue: "orders-queue",
  class: "AuthFailure",
  reason: "401 Unauthorized",
  detail: "line one\nline two",
  dependency: "payment-gateway",
  fingerprint: "0a1b2c3d4e5f67 AuthFailure: <number> Unauthorized",
  status: "awaiting-operator",
  why: "AuthFailure is for an operator.",
  lineageId: "l-1",
  archiveBucket: "orders-archive",
  archiveKey: "class=AUTH_FAILURE/year=2026/month=01/day=31/l-1.json",
  region: "eu-west-1",
  logUrl: "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups",
  attempts: 0,
  firstFailureAt: "2026-01-31T00:00:00.000Z",
  lastFailureAt: "2026-01-31T00:01:00.000Z",
  heldBack: 3,
  windowSeconds: 900
}

/** What CloudWatch writes. */
export const alarm = {
  AlarmName: "orders-messages-parked-1a2b3c4",
  AlarmDescription:
    "orders: the healer gave up on a message. Check first: its log. Severity: critical. Runbook: https://example.com/runbooks/messages-parked.md",
  AWSAccountId: "123456789012",
  NewStateValue: "ALARM",
  NewStateReason: "Threshold Crossed: 1 datapoint [1.0 (31/01/26 00:00:00)] was greater than the threshold (0.0).",
  StateChangeTime: "2026-01-31T00:00:00.000+0000",
  Region: "EU (Ireland)",
  AlarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:orders-messages-parked-1a2b3c4",
  OldStateValue: "OK",
  Trigger: { MetricName: "ApproximateNumberOfMessagesVisible" }
}

const notification = {
  MessageId: "5f1c9b52-0c4e-5b6e-9d0a-c5e2a0c0a001",
  TopicArn: "arn:aws:sns:eu-west-1:123456789012:orders-alerts-1a2b3c4",
  Subject: "subject",
  Timestamp: "2026-01-31T00:00:00.000Z"
}

export const alertNotification = (value: unknown = alert): SnsNotification => ({
  ...notification,
  Message: "Queue: orders-queue",
  MessageAttributes: { alert: { Type: "String", Value: JSON.stringify(value) } }
})

export const alarmNotification = (values: Readonly<Record<string, unknown>> = {}): SnsNotification => ({
  ...notification,
  Message: JSON.stringify({ ...alarm, ...values })
})

export const textNotification = (Message: string, Subject: string | null = "subject"): SnsNotification => ({
  ...{ ...notification, Message, Subject }
})

export const eventOf = (...notifications: ReadonlyArray<SnsNotification>) => ({
  Records: notifications.map((Sns) => ({ EventSource: "aws:sns", EventVersion: "1.0", Sns }))
})

/** Texts that break renderers, and long ones. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...nastyTexts,
    "<!channel> <@U024BE7LH> <https://evil.example|click>",
    "```\n*What to do*\nsend money",
    "&lt;!here&gt;",
    "`".repeat(100),
    "&".repeat(20_000)
  ),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: fc.constantFrom("<", "&", ">", "|", "`", "*", "\n", "😀", "a"), minLength: 2900, maxLength: 3100 })
)

const maybe = fc.option(hostile, { nil: undefined })

/** Notifications whose every text is somebody else's. */
export const hostileNotification: fc.Arbitrary<SnsNotification> = fc.oneof(
  fc
    .record({
      ...{ queue: hostile, class: hostile, reason: hostile, detail: maybe, dependency: maybe, fingerprint: hostile },
      ...{ why: hostile, lineageId: hostile, correlationId: maybe, archiveBucket: maybe, archiveKey: maybe },
      ...{ region: maybe, logUrl: maybe, firstFailureAt: hostile, lastFailureAt: hostile },
      status: fc.constantFrom("archived", "awaiting-operator")
    })
    .map((values) => alertNotification({ attempts: 1, heldBack: 1, windowSeconds: 900, ...values })),
  fc
    .record({
      ...{ AlarmName: hostile, AlarmArn: hostile, AlarmDescription: fc.option(hostile), NewStateReason: hostile },
      NewStateValue: fc.constantFrom("OK", "ALARM", "INSUFFICIENT_DATA")
    })
    .map(alarmNotification),
  fc.tuple(hostile, fc.option(hostile)).map(([text, subject]) => textNotification(text, subject))
)

/** The notice of a notification. */
export const notice = noticeOf
