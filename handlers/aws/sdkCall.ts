/** How every SDK client is configured, and how its calls become Effects. */
import { Effect } from "effect"
import type { AwsError } from "./AwsError.ts"
import { type AwsCall, awsErrorOf } from "./sdkError.ts"

/**
 * Three attempts with the SDK's own short backoff: longer waits belong to SQS (visibility timeouts), where they cost
 * nothing. A hung connection must not eat the function's whole time.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const clientConfig = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true }
} as const

/** A client that is made at its first use, which most function environments never come to; it ends with its scope. */
export const lazyClient = <Client extends { readonly destroy: () => void }>(make: () => Client) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      let made: Client | undefined
      return {
        get: (): Client => {
          made ??= make()
          return made
        },
        destroy: () => made?.destroy()
      }
    }),
    ({ destroy }) => Effect.sync(destroy)
  )

/**
 * Runs one SDK call; interruption aborts the request.
 *
 * @param awsCall names the call in errors
 * @param send receives the abort signal
 */
export const sdkCall = <A>(awsCall: AwsCall, send: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, AwsError> =>
  Effect.tryPromise({ try: send, catch: (error) => awsErrorOf(awsCall, error) })

/** What AWS always answers with and the SDK types as optional: its absence is a broken answer, not a case to handle. */
export const present = <A>(value: A | undefined, what: string): Effect.Effect<A> =>
  value === undefined ? Effect.die(new Error(`AWS answered without ${what}`)) : Effect.succeed(value)
