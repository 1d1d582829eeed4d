/** The access token, for an API that asks for one. It is kept for this tab alone, and goes nowhere but to the API. */

const name = "order-desk:token"

/** For a browser that keeps nothing. @type {string | undefined} */
let inMemory

/** @returns {string | undefined} */
export const heldToken = () => {
  try {
    return sessionStorage.getItem(name) ?? inMemory
  } catch {
    return inMemory
  }
}

/** @param {string} token */
export const holdToken = (token) => {
  inMemory = token
  try {
    sessionStorage.setItem(name, token)
  } catch {
    // It is held in memory.
  }
}

/** Forgets it. */
export const dropToken = () => {
  inMemory = undefined
  try {
    sessionStorage.removeItem(name)
  } catch {
    // There is none.
  }
}
