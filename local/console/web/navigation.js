// Which view is shown, from the address: `#system`, `#failures`, `#failures/GROUP`, `#message/ID`, `#dashboard`.

/** @typedef {{ view: "system" | "failures" | "dashboard", group?: string | undefined, message?: string | undefined }} Place */

/** @returns {Place} */
export const place = () => {
  const [name = "", argument] = location.hash.slice(1).split("/")
  const given = argument === undefined ? undefined : decodeURIComponent(argument)
  if (name === "message") return { view: "failures", message: given }
  if (name === "failures") return { view: "failures", group: given }
  return { view: name === "dashboard" ? "dashboard" : "system" }
}

/** @param {string} lineageId */
export const openMessage = (lineageId) => {
  location.hash = `message/${encodeURIComponent(lineageId)}`
}

/** @param {string} fingerprint */
export const openGroup = (fingerprint) => {
  location.hash = `failures/${encodeURIComponent(fingerprint)}`
}
