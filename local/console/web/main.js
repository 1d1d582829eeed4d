// The page: views, shortcuts, and who is told what.
import { followAgain, pressOrder, showGatewayMode, startActions } from "./actions.js"
import { get } from "./api.js"
import { hideDashboard, showDashboard, startDashboard } from "./dashboard.js"
import { refreshDetail, startDetail } from "./detail.js"
import { byId, element, replace, setText } from "./dom.js"
import { showLines, startFeed } from "./feed.js"
import { showFigures } from "./figures.js"
import { refreshGroups, showFailures, showReplay } from "./groups.js"
import { place } from "./navigation.js"
import { listen } from "./stream.js"
import { showFlows, showState, showTopology } from "./topology.js"

const views = /** @type {const} */ (["system", "failures", "dashboard"])
const titles = { system: "System", failures: "Failures", dashboard: "Dashboard" }

const showPlace = () => {
  const { view } = place()
  for (const each of views) {
    byId(`view-${each}`).hidden = each !== view
    const tab = document.querySelector(`[data-view="${each}"]`)
    if (each === view) tab?.setAttribute("aria-current", "page")
    else tab?.removeAttribute("aria-current")
  }
  document.title = `${titles[view]} · Resilient queue`
  refreshGroups()
  refreshDetail()
  if (view === "dashboard") showDashboard()
  else hideDashboard()
}

/** @type {ReadonlyArray<{ keys: ReadonlyArray<string>, does: string, act: () => void }>} */
const shortcuts = [
  { keys: ["1"], does: "System", act: () => location.assign("#system") },
  { keys: ["2"], does: "Failures", act: () => location.assign("#failures") },
  { keys: ["3"], does: "Dashboard", act: () => location.assign("#dashboard") },
  { keys: ["o"], does: "Order a laptop", act: () => pressOrder("laptop") },
  { keys: ["p"], does: "Order poison", act: () => pressOrder("Poison") },
  { keys: ["t"], does: "Light or dark", act: () => byId("theme").click() },
  {
    keys: ["Escape"],
    does: "Back",
    act: () => {
      const back = byId("detail").querySelector("a.back")
      if (place().view === "failures" && back instanceof HTMLElement) back.click()
    }
  },
  { keys: ["?"], does: "These shortcuts", act: () => showShortcuts() }
]

const showShortcuts = () => {
  const dialog = byId("shortcuts")
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return
  replace(
    dialog,
    element("h2", { id: "title-shortcuts" }, "Keyboard shortcuts"),
    element(
      "div",
      { class: "keys" },
      ...shortcuts.flatMap(({ keys, does }) => [
        element("span", {}, ...keys.map((key) => element("kbd", {}, key === "Escape" ? "Esc" : key))),
        element("span", {}, does)
      ])
    ),
    element("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Close")
  )
  dialog.showModal()
}

const startShortcuts = () => {
  byId("help").addEventListener("click", showShortcuts)
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") !== null) return
    if (event.target instanceof Element && event.target.closest("input, textarea, select") !== null) return
    const shortcut = shortcuts.find(({ keys }) => keys.includes(event.key))
    if (shortcut === undefined) return
    event.preventDefault()
    shortcut.act()
  })
}

const startTheme = () => {
  byId("theme").addEventListener("click", () => {
    const theme = document.documentElement.dataset["theme"] === "dark" ? "light" : "dark"
    document.documentElement.dataset["theme"] = theme
    localStorage.setItem("theme", theme)
    document.dispatchEvent(new Event("theme"))
  })
}

/** @type {import("../protocol.ts").StackDescription} */
const stack = await get("/api/stack")
setText(byId("project"), stack.project)
setText(byId("stack"), `${stack.stack} · ${stack.region}`)
showTopology(stack)
startActions(stack)
startFeed()
startDetail()
startDashboard(stack)
startTheme()
startShortcuts()
addEventListener("hashchange", () => {
  showPlace()
  if (place().view === "failures" && (place().group !== undefined || place().message !== undefined))
    byId("detail").focus({ preventScroll: true })
})
showPlace()
listen({
  state: (state) => {
    showState(state)
    showFigures(state)
    showGatewayMode(state.gatewayMode)
  },
  flows: showFlows,
  lines: showLines,
  failures: showFailures,
  replay: (replay) => {
    showReplay(replay)
    followAgain()
  },
  connected: (isConnected) => {
    byId("live").dataset["state"] = isConnected ? "on" : "off"
    setText(byId("live-text"), isConnected ? "Live" : "Not connected")
  }
})
