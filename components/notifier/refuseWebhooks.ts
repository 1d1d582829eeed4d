/** Webhooks that cannot work, refused before anything is made. No sentence quotes a URL or a key: they are secrets. */
import * as pulumi from "@pulumi/pulumi"
import { signingSecretProblem, urlProblem, webhookKinds } from "../../handlers/notifier/Webhook.ts"
import { isExistingNetwork, type Network } from "../network/Network.ts"
import { oneOf, refusal } from "../validation.ts"
import { type WebhookArgs, webhookName } from "./args.ts"
import { maximumWebhooks } from "./webhookAlarms.ts"

/** A role has 64 characters, of which Pulumi takes 8, `-notify-` and `-role` the rest. */
const longestNames = 43

/**
 * Refuses what is known of them already.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument.
 */
export const refuseWebhooks = (
  subject: string,
  webhooks: readonly WebhookArgs[] | undefined,
  network: Network | undefined
): void => {
  if (webhooks === undefined || webhooks.length === 0) return
  if (network !== undefined && !isExistingNetwork(network)) {
    throw new pulumi.RunError(
      `${subject}: alerts.webhooks cannot go with network "private", whose subnets have no way to the internet; give network the subnetIds and securityGroupIds of a VPC that reaches the webhooks.`
    )
  }
  if (webhooks.length > maximumWebhooks) {
    throw refusal(subject, "alerts.webhooks.length", webhooks.length, `at most ${maximumWebhooks}`)
  }
  for (const [index, webhook] of webhooks.entries()) refuseWebhook(subject, `alerts.webhooks[${index}]`, webhook)
  const names = webhooks.map(webhookName)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) {
    throw new pulumi.RunError(
      `${subject}: alerts.webhooks has more than one that is called ${JSON.stringify(repeated)}; give each a name of its own.`
    )
  }
}

const refuseWebhook = (subject: string, argument: string, webhook: WebhookArgs): void => {
  oneOf(subject, `${argument}.kind`, webhook.kind, webhookKinds)
  const name = webhookName(webhook)
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw refusal(subject, `${argument}.name`, name, "a lower-case letter, then lower-case letters, digits or hyphens")
  }
  if (subject.length + name.length > longestNames) {
    throw refusal(
      subject,
      `${argument}.name`,
      name,
      `at most ${Math.max(0, longestNames - subject.length)} characters long beside the component's name`
    )
  }
  for (const [member, value] of Object.entries(secretsOf(webhook))) {
    if (typeof value === "string") checked(subject, argument, member, value)
  }
}

/** The secrets of a webhook by name, as they were given. */
export const secretsOf = (webhook: WebhookArgs): Readonly<Record<string, pulumi.Input<string> | undefined>> => {
  switch (webhook.kind) {
    case "slack":
      return { url: webhook.url }
    case "pagerduty":
      return { url: webhook.url, routingKey: webhook.routingKey }
    case "generic":
      return { url: webhook.url, signingSecret: webhook.signingSecret }
  }
}

/**
 * The value of a secret, once it is known.
 *
 * @throws `pulumi.RunError`: one sentence that names the argument, without the value.
 */
export const checked = (subject: string, argument: string, member: string, value: string): string => {
  const problem =
    member === "url"
      ? urlProblem(value)
      : member === "signingSecret"
        ? signingSecretProblem(value)
        : value === ""
          ? `its ${member} is empty`
          : undefined
  if (problem !== undefined) throw new pulumi.RunError(`${subject}: ${argument} is refused: ${problem}.`)
  return value
}
