/** What happened to one message, as a table. Pure. */
import { failureCode } from "../failure/FailureClass.ts"
import { cutText } from "../failure/text.ts"
import type { HistoryEntry } from "../ledger/LedgerItem.ts"
import { withoutEdit } from "../replay/replayNote.ts"
import { element, type Html, together } from "./html.ts"
import { counted, shownTime } from "./shownText.ts"

/** Of a long history the first lines are left out: how it ended is what is asked for. */
const maxLines = 12

const longestWhy = 300

/** What an edit has put into a body is the message's own: it is not shown. */
const whyOf = ({ act, why }: HistoryEntry): string => cutText(act === "replayed" ? withoutEdit(why) : why, longestWhy)

const line = (entry: HistoryEntry): Html =>
  element(
    "tr",
    {},
    element("td", {}, shownTime(entry.at)),
    element("td", {}, entry.attempt === undefined ? entry.act : `${entry.act} (${entry.attempt})`),
    element("td", {}, entry.class === undefined ? "" : cutText(failureCode(entry.class), 64)),
    element("td", {}, whyOf(entry))
  )

/** The history of a message, oldest first. */
export const timeline = (history: ReadonlyArray<HistoryEntry>): Html => {
  const earlier = history.length - maxLines
  return together(
    ...(earlier > 0 ? [element("p", {}, `${counted(earlier, "earlier line", "earlier lines")} left out.`)] : []),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, ...["Time (UTC)", "What", "Class", "Why"].map((heading) => element("th", {}, heading)))
      ),
      element("tbody", {}, ...history.slice(-maxLines).map(line))
    )
  )
}
