/**
 * Sends orders until the API has them, and asks for them until nothing more will become of them. Waits grow as long as
 * nothing changes, are what `Retry-After` says where the API says it, and end when the browser is back online or the page
 * back in sight.
 */
import { lookUp, placeOrder } from "./api.js"
import { isFinal, keep, ownOrder, ownOrders } from "./ownOrders.js"
import { heldToken } from "./token.js"

/** @typedef {import("./ownOrders.js").OwnOrder} OwnOrder */

const firstWaitMilliseconds = 400
const waitFactor = 1.6
/** The longest between two questions about an order that is in hand, and about one that needs a person. */
const longestWaitMilliseconds = 10_000
const longestPatientWaitMilliseconds = 60_000
/** After so many answers that there is no such order, the page says so; it goes on asking. */
const missingUntilSaid = 4

/**
 * @typedef {object} Following
 * @property {number} waitMilliseconds
 * @property {number} missing
 * @property {ReturnType<typeof setTimeout> | undefined} timer
 * @property {boolean} busy
 * @property {string | undefined} trouble
 */

/** @type {Map<string, Following>} */
const followed = new Map()

/**
 * @typedef {object} Listener
 * @property {(order: OwnOrder) => void} changed An order, or what is to be said of it, is another.
 * @property {() => void} tokenNeeded
 */

/** @type {Listener} */
let listener = { changed: () => undefined, tokenNeeded: () => undefined }

/** Why the last attempt about an order came to nothing. @param {string} key */
export const troubleOf = (key) => followed.get(key)?.trouble

/** Jitter keeps browsers apart that lost the service at the same moment. @param {number} milliseconds */
const jittered = (milliseconds) => milliseconds * (0.75 + Math.random() / 2)

/** @param {OwnOrder} order @param {Following} state @param {number | undefined} [afterSeconds] */
const wait = (order, state, afterSeconds) => {
  const isPatient =
    order.known.kind === "missing" ||
    (order.known.kind === "status" && order.known.status.status === "failed" && order.known.status.state !== "healing")
  const longest = isPatient ? longestPatientWaitMilliseconds : longestWaitMilliseconds
  const own = jittered(Math.min(state.waitMilliseconds, longest))
  state.waitMilliseconds = Math.min(state.waitMilliseconds * waitFactor, longest)
  // An hour's `Retry-After` would be a page that does nothing.
  const asked = Math.min((afterSeconds ?? 0) * 1000, longestPatientWaitMilliseconds)
  clearTimeout(state.timer)
  state.timer = setTimeout(() => attempt(order.key), Math.max(own, asked))
}

/** @param {OwnOrder} before @param {OwnOrder} after */
const isSame = (before, after) =>
  before.orderId === after.orderId && JSON.stringify(before.known) === JSON.stringify(after.known)

/** @param {OwnOrder} before @param {OwnOrder} after @param {Following} state @param {string | undefined} trouble */
const learn = (before, after, state, trouble) => {
  const changed = !isSame(before, after)
  const isNews = changed || state.trouble !== trouble
  state.trouble = trouble
  if (changed) {
    state.waitMilliseconds = firstWaitMilliseconds
    keep(after)
  }
  if (isNews) listener.changed(after)
}

/** @param {OwnOrder} order @param {Following} state @param {string | undefined} used */
const needToken = (order, state, used) => {
  // Another one was given while this answer was on its way.
  if (used !== heldToken()) return wait(order, state)
  learn(order, order, state, "The service asks for an access token.")
  // Until there is one, asking again is of no use; `tryNow` comes with it.
  return listener.tokenNeeded()
}

/** @param {OwnOrder} order @param {Following} state */
const send = async (order, state) => {
  const placed = await placeOrder(order, order.key)
  // Removed meanwhile.
  const current = ownOrder(order.key)
  if (current === undefined) return stop(order.key)
  if (placed.kind === "token") return needToken(current, state, placed.used)
  if (placed.kind === "again") {
    learn(current, current, state, placed.why)
    return wait(current, state, placed.afterSeconds)
  }
  const after =
    placed.kind === "accepted"
      ? /** @type {OwnOrder} */ ({
          ...current,
          orderId: placed.orderId,
          known: { kind: "status", status: { status: "processing" } }
        })
      : /** @type {OwnOrder} */ ({ ...current, known: { kind: "refused", detail: sentenceOf(placed) } })
  learn(current, after, state, undefined)
  if (isFinal(after)) stop(order.key)
  else wait(after, state)
}

/** @param {import("./api.js").Refused} refused */
const sentenceOf = ({ detail, errors }) =>
  errors.length === 0 ? detail : errors.map(({ field, message }) => `${field}: ${message}.`).join(" ")

/** @param {OwnOrder} order @param {string} orderId @param {Following} state */
const ask = async (order, orderId, state) => {
  const looked = await lookUp(orderId)
  const current = ownOrder(order.key)
  if (current === undefined) return stop(order.key)
  if (looked.kind === "token") return needToken(current, state, looked.used)
  if (looked.kind === "again" || looked.kind === "refused") {
    learn(current, current, state, looked.kind === "again" ? looked.why : looked.detail)
    return wait(current, state, looked.kind === "again" ? looked.afterSeconds : undefined)
  }
  state.missing = looked.kind === "missing" ? state.missing + 1 : 0
  /** @type {OwnOrder} */
  const after =
    looked.kind === "status"
      ? { ...current, known: { kind: "status", status: looked.status } }
      : state.missing >= missingUntilSaid
        ? { ...current, known: { kind: "missing" } }
        : current
  learn(current, after, state, undefined)
  if (isFinal(after)) stop(order.key)
  else wait(after, state)
}

/** @param {string} key */
const attempt = async (key) => {
  const state = followed.get(key)
  const order = ownOrder(key)
  if (state === undefined || state.busy) return
  if (order === undefined || isFinal(order)) return stop(key)
  // Nobody looks: it is asked for again as soon as somebody does. What is not sent yet is sent all the same.
  if (document.hidden && order.orderId !== undefined) return
  state.busy = true
  try {
    await (order.orderId === undefined ? send(order, state) : ask(order, order.orderId, state))
  } finally {
    state.busy = false
  }
}

/**
 * Follows an order from now on.
 *
 * @param {OwnOrder} order
 * @param {import("./api.js").Again} [again] What came of sending it just now, if nothing did.
 */
export const follow = (order, again) => {
  if (followed.has(order.key)) return
  /** @type {Following} */
  const state = {
    waitMilliseconds: firstWaitMilliseconds,
    missing: 0,
    timer: undefined,
    busy: false,
    trouble: again?.why
  }
  followed.set(order.key, state)
  if (again === undefined) void attempt(order.key)
  else wait(order, state, again.afterSeconds)
}

/** Follows an order no more. @param {string} key */
export const stop = (key) => {
  clearTimeout(followed.get(key)?.timer)
  followed.delete(key)
}

/** Tries all at once, or the one, without waiting. @param {string} [key] */
export const tryNow = (key) => {
  for (const [each, state] of followed) {
    if (key !== undefined && each !== key) continue
    state.waitMilliseconds = firstWaitMilliseconds
    clearTimeout(state.timer)
    void attempt(each)
  }
}

/** Follows every order that something may still become of, and that is not followed yet. */
export const followNew = () => {
  for (const order of ownOrders()) if (!isFinal(order)) follow(order)
}

/** Follows every order, from the start of the page on. @param {Listener} whoHears */
export const followAll = (whoHears) => {
  listener = whoHears
  followNew()
  addEventListener("online", () => tryNow())
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tryNow()
  })
}
