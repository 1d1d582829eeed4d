// A message's life as the ledger has it, with the evidence of its failure and its log.
import { element } from "./dom.js"
import { colourOf, elapsed, timeOfDay } from "./format.js"

/**
 * @typedef {object} Message
 * @property {import("../../../handlers/ledger/LedgerItem.ts").LedgerItem & { code: string }} item
 * @property {string} nextStep
 * @property {{ hasBody: boolean, attributeNames: ReadonlyArray<string> } | undefined} archived
 * @property {ReadonlyArray<{ at: number, message: string }>} log
 */

/** @type {Readonly<Record<string, { title: string, tone: string }>>} */
const acts = {
  requeued: { title: "Sent back to its queue", tone: "accent" },
  held: { title: "Held", tone: "accent" },
  archived: { title: "Archived", tone: "warn" },
  alerted: { title: "Alert published", tone: "bad" },
  recovered: { title: "Recovered", tone: "good" },
  replayed: { title: "Replayed by an operator", tone: "accent" },
  parked: { title: "Sent to the parking queue", tone: "bad" }
}

/**
 * @param {{ at: string, title: string, tone: string, text: string, first: number }} step
 */
const stepOf = ({ at, title, tone, text, first }) =>
  element(
    "li",
    { class: "step", "data-tone": tone },
    element(
      "div",
      { class: "step-head" },
      element("span", { class: "step-title" }, title),
      element("time", { datetime: at, title: at }, timeOfDay(at)),
      element("span", { class: "step-elapsed" }, elapsed(Date.parse(at) - first))
    ),
    text !== "" && element("p", {}, text)
  )

/** @param {string | number | undefined} value @param {string} name */
const fact = (name, value) =>
  value === undefined || value === "" ? [] : [element("dt", {}, name), element("dd", {}, String(value))]

/** @param {string} text */
const logLine = (text) => {
  try {
    const { timestamp, time, level, message, type, ...rest } = JSON.parse(text)
    const more = Object.entries(rest).map(
      ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`
    )
    return [timestamp ?? time, level ?? type, message, ...more].filter((part) => part !== undefined).join("  ")
  } catch {
    return text
  }
}

/** @param {Message} message */
export const timelineOf = ({ item, archived, log }) => {
  const first = Date.parse(item.firstFailureAt)
  const failure = item.failure
  const steps = [
    { at: item.firstFailureAt, title: "Failed for the first time", tone: "bad", text: "" },
    ...item.history.map(({ at, act, why, attempt }) => {
      const { title, tone } = acts[act] ?? { title: act, tone: "" }
      return { at, title: attempt === undefined ? title : `${title}, attempt ${attempt}`, tone, text: why }
    })
  ]
  const facts = [
    ...fact("Reason", item.reason),
    ...fact("Detail", failure?.detail),
    ...fact("Dependency", failure?.dependency),
    ...fact("Receive", failure?.receiveCount),
    ...fact("Attempts of the healer", item.attempts),
    ...fact("Lineage id", item.lineageId),
    ...fact("Request id", failure?.requestId),
    ...fact("Log stream", failure?.logStream),
    ...fact("Archive object", item.archiveKey),
    ...fact("Fingerprint", item.fingerprint),
    ...fact("Attributes", archived?.attributeNames.join(", "))
  ]
  return element(
    "div",
    { class: "timeline", "data-code": colourOf(item.code) },
    element("ol", { class: "steps" }, ...steps.map((step) => stepOf({ ...step, first }))),
    element("h3", { class: "detail-title" }, "Evidence"),
    element("dl", { class: "facts" }, ...facts),
    log.length > 0 &&
      element(
        "details",
        { class: "log" },
        element("summary", {}, `Log of the invocation that failed (${log.length} lines)`),
        element("pre", { class: "code", tabindex: "0" }, log.map(({ message }) => logLine(message)).join("\n"))
      )
  )
}
