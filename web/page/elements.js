/** The page's elements, by id. */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{ new (): T, readonly prototype: T }} type
 * @returns {T}
 */
export const element = (id, type) => {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new Error(`The page has no ${type.name} #${id}.`)
}

/**
 * @template {HTMLElement} T
 * @param {ParentNode} within
 * @param {string} selector
 * @param {{ new (): T, readonly prototype: T }} type
 * @returns {T}
 */
export const part = (within, selector, type) => {
  const found = within.querySelector(selector)
  if (found instanceof type) return found
  throw new Error(`There is no ${type.name} ${selector}.`)
}

/** Sets a text only if it is another: what did not change is neither drawn nor read out. @param {Element} where @param {string} text */
export const say = (where, text) => {
  if (where.textContent !== text) where.textContent = text
}
