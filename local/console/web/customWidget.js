// A custom widget: a function's HTML in a shadow tree of its own, and what its `<cwdb-action>` elements do.
import { post } from "./api.js"
import { element } from "./dom.js"
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

/**
 * Shows nodes in a shadow tree with the style of widgets; the style stays, so that nothing flickers.
 *
 * @param {HTMLElement} host
 * @param {ReadonlyArray<Node>} nodes
 */
const shadowWith = (host, nodes) => {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" })
  const style = shadow.querySelector("link") ?? element("link", { rel: "stylesheet", href: "custom.css" })
  if (!style.isConnected) shadow.append(style)
  for (const shown of [...shadow.childNodes]) if (shown !== style) shown.remove()
  shadow.append(...nodes)
  return shadow
}

/** A dialog of its own for an answer; it is gone once it is closed. @returns {{ content: HTMLElement, close: () => void }} */
const openPopup = () => {
  const content = element("div", { class: "custom-content" })
  const dialog = document.createElement("dialog")
  dialog.className = "dialog popup"
  dialog.setAttribute("aria-label", "Answer of the widget")
  dialog.append(content, element("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Close"))
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return { content, close: () => dialog.close() }
}

/** How long a widget shows what it has been told, in milliseconds: every look is an invocation. */
const refreshMilliseconds = 10_000

/**
 * A custom widget in a host element.
 *
 * @param {HTMLElement} host
 * @param {{ dashboard: string, index: number }} widget
 * @param {() => number} minutes how much time the dashboard shows
 */
export const customWidgetIn = (host, widget, minutes) => {
  const content = element("div", { class: "custom-content" })
  host.replaceChildren(content)
  let isBusy = false
  let shownText = ""
  let shownMinutes = 0
  let askedAt = Number.NEGATIVE_INFINITY

  /** @param {{ endpoint: string, parameters: Record<string, unknown> } | undefined} action @returns {Promise<WidgetAnswer>} */
  const call = (action) => {
    const to = Date.now()
    return post("/api/dashboard/widget", {
      ...widget,
      from: to - minutes() * 60_000,
      to,
      theme: document.documentElement.dataset["theme"] === "dark" ? "dark" : "light",
      width: content.clientWidth,
      height: content.clientHeight,
      forms: formValues(content.shadowRoot ?? content),
      ...(action === undefined ? {} : { action })
    })
  }

  /** @param {HTMLElement} place @param {WidgetAnswer} answer @param {() => void} closePopup */
  const fill = (place, answer, closePopup) => {
    const shadow = shadowWith(place, contentOf(answer))
    for (const action of shadow.querySelectorAll("cwdb-action")) wire(action, closePopup)
    for (const form of shadow.querySelectorAll("form"))
      form.addEventListener("submit", (event) => event.preventDefault())
  }

  /**
   * What is shown already stays: so a focus stays where it is, and so does the place to which somebody has scrolled.
   *
   * @param {WidgetAnswer} answer
   */
  const show = (answer) => {
    const text = JSON.stringify(answer)
    if (text === shownText) return
    shownText = text
    fill(content, answer, () => undefined)
  }

  /** An action belongs to the element before it. @param {Element} action @param {() => void} closePopup */
  const wire = (action, closePopup) => {
    const trigger = action.previousElementSibling
    const isHtml = action.getAttribute("action") === "html"
    const markup = action.innerHTML
    const parameters = parametersIn(action.textContent ?? "")
    const endpoint = action.getAttribute("endpoint") ?? ""
    const isPopup = action.getAttribute("display") === "popup"
    const confirmation = action.getAttribute("confirmation")
    // Its content is not to be seen, whether or not it belongs to anything.
    action.remove()
    if (trigger === null) return
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
        closePopup()
        if (isPopup) {
          const popup = openPopup()
          fill(popup.content, answer, popup.close)
          if (!isHtml) show(await call(undefined))
        } else show(answer)
        askedAt = Date.now()
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
    isBusy = true
    askedAt = Date.now()
    shownMinutes = minutes()
    try {
      show(await call(undefined))
    } catch (error) {
      show({ kind: "failed", reason: error instanceof Error ? error.message : String(error) })
    } finally {
      isBusy = false
    }
  }

  return {
    /** Asks again when it is time. What somebody works with stays as it is. */
    show: () => {
      const isOld = Date.now() - askedAt > refreshMilliseconds || shownMinutes !== minutes()
      const isInUse = document.querySelector("dialog[open]") !== null || content.shadowRoot?.activeElement != null
      if (isOld && !isBusy && (!isInUse || shownMinutes !== minutes())) load()
    },
    remove: () => undefined
  }
}
