/**
 * The orders of this browser. Each is an entry of its own, so that two tabs never overwrite one another's.
 *
 * @typedef {import("./api.js").OrderStatus} OrderStatus
 *
 * @typedef {object} OwnOrder
 * @property {string} key The idempotency key: made once, when the order is placed, before anything is sent.
 * @property {string} itemName
 * @property {number} quantity
 * @property {number} placedAt Epoch milliseconds.
 * @property {string | undefined} orderId Its id, once the API has accepted it.
 * @property {Known} known What was last heard of it.
 *
 * @typedef {{ readonly kind: "sending" }
 *   | { readonly kind: "refused", readonly detail: string }
 *   | { readonly kind: "missing" }
 *   | { readonly kind: "status", readonly status: OrderStatus }} Known
 */

const prefix = "order-desk:order:"

/** What this tab knows, whether the browser keeps it or not. @type {Map<string, OwnOrder>} */
const orders = new Map()

/** What the browser had no room for. @type {Set<string>} */
const unkept = new Set()

/** Whether the browser keeps orders when the page is closed. */
export const keepsOrders = (() => {
  try {
    localStorage.setItem(`${prefix}probe`, "1")
    localStorage.removeItem(`${prefix}probe`)
    return true
  } catch {
    return false
  }
})()

/** @param {unknown} value @returns {value is Readonly<Record<string, unknown>>} */
const isObject = (value) => typeof value === "object" && value !== null

/** @param {unknown} value @returns {OrderStatus | undefined} */
const readStatus = (value) => {
  if (!isObject(value)) return undefined
  const { status, storedAt, failureClass, state, next } = value
  if (status === "processing") return { status }
  if (status === "stored") return { status, storedAt: typeof storedAt === "string" ? storedAt : undefined }
  return status === "failed" &&
    typeof failureClass === "string" &&
    typeof state === "string" &&
    typeof next === "string"
    ? { status, failureClass, state, next }
    : undefined
}

/** What was last heard; where it makes no sense, it is found out again. @param {unknown} value @returns {Known} */
const readKnown = (value) => {
  if (!isObject(value)) return { kind: "sending" }
  const { kind, detail } = value
  if (kind === "missing") return { kind }
  if (kind === "refused") return { kind, detail: String(detail) }
  const status = readStatus(value["status"])
  return kind === "status" && status !== undefined ? { kind, status } : { kind: "sending" }
}

/** An entry as it was written; `undefined` for what is none. @param {string} key @param {string | null} text */
const readEntry = (key, text) => {
  try {
    /** @type {unknown} */
    const value = JSON.parse(text ?? "")
    if (!isObject(value)) return undefined
    const { itemName, quantity, placedAt, orderId } = value
    if (typeof itemName !== "string" || typeof quantity !== "number" || typeof placedAt !== "number") return undefined
    const id = typeof orderId === "string" ? orderId : undefined
    const known = readKnown(value["known"])
    /** @type {OwnOrder} */
    const order = {
      key,
      itemName,
      quantity,
      placedAt,
      orderId: id,
      known: id !== undefined && known.kind === "sending" ? { kind: "status", status: { status: "processing" } } : known
    }
    return order
  } catch {
    return undefined
  }
}

/** Reads again what the browser keeps: another tab may have written. */
export const readAgain = () => {
  if (!keepsOrders) return
  for (const key of orders.keys()) if (!unkept.has(key)) orders.delete(key)
  for (let index = 0; index < localStorage.length; index += 1) {
    const name = localStorage.key(index) ?? ""
    if (!name.startsWith(prefix)) continue
    const key = name.slice(prefix.length)
    const order = readEntry(key, localStorage.getItem(name))
    if (order !== undefined) orders.set(key, order)
  }
}

/** The newest first. @returns {readonly OwnOrder[]} */
export const ownOrders = () =>
  [...orders.values()].sort((one, other) => other.placedAt - one.placedAt || (one.key < other.key ? -1 : 1))

/** @param {string} key */
export const ownOrder = (key) => orders.get(key)

/** @param {OwnOrder} order */
export const keep = (order) => {
  orders.set(order.key, order)
  if (!keepsOrders) return
  try {
    localStorage.setItem(`${prefix}${order.key}`, JSON.stringify(order))
    unkept.delete(order.key)
  } catch {
    unkept.add(order.key)
  }
}

/** @param {string} key */
export const forget = (key) => {
  orders.delete(key)
  unkept.delete(key)
  if (keepsOrders) localStorage.removeItem(`${prefix}${key}`)
}

/** Whether nothing more will become of an order. @param {OwnOrder} order */
export const isFinal = ({ known }) => {
  if (known.kind === "refused") return true
  if (known.kind !== "status") return false
  const { status } = known
  return status.status === "stored" || (status.status === "failed" && ["archived", "discarded"].includes(status.state))
}

/** Whether another tab wrote what this event tells of. @param {StorageEvent} event */
export const isOurs = (event) => event.key === null || event.key.startsWith(prefix)

readAgain()
