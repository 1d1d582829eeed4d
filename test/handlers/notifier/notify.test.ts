import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { notify } from "../../../handlers/notifier/notify.ts"
import { requestOf } from "../../../handlers/notifier/requestOf.ts"
import { signingSecretProblem, urlProblem, type WebhookKind } from "../../../handlers/notifier/Webhook.ts"
import { WebhookClient } from "../../../handlers/notifier/WebhookClient.ts"
import { alarmNotification, alertNotification, eventOf, notice, textNotification } from "./notices.ts"
import { type Answer, fakeWebhook, notifierLayer, startWebhook } from "./webhooks.ts"

const marker = "m4rker"
const url = `https://hooks.example.com/services/${marker}`
const event = eventOf(alertNotification())

/** One invocation of a minute, with time as the test lets it pass. */
const invoke = Effect.fnUntraced(function* (
  options: {
    readonly answers?: ReadonlyArray<Answer>
    readonly kind?: WebhookKind
    readonly secret?: unknown
    readonly event?: unknown
    readonly remaining?: number
    readonly onFailure?: () => void
  } = {}
) {
  const webhook = fakeWebhook(...(options.answers ?? [200]))
  const held = { value: options.secret ?? { ops: { url, routingKey: `${marker}-key` } }, reads: 0 }
  const { layer, lines } = notifierLayer(options.kind ?? "slack", webhook.layer, held)
  const running = yield* Effect.forkChild(
    notify("event" in options ? options.event : event, options.remaining ?? 60_000).pipe(Effect.provide(layer))
  )
  yield* TestClock.adjust(options.remaining ?? 60_000)
  const exit = yield* Fiber.await(running)
  const error = Exit.isFailure(exit) ? yield* Effect.flip(exit) : undefined
  return { error, requests: webhook.requests, lines, held }
})

