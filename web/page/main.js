/** The order page: the form, the list, and what goes on between them. */
import { placeOrder } from "./api.js"
import { element, say } from "./elements.js"
import { follow, followAll, followNew, stop, tryNow } from "./follow.js"
import { onSubmit, resetForm, showProblems } from "./orderForm.js"
import { announcementOf, showOrders } from "./orderList.js"
import { forget, isOurs, keep, keepsOrders, readAgain } from "./ownOrders.js"
import { askForToken, offerToken, onToken, takeToken } from "./tokenField.js"

/** @typedef {import("./ownOrders.js").OwnOrder} OwnOrder */
/** @typedef {import("./orderForm.js").FilledOrder} FilledOrder */

const announcement = element("announcement", HTMLParagraphElement)

/** @param {OwnOrder} order */
const showChange = (order) => {
  showOrders()
  say(announcement, announcementOf(order))
}

/**
 * What the form holds is one order, until it is accepted or changed: sent again, it has the key that it had.
 *
 * @type {{ readonly key: string, readonly order: FilledOrder } | undefined}
 */
let unsent

/** @param {FilledOrder} order */
const keyOf = (order) => {
  const isSame = unsent?.order.itemName === order.itemName && unsent.order.quantity === order.quantity
  const key = isSame && unsent !== undefined ? unsent.key : crypto.randomUUID()
  unsent = { key, order }
  return key
}

/**
 * Places an order. It is written down before it is sent: whatever happens then, closing the page included, it is known
 * and sent again under the same key.
 *
 * @param {FilledOrder} filled
 */
const place = async (filled) => {
  takeToken()
  const key = keyOf(filled)
  /** @type {OwnOrder} */
  const order = { key, ...filled, placedAt: Date.now(), orderId: undefined, known: { kind: "sending" } }
  keep(order)
  const placed = await placeOrder(filled, key)
  if (placed.kind === "refused" || placed.kind === "token") {
    // Nothing was ordered. It stays in the form.
    forget(key)
    stop(key)
    showOrders()
    if (placed.kind === "token") return askForToken()
    // Another content is another order.
    unsent = undefined
    return showProblems(placed.detail, placed.errors)
  }
  unsent = undefined
  resetForm(filled)
  if (placed.kind === "accepted") {
    const { orderId } = placed
    /** @type {OwnOrder} */
    const accepted = { ...order, orderId, known: { kind: "status", status: { status: "processing" } } }
    keep(accepted)
    follow(accepted)
    return showChange(accepted)
  }
  follow(order, placed)
  return showChange(order)
}

element("storage-notice", HTMLParagraphElement).hidden = keepsOrders
onSubmit(place)
onToken(() => {
  tryNow()
  // The order that the token was asked for is still in the form.
  if (unsent !== undefined) element("order-form", HTMLFormElement).requestSubmit()
})
addEventListener("storage", (event) => {
  if (!isOurs(event)) return
  readAgain()
  followNew()
  showOrders()
})
followAll({ changed: showChange, tokenNeeded: offerToken })
showOrders()
