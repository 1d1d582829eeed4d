/**
 * Why a call to AWS failed, as typed errors. Three of them are failure classes already, so a handler that lets them
 * through has classified its failure: `AuthFailure` (access denied, expired or invalid credentials), `DependencyFailure`
 * (throttling, 5xx, connection trouble) and `Timeout`. The rest are here.
 */
import { Data } from "effect"
import type { AuthFailure, DependencyFailure, Timeout } from "../failure/errors.ts"

/** AWS refused the request itself: wrong parameter, missing resource, too large. Retrying the same call cannot help. */
export class RequestRejected extends Data.TaggedError("RequestRejected")<{
  /** The AWS service, e.g. `sqs`. */
  readonly service: string
  /** The operation, e.g. `SendMessage`. */
  readonly operation: string
  /** The service's error code, e.g. `QueueDoesNotExist`. */
  readonly code: string
  /** The service's own words, without secrets. */
  readonly message: string
  /** The SDK's error, for the function's own log. */
  readonly cause?: unknown
}> {}

/** What any call to AWS can fail with. The dependency of the classified ones is the service, e.g. `dynamodb`. */
export type AwsError = AuthFailure | DependencyFailure | Timeout | RequestRejected