describe("a notifier", () => {
  it.effect("tells its webhook once, and nobody anything of the secret", () =>
    Effect.gen(function* () {
      const { error, requests, lines } = yield* invoke()
      assert.isUndefined(error)
      assert.deepStrictEqual(
        requests.map((request) => request.url),
        [url]
      )
      assert.include(requests[0]?.body ?? "", "What failed")
      assert.strictEqual(lines.length, 1)
      assert.include(lines[0] ?? "", '"webhook":"ops"')
      assert.notInclude(lines.join(), marker)
    })
  )

  it.effect("tells of alarms and of whatever else is published", () =>
    Effect.gen(function* () {
      const several = eventOf(alarmNotification(), textNotification("the weekly report"))
      const { requests } = yield* invoke({ kind: "pagerduty", event: several })
      assert.deepStrictEqual(
        requests.map(({ body }) => {
          const { routing_key, payload } = JSON.parse(body)
          return [routing_key, payload.severity, payload.custom_details.text]
        }),
        [
          [`${marker}-key`, "critical", undefined],
          [`${marker}-key`, "warning", "the weekly report"]
        ]
      )
    })
  )

  it.effect("does not fill a channel with new alarms that are in order; programs and PagerDuty hear of them", () =>
    Effect.gen(function* () {
      const created = eventOf(alarmNotification({ OldStateValue: "INSUFFICIENT_DATA", NewStateValue: "OK" }))
      const recovered = eventOf(alarmNotification({ OldStateValue: "ALARM", NewStateValue: "OK" }))
      const toldOf = (kind: WebhookKind, told: unknown) =>
        Effect.map(invoke({ kind, event: told }), ({ requests }) => requests.length)
      assert.deepStrictEqual(
        [
          yield* toldOf("slack", created),
          yield* toldOf("slack", recovered),
          yield* toldOf("pagerduty", created),
          yield* toldOf("generic", created)
        ],
        [0, 1, 1, 1]
      )
    })
  )

  it.effect("tells of every notification although one of them is refused, and fails for that", () =>
    Effect.gen(function* () {
      const several = eventOf(textNotification("one"), textNotification("two"))
      const { error, requests } = yield* invoke({ answers: [400, 200], event: several })
      assert.strictEqual(requests.length, 2)
      assert.strictEqual(error?.message, "The webhook ops answered 400.")
    })
  )

  it.effect("tries again where that may help, later and later", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* invoke({ answers: [503, { code: "ECONNRESET" }, 408, 200] })
      assert.isUndefined(error)
      const waits = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0))
      assert.strictEqual(waits.length, 3)
      for (const [index, wait] of waits.entries()) {
        assert.isAtLeast(wait, 1000 * 2 ** index)
        assert.isAtMost(wait, 1500 * 2 ** index)
      }
    })
  )

  it.effect("waits as long as the webhook asks, where there is time", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* invoke({ answers: [{ status: 429, retryAfter: "30" }, 200] })
      assert.isUndefined(error)
      assert.strictEqual((requests[1]?.at ?? 0) - (requests[0]?.at ?? 0), 30_000)
    })
  )

  it.effect("leaves it to Lambda where the webhook asks for more time than there is", () =>
    Effect.gen(function* () {
      const { error, requests, lines } = yield* invoke({ answers: [{ status: 429, retryAfter: "58" }, 200] })
      assert.strictEqual(requests.length, 1)
      assert.deepInclude(error, { _tag: "WebhookUnavailable", reason: "HTTP 429", retryAfterSeconds: 58 })
      assert.include(lines.join(), '"errorReason":"HTTP 429"')
    })
  )

  it.effect("does not wait for ever for an answer, and ends before Lambda ends it", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* invoke({ answers: [{ hangsFor: 120_000 }] })
      assert.isAtLeast(requests.length, 4)
      assert.isAtMost(requests.at(-1)?.at ?? 0, 58_000)
      assert.deepInclude(error, { _tag: "WebhookUnavailable", reason: "no answer in time" })
    })
  )

  it.effect("gives up after five tries", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* invoke({ answers: [500], remaining: 900_000 })
      assert.strictEqual(requests.length, 5)
      assert.strictEqual(error?.message, "The webhook ops is unavailable: HTTP 500.")
    })
  )

  it.effect.each([301, 400, 401, 403, 404, 410, 413, 422])("does not repeat what is refused with %d", (status) =>
    Effect.gen(function* () {
      const { error, requests, held } = yield* invoke({ answers: [status, 200] })
      assert.strictEqual(requests.length, 1)
      // Whether the secret has changed is asked where that may be why.
      assert.strictEqual(held.reads, [401, 403, 404, 410].includes(status) ? 2 : 1)
      assert.deepInclude(error, { _tag: "WebhookRejected", webhook: "ops", status })
    })
  )

  it.effect("reads a secret that has changed when the webhook refuses the old one", () =>
    Effect.gen(function* () {
      const held = { value: { ops: { url } }, reads: 0 }
      const next = `${url}-rotated`
      const asked: Array<string> = []
      const client = Layer.succeed(WebhookClient, {
        post: (to) =>
          Effect.sync(() => {
            asked.push(Redacted.value(to))
            held.value = { ops: { url: next } }
            return { status: Redacted.value(to) === next ? 200 : 404, retryAfter: null }
          })
      })
      yield* notify(event, 60_000).pipe(Effect.provide(notifierLayer("slack", client, held).layer))
      assert.deepStrictEqual(asked, [url, next])
      assert.strictEqual(held.reads, 2)
    })
  )

  it.effect.each([
    ["not JSON", `${marker} {`, "the secret is not the JSON of webhooks by name"],
    ["JSON of something else", { ops: marker }, "the secret is not the JSON of webhooks by name"],
    ["that of other webhooks", { other: { url } }, "the secret does not have it"],
    ["empty", {}, "the secret does not have it"],
    ["no URL", { ops: { url: marker } }, "its url is no URL"],
    ["http", { ops: { url: `http://example.com/${marker}` } }, "its url does not start with https://"],
    ["a password", { ops: { url: `https://a:${marker}@example.com` } }, "its url has a user or password in it"],
    [
      "a bad signing secret",
      { ops: { url, signingSecret: marker } },
      "its signingSecret is not whsec_ followed by 24 to 64 bytes in base64"
    ]
  ] as const)("says what is wrong with a secret that is %s, and not what is in it", ([, secret, problem]) =>
    Effect.gen(function* () {
      const { error, requests, lines } = yield* invoke({ secret, kind: "generic" })
      assert.strictEqual(error?.message, `The webhook ops is misconfigured: ${problem}.`)
      assert.deepStrictEqual(requests, [])
      assert.notInclude(`${lines.join()} ${JSON.stringify(error)} ${String(error)}`, marker)
    })
  )

  it.effect("needs a routing key for PagerDuty", () =>
    Effect.gen(function* () {
      const { error } = yield* invoke({ kind: "pagerduty", secret: { ops: { url } } })
      assert.strictEqual(error?.message, "The webhook ops is misconfigured: it has no routingKey.")
    })
  )

  it.effect.each([{}, null, "text", { Records: [{ body: "of a queue" }] }, { Records: [{ Sns: { Message: 1 } }] }])(
    "fails on an event that is none of SNS's, without quoting it: %j",
    (strange) =>
      Effect.gen(function* () {
        const { error, requests } = yield* invoke({ event: strange })
        assert.strictEqual(error?._tag, "NotAnSnsEvent")
        assert.deepStrictEqual(requests, [])
      })
  )
})

