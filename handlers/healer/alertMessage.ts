/** What an alert says: to a person in words, to a machine in a message attribute. */
import type { Notification } from "../aws/Sns.ts"
import { failureCode } from "../failure/FailureClass.ts"
import { cutText } from "../failure/text.ts"

/** What is alerted. */
export interface Alert {
  readonly queue: string
  readonly class: string
  readonly reason: string
  readonly detail?: string | undefined
  readonly dependency?: string | undefined
  readonly fingerprint: string
  readonly status: "archived" | "awaiting-operator"
  readonly why: string
  readonly lineageId: string
  readonly correlationId?: string | undefined
  readonly archiveKey?: string | undefined
  readonly logUrl?: string | undefined
  readonly attempts: number
  /** ISO-8601. */
  readonly firstFailureAt: string
  readonly lastFailureAt: string
  /** How many like it were not alerted since the last alert. */
  readonly heldBack: number
  /** How long further ones like it are held back. */
  readonly windowSeconds: number
}

/** The message attribute that carries the alert as JSON. */
export const alertAttributeName = "alert"

/** Control characters, line breaks and what turns the direction of text: none of them may pass for a line of ours. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/gu

/** A value on one line. */
const oneLine = (value: string): string => value.toWellFormed().replace(unprintable, " ")

/** A value of several lines; those after the first are set in, so that none of them reads like a line of ours. */
const setIn = (value: string): string =>
  value
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(oneLine)
    .join("\n    ")

/** JSON of characters that SNS takes: what it does not is escaped by JSON itself, but for these. */
const jsonOf = (alert: Alert): string => JSON.stringify(alert).replace(/[\ufffe\uffff]/g, "\\ufffd")

/** SNS: at most 100 characters of printable ASCII, no line break. */
const subjectOf = (alert: Alert): string =>
  cutText(
    `[${alert.queue}] ${failureCode(alert.class)}: ${alert.reason}`.replace(/\s+/g, " ").replace(/[^\x20-\x7e]/g, "?"),
    100
  ).trim()

/**
 * The notification of an alert: a readable text, and the same as JSON in the attribute `alert`.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const alertMessage = (alert: Alert): Notification => {
  const lines: ReadonlyArray<readonly [string, string | undefined]> = [
    ["Queue", alert.queue],
    ["Class", `${alert.class} (${failureCode(alert.class)})`],
    ["Reason", alert.reason],
    ["Detail", alert.detail],
    ["Dependency", alert.dependency],
    ["What was done", alert.why],
    [
      "What to do",
      alert.status === "awaiting-operator"
        ? "Mend the cause, then replay the messages of this class."
        : "Look at the archived message; replay it once the cause is mended."
    ],
    ["Attempts", String(alert.attempts)],
    ["First failure", alert.firstFailureAt],
    ["Last failure", alert.lastFailureAt],
    ["Message", alert.lineageId],
    ["Correlation id", alert.correlationId],
    ["Archive", alert.archiveKey],
    ["Log", alert.logUrl],
    ["Held back since the last alert", alert.heldBack === 0 ? undefined : String(alert.heldBack)],
    ["Further ones are held back for", `${alert.windowSeconds} s`],
    ["Fingerprint", alert.fingerprint]
  ]
  return {
    subject: subjectOf(alert),
    message: lines
      .flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}: ${name === "Detail" ? setIn(value) : oneLine(value)}`]
      )
      .join("\n"),
    attributes: {
      [alertAttributeName]: { dataType: "String", stringValue: jsonOf(alert) },
      class: { dataType: "String", stringValue: failureCode(alert.class) }
    }
  }
}
