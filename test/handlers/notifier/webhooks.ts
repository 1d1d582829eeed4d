/** Webhooks that answer as a test says, with or without HTTP. */
import { once } from "node:events"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { Clock, Effect, Layer, Redacted } from "effect"
import { SecretsManager } from "../../../handlers/aws/SecretsManager.ts"
import { NotifierConfig } from "../../../handlers/notifier/NotifierConfig.ts"
import { WebhooksSecret } from "../../../handlers/notifier/notify.ts"
import type { WebhookKind } from "../../../handlers/notifier/Webhook.ts"
import { NoAnswer, WebhookClient } from "../../../handlers/notifier/WebhookClient.ts"
import { jsonLogLayer } from "../../../handlers/observability/log.ts"
import { makeCollectedOutput } from "../observability/collectedOutput.ts"

/** What a webhook does with a request: a status, one with `Retry-After`, a broken connection, or nothing for a while. */
export type Answer =
  | number
  | { readonly status: number; readonly retryAfter: string }
  | { readonly code: string }
  | { readonly hangsFor: number }

/** A webhook that answers in this order; the last answer repeats. */
export const fakeWebhook = (...answers: ReadonlyArray<Answer>) => {
  const requests: Array<{
    readonly at: number
    readonly url: string
    readonly body: string
    readonly headers: object
  }> = []
  const layer = Layer.succeed(WebhookClient, {
    post: (url, { headers, body }) =>
      Effect.gen(function* () {
        const answer = answers[Math.min(requests.length, answers.length - 1)] ?? 200
        requests.push({
          at: yield* Clock.currentTimeMillis,
          ...{ url: Redacted.value(url), body: Redacted.value(body), headers }
        })
        if (typeof answer === "number") return { status: answer, retryAfter: null }
        if ("status" in answer) return answer
        if ("hangsFor" in answer) {
          yield* Effect.sleep(answer.hangsFor)
          return { status: 200, retryAfter: null }
        }
        return yield* new NoAnswer({ code: answer.code })
      })
  })
  return { layer, requests }
}

/** Secrets Manager with one secret, which a test may change. */
export const holding = (held: { value: unknown; reads: number }) =>
  Layer.succeed(SecretsManager, {
    getSecretString: () =>
      Effect.sync(() => {
        held.reads += 1
        return Redacted.make(typeof held.value === "string" ? held.value : JSON.stringify(held.value))
      })
  })

/** A notifier's layer, and the lines that it logs. */
export const notifierLayer = (
  kind: WebhookKind,
  client: Layer.Layer<WebhookClient>,
  held: { value: unknown; reads: number },
  webhook = "ops"
) => {
  const output = makeCollectedOutput()
  const layer = WebhooksSecret.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.succeed(NotifierConfig, { webhook, kind, secretArn: "arn:aws:secretsmanager:webhooks" }),
        holding(held),
        client
      )
    ),
    Layer.provideMerge(Layer.provide(jsonLogLayer, output.layer))
  )
  return { layer, lines: output.lines }
}

/** A webhook over HTTP on this machine. */
export const startWebhook = Effect.fnUntraced(function* (
  status: number,
  headers: Readonly<Record<string, string>> = {}
) {
  const requests: Array<{ readonly headers: IncomingHttpHeaders; readonly body: string; readonly url: string }> = []
  const server = yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const made = createServer((request, response) => {
        let body = ""
        request.setEncoding("utf8")
        request.on("data", (text: string) => {
          body += text
        })
        request.on("end", () => {
          requests.push({ headers: request.headers, body, url: request.url ?? "" })
          response.writeHead(status, headers).end("no_service and what else it says")
        })
      })
      made.listen(0, "127.0.0.1")
      await once(made, "listening")
      return made
    }),
    (made) =>
      Effect.sync(() => {
        made.closeAllConnections()
        made.close()
      })
  )
  const address = server.address()
  const port = typeof address === "object" ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, requests, server }
})
