/** What may befall a request on its way through the gateway. */
import type { EmbeddedService, ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"

/** What becomes of one request. */
export type Interception =
  /** Answered in the service's place; the service never sees the request. */
  | { readonly kind: "answer"; readonly response: ServiceResponse }
  /** The connection is reset; the service never sees the request. */
  | { readonly kind: "reset" }
  /** The service handles the request; the connection is reset instead of its answer. */
  | { readonly kind: "lose" }
  /** The service handles the request only after a while. */
  | { readonly kind: "delay"; readonly milliseconds: number }

/**
 * Asked before a service handles a request that is allowed. Nothing is done to it where the answer is `undefined`.
 *
 * @param actions what the request does, e.g. `sqs:SendMessage`: each of its required permissions, in order.
 */
export type Intercept = (
  service: EmbeddedService,
  request: ServiceRequest,
  actions: ReadonlyArray<string>
) => Interception | undefined
