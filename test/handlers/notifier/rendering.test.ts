import { createHmac } from "node:crypto"
import { Redacted } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { genericDocument } from "../../../handlers/notifier/generic.ts"
import { isResolved, keyOf, severityOf, summaryOf } from "../../../handlers/notifier/Notice.ts"
import { pagerDutyEvent, pagerDutyLimits } from "../../../handlers/notifier/pagerDuty.ts"
import { requestOf } from "../../../handlers/notifier/requestOf.ts"
import { escaped, slackLimits, slackMessage } from "../../../handlers/notifier/slack.ts"
import type { Webhook, WebhookKind } from "../../../handlers/notifier/Webhook.ts"
import {
  alarm,
  alarmNotification,
  alert,
  alertNotification,
  hostile,
  hostileNotification,
  notice,
  textNotification
} from "./notices.ts"

const anyNotice = hostileNotification.map(notice)

/** Texts of a message that Slack formats. */
const slackTexts = (message: ReturnType<typeof slackMessage>): ReadonlyArray<string> =>
  message.blocks.flatMap(({ text, fields = [] }) => [
    ...(text === undefined ? [] : [text.text]),
    ...fields.map((field) => field.text)
  ])

/** What Slack would show of an escaped text. */
const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")

describe("a notice", () => {
  it("is an alert of the healer's, an alarm of CloudWatch's, or else the text as it is", () => {
    expect(notice(alertNotification())).toMatchObject({ kind: "alert", alert })
    expect(notice(alarmNotification())).toMatchObject({ kind: "alarm", alarm: { AlarmArn: alarm.AlarmArn } })
    const text = (message: string) => ({ kind: "text", subject: "subject", text: message })
    for (const message of ["hello", "{}", '{"AlarmName":"x"}', "[1]", "null"])
      expect(notice(textNotification(message))).toMatchObject(text(message))
    expect(notice(alertNotification({ queue: "orders" }))).toMatchObject(text("Queue: orders-queue"))
  })

  it("is as bad as its alarm says, and as its alert has to be acted on", () => {
    const alarming = (AlarmDescription: unknown) => severityOf(notice(alarmNotification({ AlarmDescription })))
    expect(alarming(alarm.AlarmDescription)).toBe("critical")
    expect([alarming("Severity: info. Runbook: x"), alarming("Severity: dire."), alarming(null)]).toEqual([
      ...["info", "error", "error"]
    ])
    const alerting = (values: object) => severityOf(notice(alertNotification({ ...alert, ...values })))
    expect(alerting({})).toBe("error")
    expect(alerting({ status: "archived" })).toBe("warning")
    expect(alerting({ status: "archived", class: "Unknown" })).toBe("error")
    expect(severityOf(notice(textNotification("x")))).toBe("warning")
  })

  it("is about the same thing as another with the same alarm, or the same fingerprint in the same queue", () => {
    const ok = notice(alarmNotification({ NewStateValue: "OK" }))
    expect([keyOf(ok), isResolved(ok)]).toEqual([alarm.AlarmArn, true])
    expect(keyOf(notice(alarmNotification()))).toBe(alarm.AlarmArn)
    expect(keyOf(notice(alertNotification()))).toBe(`orders-queue ${alert.fingerprint}`)
    expect(keyOf(notice(alertNotification({ ...alert, queue: "returns" })))).not.toBe(
      keyOf(notice(alertNotification()))
    )
  })

  it("has a summary of one line and a key of at most 255 characters, whatever is in it", () => {
    fc.assert(
      fc.property(anyNotice, (each) => {
        expect(summaryOf(each)).toMatch(/^[^\n\r\u2028\u2029]{1,200}$/u)
        expect(keyOf(each).length).toBeLessThanOrEqual(255)
      })
    )
  })
})

