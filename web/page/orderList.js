/** The list of own orders. */
import { element, part, say } from "./elements.js"
import { stop, troubleOf, tryNow } from "./follow.js"
import { forget, isFinal, ownOrders } from "./ownOrders.js"
import { wordsOf } from "./words.js"

/** @typedef {import("./ownOrders.js").OwnOrder} OwnOrder */

const list = element("order-list", HTMLUListElement)
const template = element("order-template", HTMLTemplateElement)
const empty = element("empty", HTMLParagraphElement)
const clear = element("clear", HTMLButtonElement)
const title = element("orders-title", HTMLHeadingElement)

/** @type {Map<string, HTMLLIElement>} */
const cards = new Map()

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" })
const number = new Intl.NumberFormat()

/** @param {string} label @param {string} describes @param {() => void} act */
const button = (label, describes, act) => {
  const made = document.createElement("button")
  made.type = "button"
  made.className = "quiet"
  made.textContent = label
  made.setAttribute("aria-label", `${label}: ${describes}`)
  made.addEventListener("click", act)
  return made
}

/** @param {OwnOrder} order @param {HTMLElement} actions @param {boolean} isInTrouble */
const showActions = (order, actions, isInTrouble) => {
  const wanted = isFinal(order) || order.known.kind === "missing" ? "remove" : isInTrouble ? "retry" : "none"
  if (actions.dataset["shown"] === wanted) return
  actions.dataset["shown"] = wanted
  const remove = () => {
    stop(order.key)
    forget(order.key)
    showOrders()
    title.focus()
  }
  actions.replaceChildren(
    ...(wanted === "remove" ? [button("Remove", order.itemName, remove)] : []),
    ...(wanted === "retry" ? [button("Try now", order.itemName, () => tryNow(order.key))] : [])
  )
}

/** @param {OwnOrder} order @param {HTMLLIElement} card */
const fill = (order, card) => {
  const trouble = troubleOf(order.key)
  const words = wordsOf(order, trouble)
  card.dataset["tone"] = words.tone
  card.dataset["key"] = order.key
  say(part(card, ".order-item", HTMLSpanElement), order.itemName)
  say(part(card, ".order-quantity", HTMLSpanElement), `× ${number.format(order.quantity)}`)
  say(part(card, ".badge", HTMLSpanElement), words.label)
  say(part(card, ".order-meaning", HTMLParagraphElement), words.meaning)
  const placed = new Date(order.placedAt)
  const time = part(card, "time", HTMLTimeElement)
  time.dateTime = placed.toISOString()
  say(time, clock.format(placed))
  say(part(card, ".order-id", HTMLSpanElement), order.orderId ?? "")
  card.querySelectorAll(".steps li").forEach((step, index) => {
    if (step instanceof HTMLLIElement) step.dataset["step"] = words.steps[index] ?? "open"
  })
  showActions(order, part(card, ".order-actions", HTMLDivElement), trouble !== undefined)
}

const makeCard = () => {
  const copy = template.content.cloneNode(true)
  if (!(copy instanceof DocumentFragment)) throw new Error("The page's template is empty.")
  return part(copy, "li", HTMLLIElement)
}

/** Shows all orders as they are. Cards stay the same elements, so that focus stays where it is. */
export const showOrders = () => {
  const orders = ownOrders()
  const keys = new Set(orders.map(({ key }) => key))
  for (const [key, card] of cards)
    if (!keys.has(key)) {
      card.remove()
      cards.delete(key)
    }
  orders.forEach((order, index) => {
    const card = cards.get(order.key) ?? makeCard()
    cards.set(order.key, card)
    fill(order, card)
    if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null)
  })
  empty.hidden = orders.length > 0
  clear.hidden = !orders.some(isFinal)
}

/** What is said aloud of an order. @param {OwnOrder} order */
export const announcementOf = (order) => {
  const { label, meaning } = wordsOf(order, troubleOf(order.key))
  return `${order.itemName}: ${label}. ${meaning}`
}

title.tabIndex = -1
clear.addEventListener("click", () => {
  for (const order of ownOrders())
    if (isFinal(order)) {
      stop(order.key)
      forget(order.key)
    }
  showOrders()
  title.focus()
})
