/** Who calls the API, as its gateway has found out: what a function trusts is not in the body, nor in a header. */
import { Config, Context, Effect, Layer, Schema } from "effect"
import { type HttpRequest, type HttpResponse, problem } from "./httpApi.ts"
import { UserId } from "./Order.ts"

/** How the API knows its callers. */
export const authModes = ["none", "iam", "jwt"] as const

/** How the API knows its callers. */
export class Auth extends Context.Service<Auth, { readonly mode: (typeof authModes)[number] }>()(
  "resilient-queue/orders/Auth"
) {
  /** Config `AUTH`. There is no default: a function that does not know whom it serves serves nobody. */
  static readonly layer = Layer.effect(
    Auth,
    Effect.map(Config.schema(Schema.Literals(authModes), "AUTH"), (mode) => ({ mode }))
  )
}

const isUserId = Schema.is(UserId)

/**
 * The user who calls; `undefined` where the caller is nobody in particular (`none`) or a service that may act for any user
 * (`iam`). Fails with 403 for a token without a subject, which belongs to no user.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export const callingUser = Effect.fnUntraced(function* (request: HttpRequest) {
  const { mode } = yield* Auth
  if (mode !== "jwt") return undefined
  const subject = request.requestContext?.authorizer?.jwt?.claims?.["sub"]
  return isUserId(subject)
    ? subject
    : yield* Effect.fail<HttpResponse>(problem(403, "The token names no user: it has no usable subject."))
})
