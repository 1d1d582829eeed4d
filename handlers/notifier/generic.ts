/** A notice as a JSON document for a program of the receiver's own. */
import { nextCommand, whatToDo } from "../healer/nextStep.ts"
import { linksOf } from "./links.ts"
import { isResolved, keyOf, type Notice, severityOf, summaryOf } from "./Notice.ts"

/** The document of a notice. `alert`, `alarm` or `text` holds the notice itself, by its `kind`. */
export const genericDocument = (notice: Notice) => ({
  /** Of this format; members may be added to it. */
  version: 1,
  /** The same in every delivery: what has been seen can be left out. */
  id: notice.id,
  /** ISO-8601. */
  at: notice.at,
  topicArn: notice.topicArn,
  kind: notice.kind,
  severity: severityOf(notice),
  state: isResolved(notice) ? "resolved" : "triggered",
  /** What tells notices about the same thing. */
  key: keyOf(notice),
  summary: summaryOf(notice),
  links: linksOf(notice),
  ...contentOf(notice)
})

const contentOf = (notice: Notice) => {
  switch (notice.kind) {
    case "alert":
      return { alert: notice.alert, whatToDo: whatToDo(notice.alert), nextCommand: nextCommand(notice.alert) }
    case "alarm":
      return { alarm: notice.alarm }
    case "text":
      return { subject: notice.subject, text: notice.text }
  }
}
