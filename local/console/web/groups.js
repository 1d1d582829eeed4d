// Failures of one cause as one card: what it is, how many, where they stand, and what to do next.
import { post } from "./api.js"
import { byId, element, replace } from "./dom.js"
import { ago, colourOf, plural, statusText, statusTone } from "./format.js"
import { openGroup, place } from "./navigation.js"
import { attempt } from "./toast.js"

/** @typedef {import("../../../handlers/operations/failureGroups.ts").FailureGroup} FailureGroup */
/** @typedef {import("../protocol.ts").ReplayView} ReplayView */

/** @type {import("../protocol.ts").FailuresView} */
let shown = { groups: [], more: false }
/** @type {Map<string, ReplayView>} */
const replays = new Map()
/** By the fingerprint or the lineage id that was replayed: the newest replay. @type {Map<string, string>} */
const replayOf = new Map()
/** @type {"open" | "all"} */
let filter = "open"

const over = ["recovered", "discarded"]
const replayable = ["archived", "awaiting-operator"]

/** @param {FailureGroup} group */
const isOpen = ({ statuses }) => Object.keys(statuses).some((status) => !over.includes(status))

/** @param {FailureGroup} group */
const replayableCount = ({ statuses }) => (statuses.archived ?? 0) + (statuses["awaiting-operator"] ?? 0)

/** @param {string} fingerprint */
export const groupOf = (fingerprint) =>
  shown.groups.find((group) => group.fingerprint === fingerprint || group.fingerprint.startsWith(`${fingerprint} `))

/**
 * A button that replays, with how far its last replay is; without a label only the latter.
 *
 * @param {{ label: string | undefined, what: string, target: { fingerprint: string } | { lineageId: string }, isPrimary?: boolean }} options
 */
export const replayControl = ({ label, what, target, isPrimary = false }) => {
  const key = "fingerprint" in target ? target.fingerprint : target.lineageId
  const replay = replayUnder(key)
  const isRunning = replay?.state === "running"
  return element(
    "div",
    { class: "replay" },
    label !== undefined &&
      element(
        "button",
        {
          type: "button",
          class: isPrimary ? "button primary" : "button",
          "data-key": `replay-${key}`,
          "data-replay": key,
          disabled: isRunning,
          onclick: ({ currentTarget }) => {
            if (!(currentTarget instanceof HTMLButtonElement)) return
            attempt(currentTarget, async () => {
              const { id } = await post("/api/replays", { what, ...target })
              replayOf.set(key, id)
              for (const listener of listeners) listener()
            })
          }
        },
        isRunning ? "Replaying…" : label
      ),
    replay !== undefined && replayProgress(replay)
  )
}

/**
 * The newest replay of a group or a message.
 *
 * @param {string} key
 */
export const replayUnder = (key) => replays.get(replayOf.get(key) ?? "")

/** @param {ReplayView} replay */
const replayProgress = ({ state, selected, recovered, failedAgain, text }) => {
  const tones = { running: "accent", finished: failedAgain > 0 ? "bad" : "good", stopped: "bad", broken: "bad" }
  return element(
    "div",
    { class: "replay-progress", "data-tone": tones[state], "data-state": state, role: "status" },
    state === "running" &&
      element("progress", { max: Math.max(1, selected), value: recovered + failedAgain, "aria-label": "Replayed" }),
    element("span", {}, text)
  )
}

/** @type {Set<() => void>} */
const listeners = new Set()

/** Tells when groups or replays have changed. @param {() => void} listener */
export const onFailures = (listener) => listeners.add(listener)

/** @param {FailureGroup} group */
const card = (group) => {
  const { fingerprint, code, count, statuses, example, lastFailureAt, nextStep } = group
  const isSelected = groupOf(place().group ?? "") === group
  return element(
    "li",
    {
      class: "group",
      "data-code": colourOf(code),
      "data-group": code,
      "data-selected": isSelected ? "true" : undefined
    },
    element(
      "button",
      {
        type: "button",
        class: "group-open",
        "data-key": `group-${fingerprint}`,
        "aria-current": isSelected ? "true" : undefined,
        onclick: () => openGroup(fingerprint)
      },
      element(
        "span",
        { class: "group-head" },
        element("span", { class: "class-name" }, code),
        element("span", { class: "group-count" }, `× ${count}`),
        element("time", { datetime: lastFailureAt }, ago(lastFailureAt))
      ),
      element(
        "span",
        { class: "group-reason" },
        [example.reason, example.dependency].filter((part) => part !== undefined && part !== "").join(" · ")
      ),
      element(
        "span",
        { class: "group-statuses" },
        ...Object.entries(statuses).map(([status, each]) =>
          element("span", { class: "badge", "data-tone": statusTone(status) }, `${each} ${statusText(status)}`)
        )
      ),
      element("span", { class: "group-next" }, nextStep)
    )
  )
}

const showGroups = () => {
  const groups = filter === "open" ? shown.groups.filter(isOpen) : shown.groups
  const openCount = shown.groups.filter(({ statuses }) => replayable.some((status) => status in statuses)).length
  const count = byId("open-count")
  count.hidden = openCount === 0
  count.textContent = String(openCount)
  count.setAttribute("aria-label", `${plural(openCount, "group")} to look at`)
  if (place().view !== "failures") return
  replace(
    byId("group-filter"),
    element(
      "div",
      { class: "segments", role: "group", "aria-label": "Which groups" },
      .../** @type {const} */ (["open", "all"]).map((each) =>
        element(
          "button",
          {
            type: "button",
            "data-key": `filter-${each}`,
            "aria-pressed": String(filter === each),
            onclick: () => {
              filter = each
              showGroups()
            }
          },
          each === "open" ? "Not over" : "All"
        )
      )
    )
  )
  const none =
    shown.groups.length === 0
      ? element(
          "li",
          { class: "empty card" },
          element("strong", {}, "No message has failed."),
          "Send one of the orders that fail on purpose."
        )
      : element(
          "li",
          { class: "empty card" },
          element("strong", {}, "Nothing is left to do."),
          "What has recovered is listed under All."
        )
  replace(
    byId("groups"),
    ...(groups.length === 0 ? [none] : groups.map(card)),
    shown.more && element("li", { class: "empty" }, "There are more failures than are grouped here; the newest count.")
  )
}

/** @param {import("../protocol.ts").FailuresView} failures */
export const showFailures = (failures) => {
  shown = failures
  showGroups()
  for (const listener of listeners) listener()
}

/** @param {ReplayView} replay */
export const showReplay = (replay) => {
  replays.set(replay.id, replay)
  for (const listener of listeners) listener()
}

/** Shows the list anew, as after the view has changed. */
export const refreshGroups = showGroups

/** The group that is the most urgent, if there is one. */
export const firstGroup = () => (filter === "open" ? shown.groups.filter(isOpen) : shown.groups)[0]

export { replayableCount }
