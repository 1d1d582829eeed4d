/** What a notifier is configured with: its environment, read once. */
import { Config, Context, Layer } from "effect"
import { type WebhookKind, webhookKinds } from "./Webhook.ts"

/** A notifier's configuration. */
export interface NotifierSettings {
  /** The webhook's name in the secret. */
  readonly webhook: string
  readonly kind: WebhookKind
  /** The secret of all webhooks. */
  readonly secretArn: string
}

/** A notifier's configuration, as a service. */
export class NotifierConfig extends Context.Service<NotifierConfig, NotifierSettings>()(
  "resilient-queue/notifier/NotifierConfig"
) {
  /** From the environment. */
  static readonly layer = Layer.effect(
    NotifierConfig,
    Config.all({
      webhook: Config.NonEmptyString("WEBHOOK_NAME"),
      kind: Config.Literals(webhookKinds, "WEBHOOK_KIND"),
      secretArn: Config.NonEmptyString("WEBHOOKS_SECRET_ARN")
    })
  )
}
