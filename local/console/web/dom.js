// Building elements. Text is always text: nothing here takes HTML.

/**
 * The element with an id that the page is known to have.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export const byId = (id) => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no element "${id}".`)
  return found
}

/** @typedef {Node | string | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | undefined | ((event: Event) => void)>} Attributes */

/**
 * @param {Element} made
 * @param {Attributes} attributes
 * @param {ReadonlyArray<Child>} children
 */
const fill = (made, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.replace(/^on/, ""), value)
    else if (value === true) made.setAttribute(name, "")
    else if (value !== undefined && value !== false) made.setAttribute(name, String(value))
  }
  made.append(...children.filter((child) => child !== undefined && child !== false))
}

/**
 * An HTML element. Attributes that are functions listen: `onclick`.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag)
  fill(made, attributes, children)
  return made
}

/**
 * An SVG element.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export const svg = (tag, attributes = {}, ...children) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag)
  fill(made, attributes, children)
  return made
}

/**
 * Replaces the children of an element, and leaves the focus where it was, if that is still there.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export const replace = (parent, ...children) => {
  const focused = document.activeElement
  const key = focused !== null && parent.contains(focused) ? focused.getAttribute("data-key") : null
  parent.replaceChildren(...children.filter((child) => child !== undefined && child !== false))
  if (key === null) return
  const again = parent.querySelector(`[data-key="${CSS.escape(key)}"]`)
  if (again instanceof HTMLElement) again.focus({ preventScroll: true })
}

/**
 * Sets text only when it changes, so that nobody who listens to the page hears it twice.
 *
 * @param {Element} target
 * @param {string} text
 */
export const setText = (target, text) => {
  if (target.textContent !== text) target.textContent = text
}
