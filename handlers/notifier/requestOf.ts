/** A notice as the request that a webhook understands. */
import { createHmac } from "node:crypto"
import { Redacted } from "effect"
import { genericDocument } from "./generic.ts"
import type { Notice } from "./Notice.ts"
import { pagerDutyEvent } from "./pagerDuty.ts"
import { slackMessage } from "./slack.ts"
import type { Webhook } from "./Webhook.ts"

/** What is posted. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>
  /** With PagerDuty's routing key in it. */
  readonly body: Redacted.Redacted<string>
}

/**
 * The headers by which a receiver knows who has sent a document, and when: those of the Standard Webhooks specification.
 *
 * @param now epoch milliseconds
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
const signatureHeaders = (
  id: string,
  now: number,
  body: string,
  key: Webhook["signingKey"]
): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(now / 1000))
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp }
  if (key === undefined) return headers
  const signature = createHmac("sha256", Redacted.value(key)).update(`${id}.${timestamp}.${body}`).digest("base64")
  return { ...headers, "webhook-signature": `v1,${signature}` }
}

const bodyOf = (notice: Notice, { kind, routingKey }: Webhook): string => {
  switch (kind) {
    case "slack":
      return JSON.stringify(slackMessage(notice))
    case "pagerduty":
      return JSON.stringify({
        routing_key: routingKey === undefined ? "" : Redacted.value(routingKey),
        ...pagerDutyEvent(notice)
      })
    case "generic":
      return JSON.stringify(genericDocument(notice))
  }
}

/**
 * The request of a notice.
 *
 * @param now epoch milliseconds: when it is sent
 */
export const requestOf = (notice: Notice, webhook: Webhook, now: number): WebhookRequest => {
  const body = bodyOf(notice, webhook)
  // An id is SNS's own; what is none does not get into a header.
  const id = notice.id.replace(/[^\w-]/g, "")
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "resilient-queue-notifier",
      ...(webhook.kind === "generic" ? signatureHeaders(id, now, body, webhook.signingKey) : {})
    },
    body: Redacted.make(body, { label: "body" })
  }
}
