/** The form: reads an order, and shows what is wrong with it at the field that it is about. */
import { element, say } from "./elements.js"

/** @typedef {import("./api.js").FieldProblem} FieldProblem */
/** @typedef {{ readonly itemName: string, readonly quantity: number }} FilledOrder */

const form = element("order-form", HTMLFormElement)
const formProblem = element("form-problem", HTMLParagraphElement)
const submit = element("submit", HTMLButtonElement)
const quantity = element("quantity", HTMLInputElement)

/** The fields by the names that the API has for them, in the order of the page. */
const fields = new Map(
  ["itemName", "quantity", "token"].map((name) => [
    name,
    {
      input: element(name, HTMLInputElement),
      problem: element(`${name}-problem`, HTMLParagraphElement)
    }
  ])
)

/** The API's words are those of a program: `Expected 1 to 200 printable characters`. @param {string} message */
const asSentence = (message) => (/[.!?]$/.test(message) ? message : `${message}.`)

/** Takes all problems off the form. */
export const clearProblems = () => {
  formProblem.hidden = true
  for (const { input, problem } of fields.values()) {
    input.removeAttribute("aria-invalid")
    problem.hidden = true
    problem.textContent = ""
  }
}

/** @param {string} sentence */
const showAbove = (sentence) => {
  formProblem.textContent = sentence
  formProblem.hidden = false
}

/**
 * Shows problems at their fields; what is about no field of the form stands above it.
 *
 * @param {string} detail
 * @param {readonly FieldProblem[]} errors
 */
export const markProblems = (detail, errors) => {
  clearProblems()
  for (const { field, message } of errors) {
    const found = fields.get(field)
    if (found === undefined) continue
    found.input.setAttribute("aria-invalid", "true")
    found.problem.hidden = false
    say(found.problem, asSentence(message))
  }
  const elsewhere = errors.filter(({ field }) => !fields.has(field))
  if (errors.length === 0) showAbove(asSentence(detail))
  else if (elsewhere.length > 0)
    showAbove(
      elsewhere.map(({ field, message }) => asSentence(`${field === "" ? "" : `${field}: `}${message}`)).join(" ")
    )
}

/**
 * Shows problems, and moves the focus to the first field that has one.
 *
 * @param {string} detail
 * @param {readonly FieldProblem[]} errors
 */
export const showProblems = (detail, errors) => {
  markProblems(detail, errors)
  const first = [...fields.values()].find(({ input }) => input.getAttribute("aria-invalid") === "true")
  first?.input.focus()
}

/** The number in the field; `undefined` for anything else: what 1.000 and 1,5 mean differs from country to country. */
const readQuantity = () => {
  const text = quantity.value.trim()
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined
}

/**
 * The order in the form. What is missing is said here; what an order has to be is the API's to say.
 *
 * @returns {FilledOrder | undefined}
 */
export const readForm = () => {
  const itemName = fields.get("itemName")?.input.value.trim() ?? ""
  const count = readQuantity()
  /** @type {FieldProblem[]} */
  const problems = []
  if (itemName === "") problems.push({ field: "itemName", message: "Say what you would like to order." })
  if (count === undefined) problems.push({ field: "quantity", message: "Say how many, in digits, e.g. 1000." })
  if (count === undefined || problems.length > 0) {
    showProblems("", problems)
    return undefined
  }
  clearProblems()
  return { itemName, quantity: count }
}

/** Empties the form for the next order, unless it is being filled in already. @param {FilledOrder} placed */
export const resetForm = (placed) => {
  clearProblems()
  if (fields.get("itemName")?.input.value.trim() === placed.itemName && readQuantity() === placed.quantity) form.reset()
}

/** While an order is being sent. The button keeps the focus, so it is not disabled. @param {boolean} isBusy */
export const setBusy = (isBusy) => {
  submit.setAttribute("aria-disabled", String(isBusy))
  say(submit, isBusy ? "Placing…" : "Place order")
}

/** @param {(order: FilledOrder) => Promise<void>} place */
export const onSubmit = (place) => {
  let isBusy = false
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    // A second click while the first is under way is the same order.
    if (isBusy) return
    const order = readForm()
    if (order === undefined) return
    isBusy = true
    setBusy(true)
    try {
      await place(order)
    } finally {
      isBusy = false
      setBusy(false)
    }
  })
}

/** @param {number} step */
const change = (step) => {
  const next = (readQuantity() ?? 0) + step
  quantity.value = String(Math.max(1, Math.round(next)))
}

element("fewer", HTMLButtonElement).addEventListener("click", () => change(-1))
element("more", HTMLButtonElement).addEventListener("click", () => change(1))
