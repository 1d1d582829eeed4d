/**
 * A notice as an event of PagerDuty's: an alarm that is over resolves what it has triggered.
 *
 * @see https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
 */
import { failureCode } from "../failure/FailureClass.ts"
import { cutText } from "../failure/text.ts"
import { nextCommand, whatToDo } from "../healer/nextStep.ts"
import { linesOf, oneLine } from "../healer/plainText.ts"
import { type Link, linksOf } from "./links.ts"
import { isResolved, keyOf, type Notice, type Severity, severityOf, summaryOf } from "./Notice.ts"

/** PagerDuty's limit for a summary, and ours for any other field: an event of 512 KB is refused. */
export const pagerDutyLimits = { summary: 1024, field: 4096 } as const

/** An event, without the routing key. */
export type PagerDutyEvent =
  | { readonly event_action: "resolve"; readonly dedup_key: string }
  | {
      readonly event_action: "trigger"
      readonly dedup_key: string
      readonly payload: {
        readonly summary: string
        readonly source: string
        readonly severity: Severity
        readonly timestamp: string
        readonly component?: string
        readonly group?: string
        readonly class?: string
        readonly custom_details: Readonly<Record<string, string | number>>
      }
      readonly links: ReadonlyArray<Link>
      readonly client: string
    }

const cut = (value: string): string => cutText(linesOf(value).join("\n"), pagerDutyLimits.field)

/** Of what there is. */
const details = (values: Readonly<Record<string, string | number | null | undefined>>) =>
  Object.fromEntries(
    Object.entries(values).flatMap(
      ([name, value]): ReadonlyArray<readonly [string, string | number]> =>
        value === undefined || value === null ? [] : [[name, typeof value === "number" ? value : cut(value)]]
    )
  )

const subjectOf = (notice: Notice) => {
  switch (notice.kind) {
    case "alert": {
      const { alert } = notice
      return {
        source: cut(alert.queue) || "unknown queue",
        ...(alert.dependency === undefined ? {} : { component: cut(alert.dependency) }),
        group: cut(alert.queue),
        class: cut(failureCode(alert.class)),
        custom_details: details({
          what_failed: alert.reason,
          detail: alert.detail,
          what_was_done: alert.why,
          what_to_do: whatToDo(alert),
          next_command: nextCommand(alert),
          status: alert.status,
          attempts: alert.attempts,
          first_failure: alert.firstFailureAt,
          last_failure: alert.lastFailureAt,
          message: alert.lineageId,
          correlation_id: alert.correlationId,
          archive: alert.archiveKey,
          held_back_since_the_last_alert: alert.heldBack,
          fingerprint: alert.fingerprint
        })
      }
    }
    case "alarm":
      return {
        source: cut(notice.alarm.AlarmName),
        class: notice.alarm.NewStateValue,
        custom_details: details({
          what_it_means: notice.alarm.AlarmDescription,
          why_now: notice.alarm.NewStateReason,
          alarm: notice.alarm.AlarmArn,
          since: notice.alarm.StateChangeTime
        })
      }
    case "text":
      return {
        source: cut(notice.topicArn) || "unknown topic",
        custom_details: details({ subject: notice.subject, text: notice.text })
      }
  }
}

/** The event of a notice. */
export const pagerDutyEvent = (notice: Notice): PagerDutyEvent =>
  isResolved(notice)
    ? { event_action: "resolve", dedup_key: keyOf(notice) }
    : {
        event_action: "trigger",
        dedup_key: keyOf(notice),
        payload: {
          summary: cutText(summaryOf(notice), pagerDutyLimits.summary),
          severity: severityOf(notice),
          timestamp: oneLine(notice.at),
          ...subjectOf(notice)
        },
        links: linksOf(notice),
        client: "resilient-queue"
      }