describe("over HTTP", () => {
  const post = (to: string) =>
    Effect.flatMap(WebhookClient, (client) =>
      client.post(
        Redacted.make(to),
        requestOf(
          notice(alertNotification()),
          { name: "ops", kind: "slack", url: Redacted.make(to), routingKey: undefined, signingKey: undefined },
          0
        )
      )
    ).pipe(Effect.provide(WebhookClient.layer))

  it.live("a webhook gets the document as JSON, and its answer is read", () =>
    Effect.gen(function* () {
      const webhook = yield* startWebhook(429, { "retry-after": "7" })
      const answer = yield* post(`${webhook.url}/${marker}`)
      assert.deepStrictEqual(answer, { status: 429, retryAfter: "7" })
      assert.strictEqual(webhook.requests[0]?.headers["content-type"], "application/json")
      assert.include(webhook.requests[0]?.body ?? "", '"blocks"')
    })
  )

  it.live("a redirect is not followed", () =>
    Effect.gen(function* () {
      const elsewhere = yield* startWebhook(200)
      const webhook = yield* startWebhook(307, { location: elsewhere.url })
      assert.strictEqual((yield* post(webhook.url)).status, 307)
      assert.deepStrictEqual(elsewhere.requests, [])
    })
  )

  it.live("a webhook that is not there is known by its code alone", () =>
    Effect.gen(function* () {
      const { url: gone, server } = yield* startWebhook(200)
      yield* Effect.promise(() => new Promise((resolve) => server.close(resolve)))
      const error = yield* Effect.flip(post(`${gone}/${marker}`))
      assert.strictEqual(error.code, "ECONNREFUSED")
      assert.notInclude(`${JSON.stringify(error)} ${error.stack} ${error.message}`, marker)
    })
  )

  it.live("not even a URL that fetch refuses gets into an error", () =>
    Effect.gen(function* () {
      for (const refused of [`https://a:${marker}@example.com`, `nonsense://${marker}`, marker]) {
        const error = yield* Effect.flip(post(refused))
        assert.match(error.code, /^(?:connection failed|ERR_INVALID_URL)$/)
        assert.notInclude(`${JSON.stringify(error)} ${error.stack} ${error.cause}`, marker)
      }
    })
  )
})

describe("a webhook's URL", () => {
  it.each([
    ["https://hooks.slack.com/services/T0/B0/x", undefined],
    ["http://127.0.0.1:8080/x", undefined],
    ["http://localhost/x", undefined],
    ["http://127.0.0.1.example.com/x", "its url does not start with https://"],
    ["http://169.254.169.254/latest", "its url does not start with https://"],
    ["ftp://example.com", "its url does not start with https://"],
    ["", "its url is no URL"]
  ])("%s: %s", (given, problem) => {
    assert.strictEqual(urlProblem(given), problem)
  })
})

describe("a signing secret", () => {
  it.each([
    [24, true],
    [64, true],
    [23, false],
    [65, false]
  ])("of %d bytes: %s", (bytes, accepted) => {
    const secret = `whsec_${Buffer.alloc(bytes, 1).toString("base64")}`
    assert.strictEqual(signingSecretProblem(secret) === undefined, accepted)
  })
})
