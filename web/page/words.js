/**
 * What the page says of each state of an order.
 *
 * @typedef {import("./ownOrders.js").OwnOrder} OwnOrder
 * @typedef {import("./api.js").OrderStatus} OrderStatus
 * @typedef {"good" | "busy" | "warn" | "bad"} Tone
 * @typedef {"done" | "now" | "open"} Step
 *
 * @typedef {object} Words
 * @property {string} label A word or two.
 * @property {string} meaning What it means to whoever ordered.
 * @property {Tone} tone
 * @property {readonly Step[]} steps Accepted, in hand, stored.
 */

/** Why an order failed, by the API's failure class. @type {Readonly<Record<string, string>>} */
const causes = {
  AUTH_FAILURE: "A service that it needs refused us.",
  VALIDATION_ERROR: "It breaks a rule.",
  BAD_PAYLOAD: "It could not be read.",
  TIMEOUT: "A service that it needs took too long.",
  DEPENDENCY_FAILURE: "A service that it needs failed.",
  UNKNOWN: "Something unexpected happened."
}

/** A state that the page does not know yet is one in which something happens. @type {Readonly<Record<string, { label: string, tone: Tone }>>} */
const failures = {
  healing: { label: "Being healed", tone: "warn" },
  held: { label: "On hold", tone: "warn" },
  "awaiting-operator": { label: "Awaiting an operator", tone: "warn" },
  archived: { label: "Archived", tone: "bad" },
  discarded: { label: "Discarded", tone: "bad" }
}

/** @param {OrderStatus} status @returns {Words} */
const ofStatus = (status) => {
  if (status.status === "stored")
    return { label: "Stored", meaning: "Done. Your order is stored.", tone: "good", steps: ["done", "done", "done"] }
  if (status.status === "processing")
    return {
      label: "Accepted",
      meaning: "We have your order and are working on it.",
      tone: "busy",
      steps: ["done", "now", "open"]
    }
  const { label, tone } = failures[status.state] ?? { label: "Being looked at", tone: "warn" }
  const cause = causes[status.failureClass] ?? "It could not be completed."
  return { label, tone, meaning: `${cause} ${status.next}`.trim(), steps: ["done", "now", "open"] }
}

/**
 * @param {OwnOrder} order
 * @param {string | undefined} trouble Why the last attempt to send it or to ask for it came to nothing.
 * @returns {Words}
 */
export const wordsOf = ({ known }, trouble) => {
  if (known.kind === "status") {
    const words = ofStatus(known.status)
    return trouble === undefined
      ? words
      : { ...words, meaning: `${words.meaning} (${trouble} This is the last we heard.)` }
  }
  if (known.kind === "refused")
    return { label: "Refused", meaning: known.detail, tone: "bad", steps: ["open", "open", "open"] }
  if (known.kind === "missing")
    return {
      label: "No news",
      meaning: "The service has no news of this order.",
      tone: "warn",
      steps: ["done", "open", "open"]
    }
  return trouble === undefined
    ? { label: "Sending", meaning: "Your order is on its way to us.", tone: "busy", steps: ["now", "open", "open"] }
    : {
        label: "Not sent yet",
        meaning: `${trouble} Your order is kept here and sent again by itself; it cannot be placed twice.`,
        tone: "warn",
        steps: ["now", "open", "open"]
      }
}
