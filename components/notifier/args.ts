/** The webhooks that are told of alerts and alarms. */
import type * as pulumi from "@pulumi/pulumi"

interface NamedWebhookArgs {
  /**
   * What it is called, in its function's name and in the log: lower-case letters, digits and hyphens. Changing it replaces its
   * function. @default its `kind`; a second one of a kind needs a name
   */
  readonly name?: string
}

/** An incoming webhook of Slack's, or of a chat that takes the same (Mattermost, Rocket.Chat). */
export interface SlackWebhookArgs extends NamedWebhookArgs {
  /** What it takes: Slack's form. */
  readonly kind: "slack"
  /** Its URL, a secret: whoever has it posts to the channel. */
  readonly url: pulumi.Input<string>
}

/** An integration of PagerDuty's (Events API v2), or of what takes the same. */
export interface PagerDutyWebhookArgs extends NamedWebhookArgs {
  /** What it takes: PagerDuty's events. */
  readonly kind: "pagerduty"
  /** The integration key, a secret. */
  readonly routingKey: pulumi.Input<string>
  /** Where events go, e.g. `https://events.eu.pagerduty.com/v2/enqueue`. @default "https://events.pagerduty.com/v2/enqueue" */
  readonly url?: pulumi.Input<string>
}

/** A program of your own, which gets a JSON document. */
export interface GenericWebhookArgs extends NamedWebhookArgs {
  /** What it takes: a document of ours. */
  readonly kind: "generic"
  /** Its URL, a secret. */
  readonly url: pulumi.Input<string>
  /**
   * What documents are signed with (HMAC-SHA256 over id, time and body, in the headers of the Standard Webhooks specification):
   * `whsec_` and 24 to 64 bytes in base64, a secret. @default they are not signed
   */
  readonly signingSecret?: pulumi.Input<string>
}

/** A webhook. */
export type WebhookArgs = SlackWebhookArgs | PagerDutyWebhookArgs | GenericWebhookArgs

/** Where PagerDuty takes events, but for accounts in the EU. */
export const defaultPagerDutyUrl = "https://events.pagerduty.com/v2/enqueue"

/** A webhook's name. */
export const webhookName = ({ name, kind }: WebhookArgs): string => name ?? kind
