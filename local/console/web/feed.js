// What happens, the newest first; it stands still while somebody reads.
import { byId, element, setText } from "./dom.js"
import { colourOf, timeOfDay } from "./format.js"

const linesShown = 200

let isPaused = false
/** @type {Array<Node>} */
let waiting = []

/** @param {import("../protocol.ts").EventLine} line */
const row = ({ at, text, tone, code }) =>
  element(
    "li",
    { "data-tone": tone, "data-code": code === undefined ? undefined : colourOf(code) },
    element("time", { datetime: new Date(at).toISOString() }, timeOfDay(at)),
    element("span", {}, text)
  )

const showWaiting = () => {
  const feed = byId("feed")
  feed.querySelector(".empty")?.remove()
  feed.prepend(...waiting.reverse())
  waiting = []
  while (feed.childElementCount > linesShown) feed.lastElementChild?.remove()
}

/** @param {{ lines: ReadonlyArray<import("../protocol.ts").EventLine>, missed: number }} news */
export const showLines = ({ lines, missed }) => {
  if (missed > 0)
    waiting.push(element("li", { "data-tone": "plain" }, element("time", {}, "…"), `${missed} lines were left out`))
  waiting.push(...lines.map(row))
  if (waiting.length > linesShown) waiting = waiting.slice(-linesShown)
  if (!isPaused) showWaiting()
  else setText(byId("feed-pause"), `Resume (${waiting.length} new)`)
}

export const startFeed = () => {
  // It scrolls, and a keyboard has to reach it.
  byId("feed").tabIndex = 0
  byId("feed").append(element("li", { class: "empty" }, "Nothing yet. Send an order: what becomes of it is told here."))
  const button = byId("feed-pause")
  button.addEventListener("click", () => {
    isPaused = !isPaused
    button.setAttribute("aria-pressed", String(isPaused))
    setText(button, isPaused ? "Resume" : "Pause")
    if (!isPaused) showWaiting()
  })
}