describe("Slack's message", () => {
  it("of an alert states what failed, what was done, what to do and the next command", () => {
    const texts = slackTexts(slackMessage(notice(alertNotification()))).join("\n")
    for (const part of [
      "*AUTH_FAILURE* in `orders-queue` (error)",
      "*What failed*\n```401 Unauthorized```",
      "*Detail*\n```line one\nline two```",
      "*What was done*\nAuthFailure is for an operator.",
      "*What to do*\nMend the credential or permission of payment-gateway",
      `*Next command*\n\`\`\`aws s3 cp 's3://orders-archive/${alert.archiveKey}' - --region 'eu-west-1'\`\`\``,
      "*Held back since the last alert*\n`3`",
      "|Log of the failure>"
    ])
      expect(texts).toContain(part)
  })

  it("of an alarm says what it means and leads to its runbook; of one that is over, that it is", () => {
    const texts = slackTexts(slackMessage(notice(alarmNotification()))).join("\n")
    expect(texts).toContain("*ALARM*: `orders-messages-parked-1a2b3c4` (critical)")
    expect(texts).toContain("*What it means*\norders: the healer gave up on a message.")
    expect(texts).toContain("<https://example.com/runbooks/messages-parked.md|Runbook>")
    expect(texts).toContain(
      "<https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/orders-messages-parked-1a2b3c4|Alarm>"
    )
    expect(slackTexts(slackMessage(notice(alarmNotification({ NewStateValue: "OK" }))))[0]).toBe(
      "*OK again*: `orders-messages-parked-1a2b3c4`"
    )
  })

  it("is within Slack's limits, and nothing in it is acted on but our links, whatever is in the notice", () => {
    fc.assert(
      fc.property(anyNotice, (each) => {
        const message = slackMessage(each)
        expect(message.blocks.length).toBeLessThanOrEqual(slackLimits.blocks)
        for (const { text, fields = [] } of message.blocks) {
          expect(text?.text.length ?? 1).toBeGreaterThan(0)
          expect(text?.text.length ?? 0).toBeLessThanOrEqual(slackLimits.section)
          expect(fields.length).toBeLessThanOrEqual(slackLimits.fields)
          for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(slackLimits.field)
        }
        for (const text of [message.text, ...slackTexts(message)]) {
          const withoutLinks = text.replace(/<https:\/\/[^\s<>|]+\|(?:Log of the failure|Runbook|Alarm)>/g, "")
          expect(withoutLinks).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
          expect(text.isWellFormed()).toBe(true)
        }
      })
    )
  })

  it("shows what others have written as code that it cannot end", () => {
    fc.assert(
      fc.property(hostile, (reason) => {
        const texts = slackTexts(slackMessage(notice(alertNotification({ ...alert, reason, detail: reason }))))
        for (const heading of ["What failed", "Detail"]) {
          const text = texts.find((each) => each.startsWith(`*${heading}*`)) ?? ""
          expect(text.split("```")).toHaveLength(3)
          expect(text.endsWith("```")).toBe(true)
        }
      })
    )
  })
})

describe("escaping for Slack", () => {
  it("shows the text as it is where there is room", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(unescaped(escaped(text, 10_000))).toBe(text)
      })
    )
  })

  it("never exceeds the limit, and cuts neither an entity nor a character", () => {
    const units = fc.constantFrom("&", "<", ">", "a", "😀")
    fc.assert(
      fc.property(fc.string({ unit: units, maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (text, limit) => {
        const result = escaped(text, limit)
        expect(result.length).toBeLessThanOrEqual(limit)
        expect(result.isWellFormed()).toBe(true)
        const shown = unescaped(result)
        expect(shown === text || (shown.endsWith("…") && text.startsWith(shown.slice(0, -1)))).toBe(true)
      })
    )
  })
})

