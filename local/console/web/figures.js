// The figures above everything: where the messages are.
import { byId, element, replace } from "./dom.js"
import { number } from "./format.js"

/** @typedef {import("../protocol.ts").LiveState} LiveState */

/** @param {LiveState} state */
const inQueues = ({ figures }) =>
  Object.values(figures).reduce(
    (sum, { visible = 0, inFlight = 0, delayed = 0 }) => sum + visible + inFlight + delayed,
    0
  )

/** @param {LiveState} state */
const breakerText = ({ breakers }) => {
  const open = breakers.filter(({ state }) => state !== "closed")
  const [first] = open
  if (first === undefined) return { text: "Closed", note: "all answer", tone: "" }
  const what = first.state === "open" ? "Open" : "Half-open"
  const held = first.held > 0 ? `, ${first.held} held` : ""
  return { text: what, note: `${first.dependency}${held}`, tone: first.state === "open" ? "bad" : "warn" }
}

/** @param {LiveState} state */
export const showFigures = (state) => {
  const { statuses } = state
  const healing = (statuses.healing ?? 0) + (statuses.held ?? 0) + (statuses.replayed ?? 0)
  const alarms = state.alarms.filter((alarm) => alarm.state === "ALARM")
  const breaker = breakerText(state)
  const waiting = statuses["awaiting-operator"] ?? 0
  const archived = statuses.archived ?? 0
  const figures = [
    { name: "Stored", value: number(state.stored), note: "orders", tone: "" },
    { name: "In queues", value: number(inQueues(state)), note: "messages", tone: "" },
    { name: "Healing", value: number(healing), note: "or held back", tone: healing > 0 ? "accent" : "" },
    {
      name: "Recovered",
      value: number(statuses.recovered ?? 0),
      note: "confirmed",
      tone: (statuses.recovered ?? 0) > 0 ? "good" : ""
    },
    { name: "Archived", value: number(archived), note: "kept, replayable", tone: archived > 0 ? "warn" : "" },
    { name: "Awaits you", value: number(waiting), note: "mend, then replay", tone: waiting > 0 ? "bad" : "" },
    { name: "Breaker", value: breaker.text, note: breaker.note, tone: breaker.tone },
    {
      name: "Alarms",
      value: number(alarms.length),
      note: alarms.length === 0 ? `of ${state.alarms.length}, all quiet` : alarms.map(({ label }) => label).join(", "),
      tone: alarms.length > 0 ? "bad" : ""
    }
  ]
  replace(
    byId("figures"),
    ...figures.map(({ name, value, note, tone }) =>
      element(
        "div",
        { class: "figure", "data-tone": tone, "data-figure": name },
        element("dt", {}, name),
        element(
          "dd",
          {},
          element("span", { class: "figure-value" }, value),
          element("span", { class: "figure-note", title: note }, note)
        )
      )
    )
  )
}
