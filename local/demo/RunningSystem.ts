/** What the demo's scenarios ask of the system under test. They know no service's insides, only what a user can do and see. */
import type { PaymentAnswer } from "../payment/PaymentScript.ts"
import type { Home } from "./conservation.ts"

/** An answer of the HTTP API. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed when it is JSON, else text. */
  readonly body: unknown
}

/** Where a message has ended, and how it got there. */
export interface Ending {
  readonly kind: Home["kind"]
  /** The failure class's code; present unless stored. */
  readonly failureCode: string | undefined
  /** Whether its consumer confirmed it after the healer (or a replay) had re-queued it. */
  readonly recovered: boolean
}

/** An alert, as its subscribers get it. */
export interface SentAlert {
  readonly failureClass: string
  readonly dependency: string | undefined
  readonly reason: string
}

/** The system under test. */
export interface RunningSystem {
  /** `POST /orders`; an accepted order counts for the conservation check. */
  readonly placeOrder: (
    order: Readonly<Record<string, unknown>> | Buffer,
    headers?: Readonly<Record<string, string>>
  ) => Promise<ApiAnswer>
  /** `GET /orders/{orderId}`. */
  readonly getOrder: (orderId: string) => Promise<ApiAnswer>
  /** Publishes to the order topic. */
  readonly publish: (message: string) => Promise<void>
  /** Sends straight to the main queue, with as many message attributes (`a1`, `a2` …) as asked. @default none */
  readonly send: (body: string, attributeCount?: number) => Promise<void>
  /** The names of the message attributes that an archived message has kept. */
  readonly archivedAttributes: (body: string) => ReadonlyArray<string>
  /** Waits until the message with this body (or order content) is in a final home. */
  readonly ending: (body: string) => Promise<Ending>
  /** A stored order's attributes. */
  readonly storedOrder: (orderId: string) => Readonly<Record<string, unknown>> | undefined
  /** How many stored orders there are under an order id. */
  readonly storedCount: (orderId: string) => number
  /** Alerts published so far. */
  readonly alerts: () => ReadonlyArray<SentAlert>
  /** What the payment gateway answers for an order; the last answer repeats when `forever` is set. */
  readonly scriptPayment: (
    orderId: string,
    answers: ReadonlyArray<PaymentAnswer>,
    options?: { readonly forever?: boolean }
  ) => void
  /** Forgets what was scripted: the credential is mended, the gateway is up. */
  readonly mendPayment: (orderIds: ReadonlyArray<string>) => void
  /** Replays what awaits an operator in a class; answers how many messages. */
  readonly replay: (failureClass: string) => Promise<number>
  /** Takes an action away from the consumer's role; the answer gives it back. */
  readonly revokeFromConsumer: (action: string) => () => void
}
