/** What a press of the replay button answers, as HTML. Pure. */
import { failureCode } from "../failure/FailureClass.ts"
import { cutText } from "../failure/text.ts"
import type { ReplayProgress, ReplaySummary } from "../replay/ReplayRequest.ts"
import { type Child, element, type Html, together } from "./html.ts"
import { counted, shownTime } from "./shownText.ts"
import { callButton } from "./widgetAction.ts"

/** A dry run names so many messages. */
const maxNamed = 20

const paragraph = (...children: ReadonlyArray<Child>): Html => element("p", {}, ...children)

const numbers = ({ selected, replayed, skipped, recovered, failedAgain }: ReplayProgress): string =>
  [
    `Replayed ${replayed.toLocaleString("en-US")} of ${counted(selected, "message", "messages")}:`,
    `${recovered.toLocaleString("en-US")} recovered, ${failedAgain.toLocaleString("en-US")} failed again,`,
    `${skipped.toLocaleString("en-US")} left alone.`
  ].join(" ")

const leftAlone = ({ leftAlone: some }: ReplayProgress): ReadonlyArray<Html> =>
  some.length === 0
    ? []
    : [
        element("h3", {}, "Left alone"),
        element(
          "table",
          {},
          element(
            "tbody",
            {},
            ...some.map(({ lineageId, why }) =>
              element("tr", {}, element("td", {}, cutText(lineageId, 128)), element("td", {}, cutText(why, 300)))
            )
          )
        )
      ]

/** Goes on with a run. Pressed twice, the second press finds that somebody works on it. */
const goOn = (runId: string, functionArn: string): Html =>
  paragraph(callButton("Go on", { functionArn, parameters: { resume: runId }, primary: true }))

/**
 * How far a run has come.
 *
 * @param ended how it ended; `undefined` where the function's time was up before
 * @param progress how far it had come; `undefined` where it had not begun
 */
export const replayHtml = (
  ended: ReplaySummary | undefined,
  progress: ReplayProgress | undefined,
  functionArn: string
): string => {
  if (progress === undefined)
    return paragraph(
      "Nothing was replayed: reading the failure ledger took all of the time. Choose a shorter time range."
    ).toString()
  const { runId } = progress
  if (runId === undefined) return paragraph(`Nothing was replayed. ${ended?.why ?? ""}`).toString()
  const finished = ended?.ended === "finished"
  const why =
    ended === undefined
      ? "The time of this press was up before the run was; it goes on where it was."
      : ended.ended === "broken"
        ? `It broke off: ${cutText(ended.why, 300)}`
        : ended.why
  return together(
    paragraph(element("b", {}, `Run ${runId}`)),
    paragraph(numbers(progress)),
    paragraph(why),
    ...leftAlone(progress),
    ...(finished ? [] : [goOn(runId, functionArn)])
  ).toString()
}

/** A message that would be replayed. */
export interface PreviewedMessage {
  readonly lineageId: string
  readonly class: string
  readonly lastFailureAt: string
}

/** What a replay would do. */
export const dryRunHtml = (messages: ReadonlyArray<PreviewedMessage>): string => {
  const [first] = messages
  const last = messages.at(-1)
  if (first === undefined || last === undefined)
    return paragraph("Nothing would be replayed: nothing in this group waits any more.").toString()
  const more = messages.length - maxNamed
  return together(
    paragraph(
      element("b", {}, `${counted(messages.length, "message", "messages")} would be replayed`),
      `, oldest failure first: from ${shownTime(first.lastFailureAt)} to ${shownTime(last.lastFailureAt)} UTC.`
    ),
    element(
      "table",
      {},
      element(
        "tbody",
        {},
        ...messages
          .slice(0, maxNamed)
          .map(({ lineageId, class: className, lastFailureAt }) =>
            element(
              "tr",
              {},
              element("td", {}, cutText(lineageId, 128)),
              element("td", {}, cutText(failureCode(className), 64)),
              element("td", {}, shownTime(lastFailureAt))
            )
          )
      )
    ),
    ...(more > 0 ? [paragraph(`… and ${more.toLocaleString("en-US")} more.`)] : [])
  ).toString()
}
