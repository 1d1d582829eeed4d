/** The widget's HTML: the failure groups as a table. Pure. */
import { cutText } from "../failure/text.ts"
import type { LedgerStatus } from "../ledger/FailureLedger.ts"
import { ledgerStatuses } from "../ledger/FailureLedger.ts"
import { type Child, element, type Html, together } from "./html.ts"
import { type GroupList, maxFailures, type ShownGroup } from "./listGroups.ts"
import { consoleLink, counted, shownTime } from "./shownText.ts"
import { timeline } from "./timeline.ts"
import { callButton, popupLink } from "./widgetAction.ts"

/** What the HTML depends on beside the groups. */
export interface WidgetView {
  readonly status: "open" | "all"
  /** The widget's own function, which a click calls for the other list. */
  readonly functionArn: string
  /** The function that replays; `undefined`: there is none, and no button. */
  readonly replayFunctionArn: string | undefined
  /** In pixels; `undefined` where nothing is known of it. */
  readonly width: number | undefined
}

/** Narrower widgets leave the first failure out. */
const narrowPixels = 900

/** Reasons are short by themselves; a forged one is cut. */
const longestReason = 200

const statusWords: Readonly<Record<LedgerStatus, string>> = {
  healing: "healing",
  held: "held",
  recovered: "recovered",
  archived: "archived",
  "awaiting-operator": "awaiting operator",
  replayed: "replayed",
  discarded: "discarded"
}

/** By which the replay knows the group: the fingerprint's hash. `undefined` where a fingerprint does not begin with one. */
export const fingerprintHash = (fingerprint: string): string | undefined =>
  /^[0-9a-f]{14}(?= |$)/.exec(fingerprint)?.[0]

const countCell = ({ statuses, count }: ShownGroup): Html => {
  const each = ledgerStatuses.flatMap((status) => {
    const number = statuses[status] ?? 0
    return number === 0 ? [] : [element("br", {}), `${number.toLocaleString("en-US")} ${statusWords[status]}`]
  })
  return element("td", {}, element("b", {}, count.toLocaleString("en-US")), ...each)
}

const failureCell = ({ code, example: { dependency, reason } }: ShownGroup): Html =>
  element(
    "td",
    {},
    element("b", {}, cutText(code, 64)),
    ...(dependency === undefined ? [] : [` (${cutText(dependency, 64)})`]),
    element("br", {}),
    cutText(reason, longestReason)
  )

const exampleCell = ({ example, timeline: entries, logUrl }: ShownGroup): Html => {
  const link = consoleLink(logUrl)
  return element(
    "td",
    {},
    popupLink(
      cutText(example.lineageId, 64),
      element("h3", {}, cutText(example.lineageId, 128)),
      ...(entries === undefined ? [element("p", {}, "The ledger has no readable item of it.")] : [timeline(entries)])
    ),
    ...(link === undefined
      ? []
      : [element("br", {}), element("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, "log")])
  )
}

/** What a button of the replay asks for is what is listed: of archived messages those of the time range. */
const replayButtons = (group: ShownGroup, list: GroupList, functionArn: string): ReadonlyArray<Child> => {
  const fingerprint = fingerprintHash(group.fingerprint)
  if (fingerprint === undefined) return []
  return (["awaiting-operator", "archived"] as const).flatMap((status) => {
    const count = group.statuses[status] ?? 0
    if (count === 0) return []
    const selection = {
      fingerprint,
      status,
      ...(status === "archived" ? { from: list.from } : {}),
      // Waiting messages are listed whenever they failed.
      to: status === "archived" ? list.to : undefined
    }
    const messages = `${list.truncated ? "at least " : ""}${counted(count, "message", "messages")}`
    return [
      callButton(`Replay ${count.toLocaleString("en-US")} ${statusWords[status]}`, {
        functionArn,
        parameters: selection,
        primary: true,
        confirmation: `Replay ${messages} of ${cutText(group.code, 64)}? One goes first; the others follow once it has recovered. Mend the cause before.`
      }),
      " ",
      callButton("Dry run", { functionArn, parameters: { ...selection, dryRun: true } }),
      element("br", {})
    ]
  })
}

const row = (group: ShownGroup, list: GroupList, view: WidgetView): Html =>
  element(
    "tr",
    {},
    failureCell(group),
    countCell(group),
    ...(isNarrow(view) ? [] : [element("td", {}, shownTime(group.firstFailureAt))]),
    element("td", {}, shownTime(group.lastFailureAt)),
    exampleCell(group),
    element("td", {}, group.nextStep),
    ...(view.replayFunctionArn === undefined
      ? []
      : [element("td", {}, ...replayButtons(group, list, view.replayFunctionArn))])
  )

const isNarrow = ({ width }: WidgetView): boolean => width !== undefined && width < narrowPixels

const headings = (view: WidgetView): ReadonlyArray<string> => [
  "Failure",
  "Messages",
  ...(isNarrow(view) ? [] : ["First failure (UTC)"]),
  "Last failure (UTC)",
  "Example",
  "Next step",
  ...(view.replayFunctionArn === undefined ? [] : ["Replay"])
]

const scope = ({ from, to }: GroupList, { status }: WidgetView): string => {
  const range = from === undefined ? `until ${shownTime(to)}` : `from ${shownTime(from)} to ${shownTime(to)}`
  const which = status === "open" ? "Failures that are not over" : "All failures, also those that are over"
  return `${which}, by their last failure, ${range} UTC; and all that awaits an operator, whenever it failed.`
}

const remarks = ({ truncated, moreGroups }: GroupList): ReadonlyArray<Html> => [
  ...(truncated
    ? [
        element(
          "p",
          {},
          element("b", {}, "There are more. "),
          `Counted are the newest ${maxFailures.toLocaleString("en-US")}; choose a shorter time range for exact numbers.`
        )
      ]
    : []),
  ...(moreGroups === 0
    ? []
    : [element("p", {}, `${counted(moreGroups, "more group is", "more groups are")} not shown.`)])
]

const otherList = ({ status, functionArn }: WidgetView): Html =>
  element(
    "p",
    {},
    callButton(status === "open" ? "Show what is over, too" : "Show only what is not over", {
      functionArn,
      parameters: { status: status === "open" ? "all" : "open" },
      display: "widget"
    })
  )

/** The table of groups; where there are none, it says so. Colours are the theme's own. */
export const failureGroupsHtml = (list: GroupList, view: WidgetView): string =>
  together(
    element("p", {}, scope(list, view)),
    ...remarks(list),
    list.groups.length === 0
      ? element("p", {}, element("b", {}, "Nothing: no failure is in this list."))
      : element(
          "table",
          {},
          element("thead", {}, element("tr", {}, ...headings(view).map((heading) => element("th", {}, heading)))),
          element("tbody", {}, ...list.groups.map((group) => row(group, list, view)))
        ),
    otherList(view)
  ).toString()

/** One sentence in the widget's place. */
export const sentenceHtml = (sentence: string): string => element("p", {}, sentence).toString()
