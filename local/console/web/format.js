// How numbers, times and names are written.

const grouped = new Intl.NumberFormat("en")

/** @param {number} value */
export const number = (value) => grouped.format(value)

/**
 * `1 message`, `2 messages`.
 *
 * @param {number} count
 * @param {string} noun
 */
export const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`

/**
 * `12:00:01`, in the browser's time zone.
 *
 * @param {number | string} at epoch milliseconds, or ISO-8601
 */
export const timeOfDay = (at) => new Date(at).toLocaleTimeString("en-GB", { hour12: false })

/**
 * `just now`, `12 s ago`, `3 min ago`.
 *
 * @param {number | string} at
 */
export const ago = (at) => {
  const seconds = Math.round((Date.now() - new Date(at).getTime()) / 1000)
  if (seconds < 3) return "just now"
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  return `${Math.floor(seconds / 3600)} h ago`
}

/**
 * `+0.4 s`, `+1 min 5 s`.
 *
 * @param {number} milliseconds
 */
export const elapsed = (milliseconds) => {
  const seconds = milliseconds / 1000
  if (seconds < 60) return `+${seconds.toFixed(1)} s`
  return `+${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

const builtIn = ["AUTH_FAILURE", "VALIDATION_ERROR", "BAD_PAYLOAD", "TIMEOUT", "DEPENDENCY_FAILURE", "UNKNOWN"]

/**
 * What the colours go by: a built-in failure class's code, or `CUSTOM` for a handler's own.
 *
 * @param {string} code
 */
export const colourOf = (code) => (builtIn.includes(code) ? code : "CUSTOM")

/** @type {Readonly<Record<string, string>>} */
const toneOfStatus = {
  "awaiting-operator": "bad",
  archived: "warn",
  held: "accent",
  healing: "accent",
  replayed: "accent",
  recovered: "good",
  discarded: ""
}

/** @param {string} status */
export const statusTone = (status) => toneOfStatus[status] ?? ""

/** @param {string} status */
export const statusText = (status) => status.replace("-", " ")

/**
 * A long id by its beginning.
 *
 * @param {string} id
 */
export const shortId = (id) => (id.length > 20 ? `${id.slice(0, 8)}…` : id)
