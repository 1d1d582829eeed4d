// Buttons that send orders, break the payment gateway and mend it; and what became of the orders.
import { get, post } from "./api.js"
import { byId, element, replace } from "./dom.js"
import { colourOf } from "./format.js"
import { openMessage } from "./navigation.js"
import { attempt, toast } from "./toast.js"

/** @typedef {import("../protocol.ts").SentOrder} SentOrder */
/** @typedef {import("../protocol.ts").Followed} Followed */
/** @typedef {{ order: SentOrder, followed: Followed | undefined, row: HTMLElement, sentAt: number }} Followable */

/** The newest ones; of older ones the failures and the table tell. */
const mostFollowed = 40
const lookMilliseconds = 600

/** @type {Array<Followable>} */
let followables = []

/** @type {Readonly<Record<string, { text: string, tone: string }>>} */
const stages = {
  accepted: { text: "on its way", tone: "" },
  failing: { text: "healing", tone: "accent" },
  stored: { text: "stored", tone: "good" },
  rejected: { text: "refused", tone: "warn" },
  kept: { text: "kept", tone: "bad" },
  unknown: { text: "unknown", tone: "" }
}

/** @param {Followable} followable */
const showFollowed = ({ order, followed, row }) => {
  const stage = stages[followed?.stage ?? "accepted"] ?? { text: "", tone: "" }
  row.dataset["stage"] = followed?.stage ?? "accepted"
  const lineageId = followed?.lineageId
  replace(
    row,
    element(
      "div",
      { class: "sent-line" },
      element("span", { class: "sent-title" }, order.title),
      element("span", { class: "badge", "data-tone": stage.tone }, stage.text)
    ),
    element(
      "p",
      { class: "sent-text" },
      followed?.code !== undefined &&
        element("span", { class: "class-name", "data-code": colourOf(followed.code) }, followed.code),
      element("span", {}, followed?.text ?? "Sent."),
      lineageId !== undefined &&
        element(
          "button",
          { type: "button", class: "link", "data-key": `open-${lineageId}`, onclick: () => openMessage(lineageId) },
          "Timeline"
        )
    )
  )
}

const lookAgain = async () => {
  for (const followable of followables) {
    const { order, followed } = followable
    if (followed?.isOver === true) continue
    /** @type {Followed | undefined} */
    const next = await get("/api/follow", { orderId: order.orderId, messageId: order.messageId }).catch(() => undefined)
    if (next === undefined || JSON.stringify(next) === JSON.stringify(followed)) continue
    followable.followed = next
    showFollowed(followable)
  }
}

let isLooking = false
const look = async () => {
  if (isLooking || document.hidden) return
  isLooking = true
  await lookAgain()
  isLooking = false
}

/** What was over may have begun anew: an order that is replayed. */
export const followAgain = () => {
  for (const followable of followables)
    if (followable.followed?.stage === "kept") followable.followed = { ...followable.followed, isOver: false }
}

/** @param {ReadonlyArray<SentOrder>} sent */
const addSent = (sent) => {
  const list = byId("sent").querySelector("ul")
  if (list === null) return
  list.querySelector(".empty")?.remove()
  for (const order of sent) {
    const row = element("li", { class: "sent" })
    /** @type {Followed | undefined} */
    const followed = order.rejected ? { stage: "rejected", text: order.answer ?? "Refused.", isOver: true } : undefined
    const followable = { order, followed, row, sentAt: Date.now() }
    followables.unshift(followable)
    list.prepend(row)
    showFollowed(followable)
  }
  followables = followables.slice(0, mostFollowed)
  while (list.childElementCount > mostFollowed) list.lastElementChild?.remove()
  look()
}

/** @param {string} kind @param {HTMLButtonElement} button */
const send = (kind, button) =>
  attempt(button, async () => {
    /** @type {{ sent: ReadonlyArray<SentOrder> }} */
    const { sent } = await post("/api/orders", { kind })
    addSent(sent)
    const [first] = sent
    if (first?.rejected === true) toast(first.answer ?? "Refused.", "plain")
    else toast(sent.length === 1 ? `${first?.title}: accepted` : `${sent.length} orders accepted`)
  })

/** @param {string} mode */
export const showGatewayMode = (mode) => {
  for (const button of document.querySelectorAll("[data-mode]"))
    button.setAttribute("aria-pressed", String(button.getAttribute("data-mode") === mode))
}

/** @param {import("../protocol.ts").StackDescription["gateway"]} modes */
const gatewaySection = (modes) =>
  element(
    "section",
    { class: "action-group gateway", "aria-labelledby": "title-gateway" },
    element("h3", { id: "title-gateway" }, "Payment gateway"),
    element(
      "div",
      { class: "modes" },
      ...modes.map(({ mode, title, does }) =>
        element(
          "button",
          {
            type: "button",
            class: "mode",
            title: does,
            "data-mode": mode,
            "aria-pressed": "false",
            onclick: ({ currentTarget }) => {
              if (!(currentTarget instanceof HTMLButtonElement)) return
              attempt(currentTarget, async () => {
                await post("/api/gateway", { mode })
                showGatewayMode(mode)
                toast(`Payment gateway: ${does}`, mode === "working" ? "good" : "bad")
              })
            }
          },
          title
        )
      )
    )
  )

/** @param {import("../protocol.ts").OrderGroup} group */
const orderSection = ({ title, orders }) =>
  element(
    "section",
    { class: "action-group", "aria-label": title },
    element("h3", {}, title),
    element(
      "div",
      { class: "orders" },
      ...orders.map(({ kind, title: name, does }) =>
        element(
          "button",
          {
            type: "button",
            class: "order",
            "data-order": kind,
            title: does,
            "data-code": codeOfItem(kind),
            onclick: ({ currentTarget }) => {
              if (currentTarget instanceof HTMLButtonElement) send(kind, currentTarget)
            }
          },
          element("span", { class: "order-title" }, name.replace(/^Chaos/, "")),
          element("span", { class: "order-does" }, does)
        )
      )
    )
  )

/** The colour of what an item fails as. @param {string} kind */
const codeOfItem = (kind) => {
  const name = /^Chaos(.+)$/.exec(kind)?.[1]
  if (name === undefined) return kind === "Poison" ? "UNKNOWN" : undefined
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** @param {import("../protocol.ts").StackDescription} stack */
export const startActions = ({ orders, gateway }) => {
  const [first, ...others] = orders
  replace(
    byId("actions"),
    ...(first === undefined ? [] : [orderSection(first)]),
    gatewaySection(gateway),
    ...others.map(orderSection)
  )
  replace(
    byId("sent"),
    element(
      "ul",
      { class: "sent-list", "aria-live": "polite" },
      element("li", { class: "empty" }, "Orders that you send are followed here until their end.")
    )
  )
  // It scrolls, and a keyboard has to reach it.
  byId("sent").tabIndex = 0
  setInterval(look, lookMilliseconds)
}

/** Presses a button by the kind of its order, for the keyboard. @param {string} kind */
export const pressOrder = (kind) => {
  const button = document.querySelector(`[data-order="${CSS.escape(kind)}"]`)
  if (button instanceof HTMLButtonElement) send(kind, button)
}
