/** What somebody is told: an alert of the healer's, an alarm of CloudWatch's, or whatever else was published to the topic. */
import { Option, Schema } from "effect"
import { failureCode } from "../failure/FailureClass.ts"
import { cutText } from "../failure/text.ts"
import { Alert, alertAttributeName } from "../healer/Alert.ts"
import { oneLine } from "../healer/plainText.ts"
import type { SnsNotification } from "./SnsEvent.ts"

/**
 * What CloudWatch publishes when an alarm changes its state, as far as it is used.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export const Alarm = Schema.Struct({
  AlarmName: Schema.NonEmptyString,
  AlarmArn: Schema.NonEmptyString,
  AlarmDescription: Schema.optionalKey(Schema.NullOr(Schema.String)),
  NewStateValue: Schema.Literals(["OK", "ALARM", "INSUFFICIENT_DATA"]),
  NewStateReason: Schema.String,
  OldStateValue: Schema.optionalKey(Schema.String),
  StateChangeTime: Schema.optionalKey(Schema.String)
})

/** An alarm that has changed its state. */
export type Alarm = typeof Alarm.Type

/** How bad it is; PagerDuty's words. */
export const severities = ["critical", "error", "warning", "info"] as const

/** How bad it is. */
export type Severity = (typeof severities)[number]

/** What every notice has. */
interface Published {
  /** SNS's message id. */
  readonly id: string
  readonly topicArn: string
  /** ISO-8601. */
  readonly at: string
}

/** Somebody is to be told. */
export type Notice =
  | (Published & { readonly kind: "alert"; readonly alert: Alert })
  | (Published & { readonly kind: "alarm"; readonly alarm: Alarm })
  | (Published & { readonly kind: "text"; readonly subject: string | undefined; readonly text: string })

const decodeAlert = Schema.decodeUnknownOption(Schema.fromJsonString(Alert))
const decodeAlarm = Schema.decodeUnknownOption(Schema.fromJsonString(Alarm))

/** The notice in a notification. Never throws: what is neither alert nor alarm is text, and passed on. */
export const noticeOf = ({
  MessageId,
  TopicArn,
  Subject,
  Message,
  Timestamp,
  MessageAttributes = {}
}: SnsNotification): Notice => {
  const published = { id: MessageId, topicArn: TopicArn, at: Timestamp }
  const attribute = Object.hasOwn(MessageAttributes, alertAttributeName)
    ? MessageAttributes[alertAttributeName]?.Value
    : undefined
  const alert = Option.getOrUndefined(decodeAlert(attribute))
  if (alert !== undefined) return { ...published, kind: "alert", alert }
  const alarm = Option.getOrUndefined(decodeAlarm(Message))
  if (alarm !== undefined) return { ...published, kind: "alarm", alarm }
  return { ...published, kind: "text", subject: Subject ?? undefined, text: Message }
}

/** The last sentence but one of our alarms' descriptions names their severity. */
const severityOfAlarm = ({ AlarmDescription }: Alarm): Severity => {
  const named = /\bSeverity: (\w+)\./.exec(AlarmDescription ?? "")?.[1]
  return severities.find((severity) => severity === named) ?? "error"
}

/** How bad it is. An alert that a person has to act on, or that nobody understands, is worse than one that is archived. */
export const severityOf = (notice: Notice): Severity => {
  if (notice.kind === "alarm") return severityOfAlarm(notice.alarm)
  if (notice.kind === "text") return "warning"
  return notice.alert.status === "awaiting-operator" || notice.alert.class === "Unknown" ? "error" : "warning"
}

/** Whether it says that something is over. */
export const isResolved = (notice: Notice): boolean => notice.kind === "alarm" && notice.alarm.NewStateValue === "OK"

/** Whether it only says that an alarm that has just been made is in order: nobody was told that it was not. */
export const isFirstOk = (notice: Notice): boolean =>
  isResolved(notice) && notice.kind === "alarm" && notice.alarm.OldStateValue === "INSUFFICIENT_DATA"

/** What tells notices about the same thing: an alarm's ARN, the fingerprint of failures in a queue. At most 255 characters. */
export const keyOf = (notice: Notice): string => {
  const key =
    notice.kind === "alert"
      ? `${notice.alert.queue} ${notice.alert.fingerprint}`
      : notice.kind === "alarm"
        ? notice.alarm.AlarmArn
        : notice.id
  return cutText(oneLine(key), 255)
}

/** The notice in one line, of at most 200 characters. */
export const summaryOf = (notice: Notice): string => {
  const text =
    notice.kind === "alert"
      ? `[${notice.alert.queue}] ${failureCode(notice.alert.class)}: ${notice.alert.reason}`
      : notice.kind === "alarm"
        ? `${notice.alarm.NewStateValue}: ${notice.alarm.AlarmName}`
        : (notice.subject ?? notice.text)
  return cutText(oneLine(text).trim(), 200) || "A notification without text"
}
