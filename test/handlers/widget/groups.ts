/** Failure groups as the widget gets them. */

import type { FailureLine } from "../../../handlers/operations/FailureLine.ts"
import { failureGroups } from "../../../handlers/operations/failureGroups.ts"
import type { WidgetView } from "../../../handlers/widget/failureGroupsHtml.ts"
import type { GroupList, ShownGroup } from "../../../handlers/widget/listGroups.ts"

export const groupsArn = "arn:aws:lambda:eu-west-1:123456789012:function:orders-widget"
export const replayArn = "arn:aws:lambda:eu-west-1:123456789012:function:orders-replay"

export const line = (given: Partial<FailureLine> = {}): FailureLine => ({
  lineageId: "l-1",
  status: "awaiting-operator",
  class: "AuthFailure",
  code: "AUTH_FAILURE",
  fingerprint: "0a1b2c3d4e5f67 AuthFailure: 401 from the gateway",
  reason: "401 from the gateway",
  why: "An operator has to act.",
  dependency: "payment-gateway",
  firstFailureAt: "2026-01-01T00:00:00.000Z",
  lastFailureAt: "2026-01-01T08:15:30.123Z",
  attempts: 0,
  ...given
})

export const listOf = (lines: ReadonlyArray<FailureLine>, given: Partial<GroupList> = {}): GroupList => ({
  groups: failureGroups(lines).map(
    (group): ShownGroup => ({
      ...group,
      timeline: [
        { at: "2026-01-01T00:00:01.000Z", act: "archived", why: "Kept for an operator.", class: "AuthFailure" }
      ]
    })
  ),
  moreGroups: 0,
  truncated: false,
  from: "2026-01-01T00:00:00.000Z",
  to: "2026-01-02T00:00:00.000Z",
  ...given
})

/** The list, each of whose groups has this link to a log. */
export const withLog = (list: GroupList, logUrl: string): GroupList => ({
  ...list,
  groups: list.groups.map((group) => ({ ...group, logUrl }))
})

export const view = (given: Partial<WidgetView> = {}): WidgetView => ({
  status: "open",
  functionArn: groupsArn,
  replayFunctionArn: replayArn,
  width: 1200,
  ...given
})
