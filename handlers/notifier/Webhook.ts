/**
 * A webhook: what it speaks, where it is, and what opens it. Its URL is a secret like its keys: whoever has Slack's posts to
 * the channel. Nothing here, and no error, shows any of them.
 */
import { Data, Effect, Redacted, Schema } from "effect"
import type { Secret } from "../aws/rotatingSecret.ts"

/** What webhooks speak. */
export const webhookKinds = ["slack", "pagerduty", "generic"] as const

/** What a webhook speaks. */
export type WebhookKind = (typeof webhookKinds)[number]

/** A webhook's secrets, as they are in Secrets Manager. */
const WebhookSecret = Schema.Struct({
  url: Schema.String,
  /** PagerDuty's integration key. */
  routingKey: Schema.optionalKey(Schema.String),
  /** What generic documents are signed with: `whsec_` and base64. */
  signingSecret: Schema.optionalKey(Schema.String)
})

/** The secret of all webhooks: theirs by name. */
const WebhookSecrets = Schema.fromJsonString(Schema.Record(Schema.String, WebhookSecret))

/** A webhook that can be called. */
export interface Webhook {
  readonly name: string
  readonly kind: WebhookKind
  readonly url: Redacted.Redacted<string>
  readonly routingKey: Redacted.Redacted<string> | undefined
  readonly signingKey: Redacted.Redacted<Uint8Array> | undefined
}

/** What the secret holds is no webhook. */
export class WebhookMisconfigured extends Data.TaggedError("WebhookMisconfigured")<{
  readonly webhook: string
  /** What is wrong, without the value that is. */
  readonly problem: string
}> {
  override get message(): string {
    return `The webhook ${this.webhook} is misconfigured: ${this.problem}.`
  }
}

/** The webhook has refused the notice: the same request again will not do. */
export class WebhookRejected extends Data.TaggedError("WebhookRejected")<{
  readonly webhook: string
  readonly status: number
}> {
  override get message(): string {
    return `The webhook ${this.webhook} answered ${this.status}.`
  }
}

/** The webhook could not be reached, did not answer in time, or is broken or busy: later it may do. */
export class WebhookUnavailable extends Data.TaggedError("WebhookUnavailable")<{
  readonly webhook: string
  /** e.g. `HTTP 503`, `ECONNREFUSED`, `no answer in time`. */
  readonly reason: string
  /** What the webhook has asked for. */
  readonly retryAfterSeconds: number | undefined
}> {
  override get message(): string {
    return `The webhook ${this.webhook} is unavailable: ${this.reason}.`
  }
}

/** Why a notice was not delivered. */
export type WebhookError = WebhookMisconfigured | WebhookRejected | WebhookUnavailable

const loopback = ["127.0.0.1", "localhost", "[::1]"]

/** What is wrong with a webhook's URL, without the URL. `http` leads nowhere but to this machine. */
export const urlProblem = (url: string): string | undefined => {
  if (!URL.canParse(url)) return "its url is no URL"
  const { protocol, hostname, username, password } = new URL(url)
  if (username !== "" || password !== "") return "its url has a user or password in it"
  if (protocol === "https:" || (protocol === "http:" && loopback.includes(hostname))) return undefined
  return "its url does not start with https://"
}

/** 24 to 64 bytes, as the Standard Webhooks specification has it. */
const signingKeyOf = (secret: string): Uint8Array | undefined => {
  const text = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1]
  const bytes = text === undefined ? undefined : Buffer.from(text, "base64")
  return bytes !== undefined && bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined
}

/** What is wrong with a signing secret, without the secret. */
export const signingSecretProblem = (secret: string): string | undefined =>
  signingKeyOf(secret) === undefined
    ? "its signingSecret is not whsec_ followed by 24 to 64 bytes in base64"
    : undefined

const decodeSecrets = Schema.decodeUnknownEffect(WebhookSecrets)

/** The webhook of a name in the secret's text. */
export const webhookIn = Effect.fnUntraced(function* (name: string, kind: WebhookKind, secret: Secret) {
  const misconfigured = (problem: string) => new WebhookMisconfigured({ webhook: name, problem })
  // Not the schema's own error: it would quote what it was given.
  const webhooks = yield* Effect.mapError(decodeSecrets(Redacted.value(secret)), () =>
    misconfigured("the secret is not the JSON of webhooks by name")
  )
  const found = Object.hasOwn(webhooks, name) ? webhooks[name] : undefined
  if (found === undefined) return yield* misconfigured("the secret does not have it")
  const { url, routingKey, signingSecret } = found
  const problem =
    urlProblem(url) ??
    (kind === "pagerduty" && !routingKey ? "it has no routingKey" : undefined) ??
    (signingSecret === undefined ? undefined : signingSecretProblem(signingSecret))
  if (problem !== undefined) return yield* misconfigured(problem)
  const signingKey = signingSecret === undefined ? undefined : signingKeyOf(signingSecret)
  const webhook: Webhook = {
    name,
    kind,
    url: Redacted.make(url, { label: "url" }),
    routingKey: routingKey === undefined ? undefined : Redacted.make(routingKey, { label: "routingKey" }),
    signingKey: signingKey === undefined ? undefined : Redacted.make(signingKey, { label: "signingKey" })
  }
  return webhook
})
