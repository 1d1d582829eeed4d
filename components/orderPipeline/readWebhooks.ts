/** The webhooks in a stack's configuration, which is secret as a whole: `pulumi config set --secret alertWebhooks '[…]'`. */
import * as pulumi from "@pulumi/pulumi"
import { Result, Schema } from "effect"
import type { WebhookArgs } from "../notifier/args.ts"
import { checked, secretsOf } from "../notifier/refuseWebhooks.ts"
import type { ConfigReader } from "./ConfigReader.ts"

const name = Schema.optionalKey(Schema.String)

const Webhooks = Schema.fromJsonString(
  Schema.Array(
    Schema.Union([
      Schema.Struct({ kind: Schema.Literal("slack"), name, url: Schema.String }),
      Schema.Struct({
        kind: Schema.Literal("pagerduty"),
        name,
        routingKey: Schema.String,
        url: Schema.optionalKey(Schema.String)
      }),
      Schema.Struct({
        kind: Schema.Literal("generic"),
        name,
        url: Schema.String,
        signingSecret: Schema.optionalKey(Schema.String)
      })
    ])
  )
)

const decode = Schema.decodeUnknownResult(Webhooks)

/**
 * Every value but kind and name goes on as a secret.
 *
 * @throws `pulumi.RunError`: one sentence that names the key, and nothing of its value.
 */
export const readWebhooks = (reader: ConfigReader, project: string): readonly WebhookArgs[] | undefined => {
  const text = reader.secretText("alertWebhooks")
  if (text === undefined) return undefined
  const decoded = decode(text, { onExcessProperty: "error" })
  if (Result.isFailure(decoded)) {
    throw reader.wrong(
      "alertWebhooks",
      'It must be a list of { "kind": "slack", "url" }, { "kind": "pagerduty", "routingKey", "url"? } and { "kind": "generic", "url", "signingSecret"? }, each with a "name" if need be.'
    )
  }
  for (const [index, webhook] of decoded.success.entries()) {
    for (const [member, value] of Object.entries(secretsOf(webhook))) {
      if (typeof value === "string") checked(project, `alertWebhooks[${index}]`, member, value)
    }
  }
  return decoded.success.map(sealed)
}

const sealed = (webhook: (typeof Webhooks.Type)[number]): WebhookArgs => {
  switch (webhook.kind) {
    case "slack":
      return { ...webhook, url: pulumi.secret(webhook.url) }
    case "pagerduty": {
      const { url, ...rest } = webhook
      return {
        ...rest,
        routingKey: pulumi.secret(webhook.routingKey),
        ...(url === undefined ? {} : { url: pulumi.secret(url) })
      }
    }
    case "generic": {
      const { signingSecret, ...rest } = webhook
      return {
        ...rest,
        url: pulumi.secret(webhook.url),
        ...(signingSecret === undefined ? {} : { signingSecret: pulumi.secret(signingSecret) })
      }
    }
  }
}
