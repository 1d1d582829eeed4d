// Short words on what a click has led to, also for those who listen.
import { byId, element } from "./dom.js"

const shownMilliseconds = 5000

/**
 * @param {string} text
 * @param {"plain" | "good" | "bad"} [tone]
 */
export const toast = (text, tone = "plain") => {
  const toasts = byId("toasts")
  const made = element("div", { class: "toast", "data-tone": tone }, text)
  toasts.append(made)
  while (toasts.children.length > 4) toasts.firstElementChild?.remove()
  setTimeout(() => made.remove(), shownMilliseconds)
}

/**
 * Does something that may fail, and says so when it does. Meanwhile the button cannot be pressed again.
 *
 * @param {HTMLButtonElement} button
 * @param {() => Promise<void>} act
 */
export const attempt = async (button, act) => {
  button.setAttribute("aria-busy", "true")
  try {
    await act()
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), "bad")
  } finally {
    button.removeAttribute("aria-busy")
  }
}
