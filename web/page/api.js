/**
 * The order API: what it answers, as few cases as the page has to tell apart. Nothing here retries.
 *
 * @typedef {{ readonly field: string, readonly message: string }} FieldProblem
 *
 * @typedef {{ readonly kind: "again", readonly why: string, readonly afterSeconds: number | undefined }} Again
 *   It may work later: no connection, no answer in time, too many requests, a fault of the service's. The order may have
 *   arrived or not, which is why it is only ever sent again with the same key.
 * @typedef {{ readonly kind: "token", readonly used: string | undefined }} TokenNeeded
 *   The API wants a token, or another one than it was given.
 * @typedef {{ readonly kind: "refused", readonly detail: string, readonly errors: readonly FieldProblem[] }} Refused
 *
 * @typedef {{ readonly kind: "accepted", readonly orderId: string } | Refused | Again | TokenNeeded} Placed
 *
 * @typedef {{ readonly status: "processing" }
 *   | { readonly status: "stored", readonly storedAt: string | undefined }
 *   | { readonly status: "failed", readonly failureClass: string, readonly state: string, readonly next: string }} OrderStatus
 * @typedef {{ readonly kind: "status", readonly status: OrderStatus } | { readonly kind: "missing" }
 *   | Refused | Again | TokenNeeded} Looked
 *
 * @typedef {{ readonly itemName: string, readonly quantity: number | undefined }} OrderToPlace
 */
import { heldToken } from "./token.js"

/** Longer than the API's functions have, so that it is their answer that tells of a time-out. */
const answerMilliseconds = 20_000

/** @param {unknown} value @returns {Readonly<Record<string, unknown>>} */
const objectOf = (value) => (typeof value === "object" && value !== null ? { ...value } : {})

/** @param {unknown} value @param {string} otherwise */
const textOf = (value, otherwise) => (typeof value === "string" && value !== "" ? value : otherwise)

/** Seconds of `Retry-After`; browsers' clocks are not to be trusted with its dates. @param {Response} response */
const afterSeconds = (response) => {
  const text = response.headers.get("retry-after") ?? ""
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined
}

/**
 * One request; an answer that is no JSON has an empty body.
 *
 * @param {string} path
 * @param {RequestInit} options
 * @returns {Promise<{ readonly response: Response, readonly body: Readonly<Record<string, unknown>> } | Again | TokenNeeded>}
 */
const call = async (path, options) => {
  const token = heldToken()
  const headers = new Headers(options.headers)
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`)
  const signal = AbortSignal.timeout(answerMilliseconds)
  try {
    const response = await fetch(path, { ...options, headers, signal, cache: "no-store" })
    if (response.status === 401) return { kind: "token", used: token }
    const text = await response.text()
    /** @type {unknown} */
    let body
    try {
      body = JSON.parse(text)
    } catch {
      body = undefined
    }
    return { response, body: objectOf(body) }
  } catch {
    const why = signal.aborted ? "The service did not answer in time." : "The service cannot be reached."
    return { kind: "again", why, afterSeconds: undefined }
  }
}

/** @param {Readonly<Record<string, unknown>>} body @returns {readonly FieldProblem[]} */
const fieldProblems = ({ errors }) =>
  (Array.isArray(errors) ? errors : []).map(objectOf).map(({ field, message }) => ({
    field: textOf(field, ""),
    message: textOf(message, "Not valid.")
  }))

/**
 * What an answer means that is no success.
 *
 * @param {Response} response
 * @param {Readonly<Record<string, unknown>>} body
 * @returns {Refused | Again}
 */
const refusal = (response, body) => {
  const { status } = response
  if (status === 408 || status === 429 || status >= 500)
    return {
      kind: "again",
      why: status === 429 ? "The service is busy." : textOf(body["detail"], "The service has a problem."),
      afterSeconds: afterSeconds(response)
    }
  // API Gateway says "Forbidden" where a token lacks the scope.
  const otherwise = status === 403 ? "The service does not let you do this." : `The service answered ${status}.`
  return {
    kind: "refused",
    detail: textOf(body["detail"], otherwise),
    errors: fieldProblems(body)
  }
}

/**
 * Places an order. The same key stands for the same order, however often it is sent.
 *
 * @param {OrderToPlace} order
 * @param {string} key
 * @returns {Promise<Placed>}
 */
export const placeOrder = async ({ itemName, quantity }, key) => {
  const called = await call("/orders", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": `"${key}"` },
    body: JSON.stringify({ itemName, quantity: quantity ?? null })
  })
  if ("kind" in called) return called
  const { response, body } = called
  const { orderId } = body
  if (response.ok && typeof orderId === "string") return { kind: "accepted", orderId }
  // A success without an id is not the API's: something in between has answered.
  return response.ok
    ? { kind: "again", why: "The service gave no sensible answer.", afterSeconds: undefined }
    : refusal(response, body)
}

/**
 * Looks an order up.
 *
 * @param {string} orderId
 * @returns {Promise<Looked>}
 */
export const lookUp = async (orderId) => {
  const called = await call(`/orders/${encodeURIComponent(orderId)}`, { method: "GET" })
  if ("kind" in called) return called
  const { response, body } = called
  if (response.status === 404) return { kind: "missing" }
  if (!response.ok) return refusal(response, body)
  const { status, storedAt } = body
  if (status === "stored")
    return {
      kind: "status",
      status: { status, storedAt: typeof storedAt === "string" ? storedAt : undefined }
    }
  if (status === "failed") {
    const failure = objectOf(body["failure"])
    const failureClass = textOf(failure["class"], "UNKNOWN")
    const next = textOf(failure["next"], "")
    return { kind: "status", status: { status, failureClass, state: textOf(failure["state"], "healing"), next } }
  }
  if (status === "processing") return { kind: "status", status: { status } }
  return { kind: "again", why: "The service gave no sensible answer.", afterSeconds: undefined }
}