describe("PagerDuty's event", () => {
  it("of an alert triggers with its severity and what a person needs", () => {
    expect(pagerDutyEvent(notice(alertNotification()))).toMatchObject({
      event_action: "trigger",
      dedup_key: `orders-queue ${alert.fingerprint}`,
      payload: {
        summary: "[orders-queue] AUTH_FAILURE: 401 Unauthorized",
        source: "orders-queue",
        severity: "error",
        timestamp: "2026-01-31T00:00:00.000Z",
        component: "payment-gateway",
        class: "AUTH_FAILURE",
        custom_details: { what_was_done: alert.why, next_command: expect.stringContaining("aws s3 cp"), attempts: 0 }
      },
      links: [{ href: alert.logUrl, text: "Log of the failure" }]
    })
  })

  it("of an alarm that is over resolves what the alarm has triggered", () => {
    const { dedup_key } = pagerDutyEvent(notice(alarmNotification()))
    expect(pagerDutyEvent(notice(alarmNotification({ NewStateValue: "OK" })))).toEqual({
      event_action: "resolve",
      dedup_key
    })
  })

  it("has every field that PagerDuty needs and none that is too long, whatever is in the notice", () => {
    fc.assert(
      fc.property(anyNotice, (each) => {
        const event = pagerDutyEvent(each)
        expect(event.dedup_key.length).toBeLessThanOrEqual(255)
        expect(event.dedup_key).not.toBe("")
        expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512 * 1024)
        if (event.event_action === "resolve") return
        expect(event.payload.summary.length).toBeGreaterThan(0)
        expect(event.payload.summary.length).toBeLessThanOrEqual(pagerDutyLimits.summary)
        expect(event.payload.source).not.toBe("")
        for (const { href } of event.links) expect(href).toMatch(/^https:\/\/\S+$/)
      })
    )
  })
})

describe("the generic document", () => {
  it("holds the notice as it is, and what a program goes by", () => {
    expect(genericDocument(notice(alertNotification()))).toMatchObject({
      ...{ version: 1, id: "5f1c9b52-0c4e-5b6e-9d0a-c5e2a0c0a001", kind: "alert", severity: "error" },
      ...{ state: "triggered", key: `orders-queue ${alert.fingerprint}`, alert }
    })
    expect(genericDocument(notice(alarmNotification({ NewStateValue: "OK" })))).toMatchObject({
      ...{ kind: "alarm", state: "resolved", alarm: { AlarmName: alarm.AlarmName } }
    })
    expect(genericDocument(notice(textNotification("hello", null)))).toMatchObject({ kind: "text", text: "hello" })
  })
})

describe("a request", () => {
  const marker = "m4rker"
  const key = new Uint8Array(24).fill(7)
  const webhook = (kind: WebhookKind, signed = true): Webhook => ({
    ...{ name: "ops", kind, url: Redacted.make(`https://hooks.example.com/${marker}`) },
    routingKey: Redacted.make(`${marker}-routing`),
    signingKey: signed ? Redacted.make(key) : undefined
  })

  it("of a generic document is signed over id, time and body, so that a receiver can tell who sent it and when", () => {
    const now = Date.UTC(2026, 0, 31)
    const { headers, body } = requestOf(notice(alertNotification()), webhook("generic"), now)
    const timestamp = String(now / 1000)
    const id = "5f1c9b52-0c4e-5b6e-9d0a-c5e2a0c0a001"
    const signature = createHmac("sha256", key)
      .update(`${id}.${timestamp}.${Redacted.value(body)}`)
      .digest("base64")
    expect(headers).toMatchObject({
      ...{ "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` },
      "content-type": "application/json"
    })
    expect(requestOf(notice(alertNotification()), webhook("generic", false), now).headers).not.toHaveProperty(
      "webhook-signature"
    )
  })

  it("never holds the URL, or a key but PagerDuty's in its own field, and does not show its body", () => {
    fc.assert(
      fc.property(anyNotice, fc.constantFrom("slack", "pagerduty", "generic"), (each, kind) => {
        const request = requestOf(each, webhook(kind), 0)
        const { routing_key, ...rest } = JSON.parse(Redacted.value(request.body))
        expect(routing_key).toBe(kind === "pagerduty" ? `${marker}-routing` : undefined)
        expect(JSON.stringify([rest, request.headers])).not.toContain(marker)
        expect(`${JSON.stringify(request)} ${String(request.body)}`).not.toContain(marker)
        for (const value of Object.values(request.headers)) expect(value).toMatch(/^[\x20-\x7e]*$/)
      })
    )
  })
})
