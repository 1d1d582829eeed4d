/** The gateway's books: which calls came, and which authorisations they led to. */
import { randomUUID } from "node:crypto"

/** A call to `POST /authorizations`, and how it ended. */
export interface PaymentCall {
  /** `undefined` when the request named no order. */
  readonly orderId: string | undefined
  readonly idempotencyKey: string | undefined
  /** Epoch milliseconds. */
  readonly at: number
  /** The status that was answered, or how the connection ended without one; `pending` until then. */
  readonly outcome: PaymentOutcome
}

/** How a call ended. */
export type PaymentOutcome = number | "pending" | "refused" | "reset" | "client went away"

/** An authorised payment. Two of one order would be a customer charged twice. */
export interface Authorization {
  readonly authorizationId: string
  readonly orderId: string
  readonly idempotencyKey: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** Calls and authorisations. */
export class PaymentLedger {
  readonly #calls: Array<PaymentCall> = []
  readonly #byKey = new Map<string, Authorization>()

  /** Writes down a call as it comes; the answer is to be told how it ended. */
  begin(call: Omit<PaymentCall, "outcome">): (outcome: PaymentOutcome) => void {
    const entry: Omit<PaymentCall, "outcome"> & { outcome: PaymentOutcome } = { ...call, outcome: "pending" }
    this.#calls.push(entry)
    return (outcome) => {
      entry.outcome = outcome
    }
  }

  /** The authorisation under an idempotency key: the one there is, else a new one. */
  authorize(orderId: string, idempotencyKey: string, at: number): Authorization {
    const existing = this.#byKey.get(idempotencyKey)
    if (existing) return existing
    const authorization = { authorizationId: randomUUID(), orderId, idempotencyKey, at }
    this.#byKey.set(idempotencyKey, authorization)
    return authorization
  }

  /** The calls, the oldest first; those of one order if it is named. */
  calls(orderId?: string): ReadonlyArray<PaymentCall> {
    return orderId === undefined ? [...this.#calls] : this.#calls.filter((call) => call.orderId === orderId)
  }

  /** The authorisations, the oldest first; those of one order if it is named. */
  authorizations(orderId?: string): ReadonlyArray<Authorization> {
    const all = [...this.#byKey.values()]
    return orderId === undefined ? all : all.filter((authorization) => authorization.orderId === orderId)
  }
}
