// A custom widget: a function's HTML in a shadow tree of its own, and what its `<cwdb-action>` elements do.
import { post } from "./api.js"
import { byId, element } from "./dom.js"
import { markdown } from "./markdown.js"
import { sanitised } from "./sanitise.js"
import { toast } from "./toast.js"

/** @typedef {{ kind: "html", html: string } | { kind: "markdown", markdown: string } | { kind: "failed", reason: string }} WidgetAnswer */

/** @param {WidgetAnswer} answer @returns {ReadonlyArray<Node>} */
const contentOf = (answer) => {
  if (answer.kind === "html") return sanitised(answer.html)
  return answer.kind === "markdown" ? markdown(answer.markdown) : [element("p", { class: "problem" }, answer.reason)]
}

/** @param {ParentNode} root @returns {Record<string, string>} */
const formValues = (root) =>
  Object.fromEntries(
    [...root.querySelectorAll("input[name], select[name], textarea[name]")].flatMap((field) =>
      field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement
        ? field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type) && !field.checked
          ? []
          : [[field.name, field.value]]
        : []
    )
  )

/** @param {string} text @returns {Record<string, unknown>} */
const parametersIn = (text) => {
  try {
    const parsed = JSON.parse(text)
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

/** @param {ReadonlyArray<Node>} content */
const showPopup = (content) => {
  const dialog = byId("shortcuts")
  if (!(dialog instanceof HTMLDialogElement)) return
  const host = element("div", { class: "custom-content" })
  shadowOf(host).append(...content)
  dialog.replaceChildren(
    host,
    element("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Close")
  )
  if (!dialog.open) dialog.showModal()
}

/** A shadow tree with the style of widgets. @param {HTMLElement} host */
const shadowOf = (host) => {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" })
  shadow.replaceChildren(element("link", { rel: "stylesheet", href: "custom.css" }))
  return shadow
}

/**
 * A custom widget in a host element.
 *
 * @param {HTMLElement} host
 * @param {{ dashboard: string, index: number }} widget
 */
export const customWidgetIn = (host, widget) => {
  const content = element("div", { class: "custom-content" })
  host.replaceChildren(content)
  const range = { from: Date.now() - 300_000, to: Date.now() }
  let isBusy = false

  /** @param {{ endpoint: string, parameters: Record<string, unknown> } | undefined} action @returns {Promise<WidgetAnswer>} */
  const call = (action) =>
    post("/api/dashboard/widget", {
      ...widget,
      ...range,
      theme: document.documentElement.dataset["theme"] === "dark" ? "dark" : "light",
      width: content.clientWidth,
      height: content.clientHeight,
      forms: formValues(content.shadowRoot ?? content),
      ...(action === undefined ? {} : { action })
    })

  /** @param {WidgetAnswer} answer */
  const show = (answer) => {
    const shadow = shadowOf(content)
    shadow.append(...contentOf(answer))
    for (const action of shadow.querySelectorAll("cwdb-action")) wire(action)
    for (const form of shadow.querySelectorAll("form"))
      form.addEventListener("submit", (event) => event.preventDefault())
  }

  /** An action belongs to the element before it. @param {Element} action */
  const wire = (action) => {
    const trigger = action.previousElementSibling
    if (trigger === null) return
    const isHtml = action.getAttribute("action") === "html"
    const markup = action.innerHTML
    const parameters = parametersIn(action.textContent ?? "")
    const endpoint = action.getAttribute("endpoint") ?? ""
    const isPopup = action.getAttribute("display") === "popup"
    const confirmation = action.getAttribute("confirmation")
    action.remove()
    if (trigger instanceof HTMLAnchorElement) {
      trigger.setAttribute("role", "button")
      trigger.tabIndex = 0
    }
    const act = async () => {
      if (isBusy || (confirmation !== null && !window.confirm(confirmation))) return
      isBusy = true
      trigger.setAttribute("aria-busy", "true")
      try {
        /** @type {WidgetAnswer} */
        const answer = isHtml ? { kind: "html", html: markup } : await call({ endpoint, parameters })
        if (isPopup) {
          showPopup(contentOf(answer))
          if (!isHtml) show(await call(undefined))
        } else show(answer)
      } catch (error) {
        toast(error instanceof Error ? error.message : String(error), "bad")
      } finally {
        isBusy = false
        trigger.removeAttribute("aria-busy")
      }
    }
    trigger.addEventListener(action.getAttribute("event") ?? "click", (event) => {
      event.preventDefault()
      act()
    })
    trigger.addEventListener("keydown", (event) => {
      if (trigger instanceof HTMLAnchorElement && event instanceof KeyboardEvent && event.key === "Enter") act()
    })
  }

  const load = async () => {
    if (isBusy) return
    try {
      show(await call(undefined))
    } catch (error) {
      show({ kind: "failed", reason: error instanceof Error ? error.message : String(error) })
    }
  }
  load()
  return { load }
}
