/** Posts to webhooks over HTTPS. */
import { Context, Data, Effect, Layer, Redacted } from "effect"
import type { WebhookRequest } from "./requestOf.ts"

/** What a webhook has answered. Its body is not read: nobody needs it, and it may quote what it was sent. */
export interface WebhookAnswer {
  readonly status: number
  readonly retryAfter: string | null
}

/** There was no answer. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{
  /** The system's code, e.g. `ECONNREFUSED`; never its text, which names the host. */
  readonly code: string
}> {}

/** Posts to webhooks. */
export class WebhookClient extends Context.Service<
  WebhookClient,
  {
    /** Posts once; interruption aborts it. No redirect is followed: it would carry the notice elsewhere. */
    readonly post: (url: Redacted.Redacted<string>, request: WebhookRequest) => Effect.Effect<WebhookAnswer, NoAnswer>
  }
>()("resilient-queue/notifier/WebhookClient") {
  /** Over `fetch`. */
  static readonly layer = Layer.succeed(WebhookClient, {
    post: Effect.fnUntraced(function* (url, { headers, body }) {
      const response = yield* Effect.tryPromise({
        try: (signal) =>
          fetch(Redacted.value(url), {
            ...{ method: "POST", redirect: "manual", signal },
            ...{ headers, body: Redacted.value(body) }
          }),
        // Neither the error nor its cause goes on: they name the host, and some the whole URL.
        catch: (error) => new NoAnswer({ code: codeOf(error) })
      })
      // Unread, it would keep the connection.
      yield* Effect.ignore(Effect.tryPromise(() => response.body?.cancel() ?? Promise.resolve()))
      return { status: response.status, retryAfter: response.headers.get("retry-after") }
    })
  })
}

/** `fetch` rejects with one TypeError for everything; its cause carries the code. */
const codeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
  return typeof code === "string" && /^[A-Z][A-Z\d_]{1,63}$/.test(code) ? code : "connection failed"
}
