/** Brings a notice to its webhook: again where that may help and there is time, and not where the webhook has refused it. */
import { Clock, Effect, Random } from "effect"
import { retryAfterSeconds } from "../failure/retryAfter.ts"
import type { Notice } from "./Notice.ts"
import { requestOf } from "./requestOf.ts"
import { type Webhook, type WebhookError, WebhookRejected, WebhookUnavailable } from "./Webhook.ts"
import { WebhookClient } from "./WebhookClient.ts"

/** A hung connection must not eat the function's whole time; milliseconds. */
const requestTimeout = 10_000

/** How often it is tried in one invocation. Lambda invokes again after that, one and two minutes later. */
const maximumTries = 5

/** Less time than this is not worth a try; milliseconds. */
const shortestTry = 1000

/** What an answer means; `undefined` for success. A redirect is a refusal: what is posted to a webhook is not carried elsewhere. */
export const answerError = (
  webhook: string,
  { status, retryAfter }: { readonly status: number; readonly retryAfter: string | null },
  now: number
): WebhookRejected | WebhookUnavailable | undefined => {
  if (status >= 200 && status < 300) return undefined
  if (status === 408 || status === 429 || status >= 500)
    return new WebhookUnavailable({
      ...{ webhook, reason: `HTTP ${status}` },
      retryAfterSeconds: retryAfterSeconds(retryAfter, now)
    })
  return new WebhookRejected({ webhook, status })
}

/** Tries once. */
const attempt = Effect.fnUntraced(function* (notice: Notice, webhook: Webhook, milliseconds: number) {
  const client = yield* WebhookClient
  const unavailable = (reason: string) =>
    new WebhookUnavailable({ webhook: webhook.name, reason, retryAfterSeconds: undefined })
  // Signed anew each time: receivers refuse what was signed long ago.
  const request = requestOf(notice, webhook, yield* Clock.currentTimeMillis)
  const answer = yield* client.post(webhook.url, request).pipe(
    Effect.mapError(({ code }) => unavailable(code)),
    Effect.timeoutOrElse({ duration: milliseconds, orElse: () => Effect.fail(unavailable("no answer in time")) })
  )
  const error = answerError(webhook.name, answer, yield* Clock.currentTimeMillis)
  if (error !== undefined) return yield* Effect.fail(error)
  return answer.status
})

/**
 * Succeeds with the status once the webhook has accepted the notice. What it asks to wait for (`Retry-After`) is waited for,
 * where there is time.
 *
 * @param deadline epoch milliseconds: nothing is begun or waited for beyond it
 */
export const deliver = Effect.fnUntraced(function* (
  notice: Notice,
  webhook: Webhook,
  deadline: number
): Effect.fn.Return<number, WebhookError, WebhookClient> {
  for (let tries = 1; ; tries++) {
    const room = deadline - (yield* Clock.currentTimeMillis)
    const result = yield* Effect.result(attempt(notice, webhook, Math.max(0, Math.min(requestTimeout, room))))
    if (result._tag === "Success") return result.success
    const error = result.failure
    if (error._tag === "WebhookRejected") return yield* error
    // One, two, four … seconds, and up to half of it again: functions that failed together do not come back together.
    const backoff = 1000 * 2 ** (tries - 1) * (1 + (yield* Random.next) / 2)
    const wait = Math.max(backoff, 1000 * (error.retryAfterSeconds ?? 0))
    const left = deadline - (yield* Clock.currentTimeMillis)
    if (tries >= maximumTries || wait + shortestTry > left) return yield* error
    yield* Effect.sleep(wait)
  }
})
