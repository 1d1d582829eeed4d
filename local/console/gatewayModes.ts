/** Breaking the payment gateway, and mending it. */
import type { PaymentScript } from "../payment/PaymentScript.ts"
import type { PaymentGateway } from "../payment/startPaymentGateway.ts"

/** What the gateway does to every order from now on. */
export const gatewayModes = {
  working: { title: "Working", does: "authorises every payment", script: { answers: [] } },
  unavailable: {
    title: "Unavailable",
    does: "answers 503: its circuit breaker opens",
    script: { answers: [{ status: 503 }], forever: true }
  },
  credential: {
    title: "Bad credential",
    does: "answers 401: one alert, orders await an operator",
    script: { answers: [{ status: 401 }], forever: true }
  },
  slow: {
    title: "Slow",
    does: "answers after 20 s, longer than anybody waits",
    script: { answers: [{ delayMilliseconds: 20_000 }], forever: true }
  },
  resets: {
    title: "Resets connections",
    does: "ends every connection with a TCP reset",
    script: { answers: [{ reset: true }], forever: true }
  },
  declines: {
    title: "Declines",
    does: "answers 422: the order breaks a rule of its own",
    script: { answers: [{ status: 422 }], forever: true }
  }
} as const satisfies Readonly<
  Record<string, { readonly title: string; readonly does: string; readonly script: PaymentScript }>
>

/** What the gateway does. */
export type GatewayMode = keyof typeof gatewayModes

const isGatewayMode = (mode: string): mode is GatewayMode => Object.hasOwn(gatewayModes, mode)

/** The switch of one gateway. */
export interface GatewaySwitch {
  readonly mode: () => GatewayMode
  /** Answers whether there is such a mode. */
  readonly turn: (mode: string) => boolean
}

/** A switch that stands at `working`. */
export const gatewaySwitch = (payment: Pick<PaymentGateway, "script">): GatewaySwitch => {
  let current: GatewayMode = "working"
  return {
    mode: () => current,
    turn: (mode) => {
      if (!isGatewayMode(mode)) return false
      payment.script(gatewayModes[mode].script)
      current = mode
      return true
    }
  }
}
