/** The payment gateway: authorises an order before it is stored. Its answers become failure classes by their status. */
import { Clock, Config, Context, Effect, Layer, Redacted } from "effect"
import type { RequestRejected } from "../aws/AwsError.ts"
import { makeRotatingSecret, type Secret, withSecret } from "../aws/rotatingSecret.ts"
import { SecretsManager } from "../aws/SecretsManager.ts"
import { AuthFailure, DependencyFailure, Timeout, ValidationError } from "../failure/errors.ts"
import { retryAfterSeconds } from "../failure/retryAfter.ts"
import type { Order } from "./Order.ts"

/** The gateway's name in failures, metrics and alerts. */
export const paymentGateway = "payment-gateway"

/** What an authorisation can fail with. */
export type PaymentFailure = AuthFailure | DependencyFailure | Timeout | ValidationError

/** The payment gateway. */
export class PaymentGateway extends Context.Service<
  PaymentGateway,
  {
    /**
     * Authorises an order; idempotent by its id.
     *
     * @param deadline epoch milliseconds: no answer is waited for beyond it
     */
    readonly authorise: (order: Order, deadline: number) => Effect.Effect<void, PaymentFailure>
  }
>()("resilient-queue/orders/PaymentGateway") {
  /**
   * Over HTTP when config `PAYMENT_URL` is set, at most `PAYMENT_TIMEOUT_MILLISECONDS` (@default 3000) a request. Without
   * `PAYMENT_URL` every order is authorised. The bearer token is the text of the secret `PAYMENT_TOKEN_SECRET_ARN`, where
   * one is given: it is read at the first order, and once more when the gateway refuses it.
   */
  static readonly layer = Layer.effect(
    PaymentGateway,
    Effect.gen(function* () {
      // An empty value is what an unset stack configuration leaves in the environment.
      const url = yield* Config.String("PAYMENT_URL").pipe(Config.withDefault(""))
      if (url === "") return PaymentGateway.of({ authorise: () => Effect.void })
      const endpoint = yield* authorizationsUrl(url)
      const secretArn = yield* Config.String("PAYMENT_TOKEN_SECRET_ARN").pipe(Config.withDefault(""))
      const timeout = yield* Config.Int("PAYMENT_TIMEOUT_MILLISECONDS").pipe(Config.withDefault(3000))

      /** Asks once, with this token. */
      const ask = Effect.fnUntraced(function* (order: Order, deadline: number, authorization: string | undefined) {
        const now = yield* Clock.currentTimeMillis
        const response = yield* Effect.tryPromise({
          try: (signal) =>
            fetch(endpoint, {
              method: "POST",
              // A redirect would carry the token elsewhere.
              redirect: "manual",
              headers: {
                "content-type": "application/json",
                ...(authorization === undefined ? {} : { authorization }),
                "idempotency-key": order.orderId
              },
              body: JSON.stringify({
                orderId: order.orderId,
                itemName: order.itemName,
                quantity: order.quantity,
                userId: order.userId
              }),
              signal
            }),
          catch: transportFailure
        }).pipe(
          Effect.timeoutOrElse({
            duration: Math.max(0, Math.min(timeout, deadline - now)),
            orElse: () => Effect.fail(new Timeout({ reason: "no answer in time", dependency: paymentGateway }))
          })
        )
        // The body may hold personal data and is not needed; unread, it would keep the connection.
        yield* Effect.ignore(Effect.tryPromise(() => response.body?.cancel() ?? Promise.resolve()))
        const failure = statusFailure(response.status, response.headers.get("retry-after"), now)
        if (failure !== undefined) return yield* Effect.fail(failure)
      })

      if (secretArn === "") {
        return PaymentGateway.of({ authorise: (order, deadline) => ask(order, deadline, undefined) })
      }
      const secrets = yield* SecretsManager
      const token = yield* makeRotatingSecret(
        secrets.getSecretString(secretArn).pipe(Effect.catchTag("RequestRejected", noSecret))
      )
      return PaymentGateway.of({
        authorise: (order, deadline) =>
          withSecret(token, (secret) =>
            Effect.flatMap(bearer(secret), (authorization) => ask(order, deadline, authorization))
          )
      })
    })
  )
}

/** A secret that is missing, or has no text: for an operator, as is a token that is refused. */
const noSecret = ({ service, operation, code }: RequestRejected) =>
  Effect.fail(new AuthFailure({ reason: `${service} ${operation}: ${code}`, dependency: service }))

/**
 * The header's value; files that secrets are put from end in a line break. What no header can hold would be quoted by
 * the error of `fetch`, and so never gets there.
 */
const bearer = (secret: Secret): Effect.Effect<string, AuthFailure> => {
  const token = Redacted.value(secret).trim()
  return /^[\x21-\x7e]+$/.test(token)
    ? Effect.succeed(`Bearer ${token}`)
    : Effect.fail(new AuthFailure({ reason: "the payment token is not one word of ASCII", dependency: paymentGateway }))
}

/** Dies on what is no URL: a deployment error, which has to fail the first invocation and not each order. */
const authorizationsUrl = (url: string): Effect.Effect<URL> =>
  URL.canParse(url)
    ? Effect.sync(() => new URL(`${url.replace(/\/+$/, "")}/authorizations`))
    : Effect.die(new Error("PAYMENT_URL is not a URL"))

/** The failure that a status stands for; `undefined` for success. */
export const statusFailure = (status: number, retryAfter: string | null, now: number): PaymentFailure | undefined => {
  if (status >= 200 && status < 300) return undefined
  const fields = { reason: `HTTP ${status}`, dependency: paymentGateway }
  if (status === 401 || status === 403) return new AuthFailure(fields)
  if (status === 408) return new Timeout(fields)
  if (status >= 400 && status < 500 && status !== 429) return new ValidationError({ ...fields, field: "payment" })
  return new DependencyFailure({ ...fields, retryAfterSeconds: retryAfterSeconds(retryAfter, now) })
}

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
  return typeof code === "string" ? code : "connection failed"
}

/** `fetch` rejects with one TypeError for everything; its cause carries the code. */
const transportFailure = (error: unknown): DependencyFailure | Timeout => {
  const code = codeOf(error)
  const fields = { reason: code, dependency: paymentGateway, cause: error }
  return /TIMEDOUT|TIMEOUT/.test(code) ? new Timeout(fields) : new DependencyFailure(fields)
}
