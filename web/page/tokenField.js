/** The field for an access token: there only for an API that asks for one. */
import { element } from "./elements.js"
import { clearProblems, markProblems, showProblems } from "./orderForm.js"
import { dropToken, heldToken, holdToken } from "./token.js"

const field = element("token-field", HTMLDivElement)
const input = element("token", HTMLInputElement)
const signedIn = element("signed-in", HTMLParagraphElement)

const show = () => {
  signedIn.hidden = heldToken() === undefined || !field.hidden
}

const reveal = () => {
  const hadOne = heldToken() !== undefined
  field.hidden = false
  dropToken()
  show()
  const message = hadOne
    ? "The service does not take this token. Give another one."
    : "This service takes orders with an access token only."
  return [{ field: "token", message }]
}

/** Asks for a token, as an order was refused for want of one; the one that is held, if there is one, did not do. */
export const askForToken = () => showProblems("", reveal())

/** Asks for a token, as an order cannot be followed without; whoever is filling in the form is not interrupted. */
export const offerToken = () => {
  if (field.hidden) markProblems("", reveal())
}

/** Takes the token in the field, if there is one. */
export const takeToken = () => {
  // A token that was copied with its scheme is still a token.
  const token = input.value.trim().replace(/^Bearer\s+/i, "")
  if (token === "") return false
  holdToken(token)
  input.value = ""
  field.hidden = true
  clearProblems()
  show()
  return true
}

/** @param {() => void} taken What is done once there is a token. */
export const onToken = (taken) => {
  const use = () => {
    if (takeToken()) taken()
    else showProblems("", [{ field: "token", message: "Give an access token." }])
  }
  element("use-token", HTMLButtonElement).addEventListener("click", use)
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return
    // The order is sent already, or waits in the form: this is about the token.
    event.preventDefault()
    use()
  })
  element("forget-token", HTMLButtonElement).addEventListener("click", () => {
    dropToken()
    show()
    element("itemName", HTMLInputElement).focus()
  })
  show()
}
