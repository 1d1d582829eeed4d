/** What an alert says: to a person in words, to a machine in a message attribute. */
import type { Notification } from "../aws/Sns.ts"
import { failureCode } from "../failure/FailureClass.ts"
import { cutText } from "../failure/text.ts"
import { type Alert, alertAttributeName } from "./Alert.ts"
import { nextCommand, whatToDo } from "./nextStep.ts"
import { oneLine, setIn } from "./plainText.ts"

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
    ["Is anything lost", "No: the message is in the archive."],
    ["What to do", whatToDo(alert)],
    ["Next command", nextCommand(alert)],
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
