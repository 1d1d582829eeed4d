/** URLs and keys of all webhooks, in one secret that their functions read when they run. */
import * as pulumi from "@pulumi/pulumi"
import { createFunctionSecret, type FunctionSecret } from "../functionSecret.ts"
import type { Context } from "../resilientQueue/context.ts"
import { defaultPagerDutyUrl, type WebhookArgs, webhookName } from "./args.ts"
import { checked, secretsOf } from "./refuseWebhooks.ts"

/** The JSON of the secret: each webhook's by its name. Checked once it is known. */
const secretText = (subject: string, webhooks: readonly WebhookArgs[]): pulumi.Output<string> =>
  pulumi
    .all(webhooks.map((webhook) => pulumi.output(secretsOf(webhook))))
    .apply((known) =>
      JSON.stringify(
        Object.fromEntries(
          webhooks.map((webhook, index) => [
            webhookName(webhook),
            Object.fromEntries(
              Object.entries({ ...known[index], url: known[index]?.["url"] ?? defaultPagerDutyUrl }).flatMap(
                ([member, value]) =>
                  value === undefined
                    ? []
                    : [[member, checked(subject, `alerts.webhooks[${index}]`, member, value)] as const]
              )
            )
          ])
        )
      )
    )

/** Makes the secret. */
export const createWebhooksSecret = (context: Context, webhooks: readonly WebhookArgs[]): FunctionSecret =>
  createFunctionSecret(`${context.name}-webhooks`, context.parent, {
    description: `URLs and keys of the webhooks that are told of the alerts of ${context.name}`,
    text: secretText(context.name, webhooks),
    protectData: context.protectData,
    kmsKeyArn: context.kmsKeyArn
  })
