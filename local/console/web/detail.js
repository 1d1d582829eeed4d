// Beside the list: the messages of a group, or the timeline of one message.
import { get } from "./api.js"
import { byId, element, replace } from "./dom.js"
import { ago, colourOf, plural, shortId, statusText, statusTone } from "./format.js"
import { groupOf, onFailures, replayableCount, replayControl, replayUnder } from "./groups.js"
import { openMessage, place } from "./navigation.js"
import { timelineOf } from "./timeline.js"

/** @typedef {import("../../../handlers/operations/FailureLine.ts").FailureLine} FailureLine */

/** Whose answer is still wanted: a slow one for something else is not shown. */
let wanted = ""
/** What is shown, so that nothing is drawn anew that has not changed. */
let shownText = ""
/** Bodies that somebody has asked to see, by lineage id. @type {Map<string, string>} */
const bodies = new Map()

/** @param {FailureLine} line */
const messageRow = (line) =>
  element(
    "li",
    {},
    element(
      "button",
      {
        type: "button",
        class: "message-row",
        "data-key": `message-${line.lineageId}`,
        onclick: () => openMessage(line.lineageId)
      },
      element("span", { class: "message-name" }, line.correlationId ?? shortId(line.lineageId)),
      element("span", { class: "badge", "data-tone": statusTone(line.status) }, statusText(line.status)),
      element("time", { datetime: line.lastFailureAt }, ago(line.lastFailureAt)),
      element("span", { class: "message-why" }, line.why)
    )
  )

/** @param {string} fingerprint */
const showGroup = async (fingerprint) => {
  const group = groupOf(fingerprint)
  const { failures } = /** @type {{ failures: ReadonlyArray<FailureLine> }} */ (
    await get("/api/messages", { fingerprint })
  )
  if (wanted !== `group ${fingerprint}`) return
  const [first] = failures
  if (first === undefined || group === undefined) return showNothing("This group has no messages any more.")
  const count = replayableCount(group)
  if (!isNews(["group", group, failures, ago(group.lastFailureAt), replayUnder(group.fingerprint)])) return
  replace(
    byId("detail"),
    element(
      "header",
      { class: "detail-head", "data-code": colourOf(group.code) },
      element("a", { class: "back", href: "#failures" }, "All groups"),
      element("span", { class: "class-name" }, group.code),
      element("h2", {}, first.reason),
      element(
        "p",
        { class: "detail-note" },
        `${plural(group.count, "message")}${first.dependency === undefined ? "" : ` · ${first.dependency}`} · first ${ago(group.firstFailureAt)}, last ${ago(group.lastFailureAt)}`
      )
    ),
    nextStepBox(
      group.nextStep,
      replayControl({
        label: count === 0 ? undefined : count === 1 ? "Replay the message" : `Replay ${count} messages`,
        what: `${group.code}: ${first.reason}`,
        target: { fingerprint: group.fingerprint },
        isPrimary: true
      })
    ),
    element(
      "h3",
      { class: "detail-title" },
      failures.length < group.count ? `The newest ${failures.length} messages` : "Messages"
    ),
    element("ul", { class: "message-list" }, ...failures.map(messageRow))
  )
}

/** Whether this is not what is shown already: what has not changed is not drawn anew under somebody's eyes. @param {unknown} content */
const isNews = (content) => {
  const text = JSON.stringify(content)
  const news = text !== shownText
  shownText = text
  return news
}

/** @param {string} text @param {Node} control */
const nextStepBox = (text, control) =>
  element(
    "section",
    { class: "next-step", "aria-label": "Next step" },
    element("div", {}, element("h3", {}, "Next step"), element("p", {}, text)),
    control
  )

/** @param {string} lineageId */
const showMessage = async (lineageId) => {
  /** @type {import("./timeline.js").Message} */
  const message = await get("/api/message", { lineageId })
  if (wanted !== `message ${lineageId}`) return
  const { item, nextStep, archived } = message
  const body = bodies.get(lineageId)
  if (!isNews(["message", message, body, replayUnder(lineageId)])) return
  const canReplay = item.status === "archived" || item.status === "awaiting-operator"
  replace(
    byId("detail"),
    element(
      "header",
      { class: "detail-head", "data-code": colourOf(item.code) },
      element("a", { class: "back", href: `#failures/${encodeURIComponent(item.fingerprint)}` }, "Group"),
      element(
        "div",
        { class: "detail-tags" },
        element("span", { class: "class-name" }, item.code),
        element("span", { class: "badge", "data-tone": statusTone(item.status) }, statusText(item.status))
      ),
      element("h2", {}, item.correlationId ?? shortId(lineageId)),
      element("p", { class: "detail-note" }, item.why)
    ),
    nextStepBox(
      nextStep,
      replayControl({
        label: canReplay ? "Replay this message" : undefined,
        what: item.correlationId ?? lineageId,
        target: { lineageId },
        isPrimary: true
      })
    ),
    element("h3", { class: "detail-title" }, "Timeline"),
    timelineOf(message),
    archived?.hasBody === true &&
      element(
        "section",
        { class: "body-box", "aria-label": "Body" },
        body === undefined
          ? element(
              "button",
              {
                type: "button",
                class: "button",
                "data-key": "show-body",
                onclick: async () => {
                  /** @type {{ body: string }} */
                  const answer = await get("/api/message/body", { lineageId })
                  bodies.set(lineageId, answer.body)
                  await showMessage(lineageId)
                }
              },
              "Show the body"
            )
          : element("pre", { class: "code", tabindex: "0" }, body),
        body === undefined &&
          element("p", { class: "detail-note" }, "It may hold personal data, so it is fetched only when you ask.")
      )
  )
}

/** @param {string} text */
const showNothing = (text) => {
  shownText = ""
  replace(byId("detail"), element("p", { class: "empty" }, text))
}

const show = async () => {
  const { view, group, message } = place()
  byId("failures-grid").dataset["open"] = String(group !== undefined || message !== undefined)
  if (view !== "failures") return
  wanted = message !== undefined ? `message ${message}` : group !== undefined ? `group ${group}` : ""
  try {
    if (message !== undefined) await showMessage(message)
    else if (group !== undefined) await showGroup(group)
    else showNothing("Choose a group to see its messages and their timelines.")
  } catch (error) {
    showNothing(error instanceof Error ? error.message : String(error))
  }
}

/** Shows what the address names. */
export const refreshDetail = show

export const startDetail = () => {
  let isShowing = false
  let isStale = false
  const refresh = async () => {
    isStale = isShowing
    if (isShowing) return
    isShowing = true
    await show()
    isShowing = false
    if (isStale) await refresh()
  }
  onFailures(refresh)
}
