/** Scripts at work: which answer the next call gets. */
import type { PaymentAnswer, PaymentScript } from "./PaymentScript.ts"

/** The scripts of the orders, and the one for every order. */
export class AnswerQueue {
  readonly #byOrder = new Map<string, PaymentScript>()
  #global: PaymentScript = { answers: [] }

  /** Replaces the script of an order, or, without an order, the global one. */
  script(script: PaymentScript, orderId?: string): void {
    if (orderId === undefined) this.#global = script
    else this.#byOrder.set(orderId, script)
  }

  /** The next answer for an order: from its own script, else from the global one, else `ok`. */
  next(orderId: string | undefined): PaymentAnswer {
    const own = orderId === undefined ? undefined : this.#byOrder.get(orderId)
    if (orderId !== undefined && own && own.answers.length > 0) {
      this.#byOrder.set(orderId, rest(own))
      return own.answers[0] ?? "ok"
    }
    const answer = this.#global.answers[0] ?? "ok"
    this.#global = rest(this.#global)
    return answer
  }
}

const rest = (script: PaymentScript): PaymentScript =>
  script.forever === true && script.answers.length === 1 ? script : { ...script, answers: script.answers.slice(1) }
