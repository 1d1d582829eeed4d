// The registered dashboards, in their own layout: the same JSON that CloudWatch gets.
import { get } from "./api.js"
import { chartIn, valuesIn } from "./chart.js"
import { customWidgetIn } from "./customWidget.js"
import { byId, element, replace } from "./dom.js"
import { markdown } from "./markdown.js"

/** @typedef {import("../dashboard/dashboards.ts").Widget} Widget */
/** @typedef {{ show: (data: any) => void, remove: () => void }} Shown */

const refreshMilliseconds = 2000

/** Period of the points, by the time that is shown; `0`: as each widget asks. */
const ranges = [
  { minutes: 5, title: "5 min" },
  { minutes: 15, title: "15 min" },
  { minutes: 60, title: "1 h" }
]
const periods = [
  { seconds: 10, title: "10 s" },
  { seconds: 0, title: "As declared" }
]

let minutes = 5
let period = 10
/** @type {string | undefined} */
let name
/** @type {ReadonlyArray<string>} */
let names = []
/** @type {ReadonlyArray<Shown | undefined>} */
let shown = []
let shownName = ""
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer

/** @param {Widget} widget @param {HTMLElement} host @param {number} index @returns {Shown | undefined} */
const fillWidget = ({ type, properties }, host, index) => {
  const nothing = () => undefined
  switch (type) {
    case "metric":
      return properties["view"] === "singleValue" ? valuesIn(host) : chartIn(host, properties)
    case "text":
      host.classList.add("prose")
      replace(host, ...markdown(String(properties["markdown"] ?? "")))
      return undefined
    case "alarm":
      return { show: (data) => showAlarms(host, data.alarms), remove: nothing }
    case "log":
      return { show: (data) => showLog(host, String(properties["title"] ?? "Log lines"), data), remove: nothing }
    case "custom":
      return customWidgetIn(host, { dashboard: name ?? "", index }, () => minutes)
    default:
      replace(host, element("p", { class: "widget-problem" }, `A widget of the type "${type}" is not shown here.`))
      return undefined
  }
}

/** @param {HTMLElement} host @param {ReadonlyArray<import("../protocol.ts").AlarmView>} alarms */
const showAlarms = (host, alarms) => {
  const text = { OK: "OK", ALARM: "Alarm", INSUFFICIENT_DATA: "No data" }
  replace(
    host,
    element(
      "ul",
      { class: "alarms" },
      ...alarms.map(({ label, state, description, reason }) =>
        element(
          "li",
          { class: "alarm", "data-state": state, title: `${description}\n\n${reason}` },
          element("span", { class: "alarm-name" }, label),
          element("span", { class: "alarm-state" }, text[state])
        )
      )
    )
  )
}

/** @param {HTMLElement} host @param {string} title @param {{ columns: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>, problems: ReadonlyArray<string> }} table */
const showLog = (host, title, { columns, rows, problems }) => {
  const text = JSON.stringify([columns, rows, problems])
  if (host.dataset["shown"] === text) return
  host.dataset["shown"] = text
  replace(
    host,
    rows.length === 0
      ? element("p", { class: "empty" }, "No line matches.")
      : element(
          "div",
          { class: "log-table", tabindex: "0", role: "region", "aria-label": `Lines: ${title}`, "data-key": "log" },
          element(
            "table",
            {},
            element(
              "thead",
              {},
              element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column)))
            ),
            element(
              "tbody",
              {},
              ...rows.map((row) =>
                element(
                  "tr",
                  {},
                  ...row.map((cell, index) =>
                    element("td", {}, columns[index] === "@timestamp" ? cell.slice(11, 23) : cell)
                  )
                )
              )
            )
          )
        ),
    problems.length > 0 && element("p", { class: "widget-problem" }, problems.join(" "))
  )
}

/** @param {Widget} widget @param {HTMLElement} card */
const place = ({ x, y, width, height }, card) => {
  card.style.setProperty("--column", `${x + 1} / span ${width}`)
  card.style.setProperty("--row", `${y + 1} / span ${height}`)
  card.style.setProperty("--rows", String(height))
}

/** @param {string} wanted */
const build = async (wanted) => {
  /** @type {{ widgets: ReadonlyArray<Widget> }} */
  const { widgets } = await get("/api/dashboard", { name: wanted })
  for (const each of shown) each?.remove()
  const order = widgets
    .map((widget, index) => ({ widget, index }))
    .sort((one, other) => one.widget.y - other.widget.y || one.widget.x - other.widget.x)
  const cards = order.map(({ widget, index }) => {
    const body = element("div", { class: "widget-body" })
    const { title } = widget.properties
    const card = element(
      "section",
      {
        class: "card widget",
        "data-type": widget.type,
        "aria-label": typeof title === "string" ? title : `${widget.type} widget`
      },
      typeof title === "string" && element("h2", { class: "widget-title" }, title),
      body
    )
    place(widget, card)
    return { card, body, widget, index }
  })
  replace(byId("dashboard"), ...cards.map(({ card }) => card))
  /** @type {Array<Shown | undefined>} */
  const made = []
  for (const { widget, body, index } of cards) made[index] = fillWidget(widget, body, index)
  shown = made
  shownName = wanted
}

const refresh = async () => {
  if (name === undefined || document.hidden) return
  if (shownName !== name) await build(name)
  /** @type {{ data: ReadonlyArray<any> }} */
  const { data } = await get("/api/dashboard/data", { name, minutes: String(minutes), period: String(period) })
  for (const [index, each] of data.entries()) shown[index]?.show(each)
}

const refreshQuietly = () =>
  refresh().catch((error) => {
    if (shownName === "")
      replace(
        byId("dashboard"),
        element("p", { class: "empty" }, error instanceof Error ? error.message : String(error))
      )
  })

/**
 * @template Value
 * @param {string} label
 * @param {ReadonlyArray<{ value: Value, title: string }>} choices
 * @param {() => Value} current
 * @param {(value: Value) => void} choose
 */
const segments = (label, choices, current, choose) =>
  element(
    "div",
    { class: "labelled" },
    element("span", { class: "card-note", "aria-hidden": "true" }, label),
    element(
      "div",
      { class: "segments", role: "group", "aria-label": label },
      ...choices.map(({ value, title }) =>
        element(
          "button",
          {
            type: "button",
            "data-key": `${label} ${title}`,
            "aria-pressed": String(value === current()),
            onclick: () => {
              choose(value)
              showTools()
              refreshQuietly()
            }
          },
          title
        )
      )
    )
  )

const showTools = () =>
  replace(
    byId("dashboard-tools"),
    names.length > 1 &&
      segments(
        "Dashboard",
        names.map((each) => ({ value: each, title: each })),
        () => name ?? "",
        (value) => {
          name = value
        }
      ),
    segments(
      "Period",
      periods.map(({ seconds, title }) => ({ value: seconds, title })),
      () => period,
      (value) => {
        period = value
      }
    ),
    segments(
      "Range",
      ranges.map(({ minutes: value, title }) => ({ value, title })),
      () => minutes,
      (value) => {
        minutes = value
      }
    )
  )

/** @param {import("../protocol.ts").StackDescription} stack */
export const startDashboard = ({ dashboards }) => {
  names = dashboards
  name = dashboards[0]
  document.addEventListener("theme", refreshQuietly)
}

export const showDashboard = () => {
  showTools()
  if (name === undefined)
    replace(byId("dashboard"), element("p", { class: "empty" }, "The program has registered no dashboard."))
  clearInterval(timer)
  timer = setInterval(refreshQuietly, refreshMilliseconds)
  refreshQuietly()
}

export const hideDashboard = () => clearInterval(timer)
