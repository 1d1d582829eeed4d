/**
 * A notice as a message of Slack's. What others have written is shown as code, where nothing is formatted; the characters
 * that Slack acts on are escaped everywhere.
 *
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * @see https://docs.slack.dev/reference/block-kit/blocks/section-block
 */
import { failureCode } from "../failure/FailureClass.ts"
import type { Alert } from "../healer/Alert.ts"
import { nextCommand, whatToDo } from "../healer/nextStep.ts"
import { linesOf, oneLine } from "../healer/plainText.ts"
import { linksOf } from "./links.ts"
import { type Alarm, type Notice, severityOf, summaryOf } from "./Notice.ts"

/** Slack's limits: characters of a section's text and of a field's, fields of a section, blocks of a message. */
export const slackLimits = { section: 3000, field: 2000, fields: 10, blocks: 50 } as const

/** A text that Slack formats, but for the links and names that it would find in it by itself. */
export interface SlackText {
  readonly type: "mrkdwn"
  readonly text: string
  readonly verbatim: true
}

/** A section. */
export interface SlackBlock {
  readonly type: "section"
  readonly text?: SlackText
  readonly fields?: ReadonlyArray<SlackText>
}

/** A message. */
export interface SlackMessage {
  /** For notifications, and programs that show no blocks. */
  readonly text: string
  readonly blocks: ReadonlyArray<SlackBlock>
  readonly unfurl_links: false
  readonly unfurl_media: false
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }

/**
 * Escapes what Slack acts on, and cuts the result at `limit` characters, never within an entity or a character.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export const escaped = (value: string, limit: number): string => {
  const ellipsis = "…"
  let whole = ""
  let cut = ""
  for (const character of value) {
    const next = entities[character] ?? character
    if (whole.length + next.length <= limit - ellipsis.length) cut = whole + next
    whole += next
    if (whole.length > limit) return `${cut}${ellipsis}`
  }
  return whole
}

/** Nothing ends the code that a value stands in. */
const withoutBackticks = (value: string): string => value.replaceAll("`", "ˋ")

const text = (value: string): SlackText => ({ type: "mrkdwn", text: value, verbatim: true })

const section = (value: string): SlackBlock => ({ type: "section", text: text(value) })

/** A heading and a value of others, as it is. */
const code = (heading: string, value: string): SlackBlock => {
  const frame = `*${heading}*\n\`\`\`\`\`\``
  const lines = withoutBackticks(linesOf(value).join("\n"))
  return section(`*${heading}*\n\`\`\`${escaped(lines, slackLimits.section - frame.length) || " "}\`\`\``)
}

/** A heading and a sentence of ours; names in it may be of others. */
const sentence = (heading: string, value: string): SlackBlock => {
  const start = `*${heading}*\n`
  return section(`${start}${escaped(oneLine(value), slackLimits.section - start.length)}`)
}

const field = (name: string, value: string): SlackText => {
  const frame = `*${name}*\n\`\``
  return text(`*${name}*\n\`${escaped(withoutBackticks(oneLine(value)), slackLimits.field - frame.length) || " "}\``)
}

const inCode = (value: string): string => `\`${escaped(withoutBackticks(oneLine(value)), 500) || " "}\``

const alertBlocks = (alert: Alert, notice: Notice): ReadonlyArray<SlackBlock> => {
  const command = nextCommand(alert)
  const fields: ReadonlyArray<readonly [string, string | undefined]> = [
    ["Dependency", alert.dependency],
    ["Attempts", String(alert.attempts)],
    ["First failure", alert.firstFailureAt],
    ["Last failure", alert.lastFailureAt],
    ["Message", alert.lineageId],
    ["Correlation id", alert.correlationId],
    ["Held back since the last alert", alert.heldBack === 0 ? undefined : String(alert.heldBack)],
    ["Further ones are held back for", `${alert.windowSeconds} s`],
    ["Fingerprint", alert.fingerprint]
  ]
  return [
    section(
      `*${failureCode(alert.class)
        .replace(/[^\w-]/g, "_")
        .slice(0, 200)}* in ${inCode(alert.queue)} (${severityOf(notice)})`
    ),
    code("What failed", alert.reason),
    ...(alert.detail === undefined ? [] : [code("Detail", alert.detail)]),
    sentence("What was done", alert.why),
    sentence("What to do", whatToDo(alert)),
    ...(command === undefined ? [] : [code("Next command", command)]),
    {
      type: "section",
      fields: fields.flatMap(([name, value]) => (value === undefined ? [] : [field(name, value)]))
    }
  ]
}

const alarmBlocks = (alarm: Alarm, notice: Notice): ReadonlyArray<SlackBlock> => [
  section(
    alarm.NewStateValue === "OK"
      ? `*OK again*: ${inCode(alarm.AlarmName)}`
      : `*${alarm.NewStateValue}*: ${inCode(alarm.AlarmName)} (${severityOf(notice)})`
  ),
  ...(alarm.AlarmDescription ? [sentence("What it means", alarm.AlarmDescription)] : []),
  code("Why now", alarm.NewStateReason)
]

/** `<href|text>`: of a link nothing but our own text is formatted. */
const linkText = (notice: Notice): string =>
  linksOf(notice)
    .map(({ href, text: name }) => `<${href.replaceAll("&", "&amp;")}|${name}>`)
    .join("   ")

/** The message of a notice. */
export const slackMessage = (notice: Notice): SlackMessage => {
  const links = linkText(notice)
  const blocks =
    notice.kind === "alert"
      ? alertBlocks(notice.alert, notice)
      : notice.kind === "alarm"
        ? alarmBlocks(notice.alarm, notice)
        : [
            code(notice.subject === undefined ? "Notification" : "Subject", summaryOf(notice)),
            code("Text", notice.text)
          ]
  return {
    text: escaped(summaryOf(notice), slackLimits.section),
    blocks: [...blocks, ...(links === "" || links.length > slackLimits.section ? [] : [section(links)])],
    unfurl_links: false,
    unfurl_media: false
  }
}
