import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ledgerStatuses } from "../../../handlers/ledger/FailureLedger.ts"
import { failureGroupsHtml } from "../../../handlers/widget/failureGroupsHtml.ts"
import { escapeText } from "../../../handlers/widget/html.ts"
import { consoleLink } from "../../../handlers/widget/shownText.ts"
import { nastyTexts } from "../../hostile/nastyTexts.ts"
import { groupsArn, line, listOf, replayArn, view, withLog } from "./groups.ts"
import { actionsFollowLinks, attributesOf, callsOf, skeletonOf } from "./skeleton.ts"

describe("the widget of failure groups", () => {
  it("shows class, count by status, times in UTC, reason, dependency, example with its history, and the next step", () => {
    const html = failureGroupsHtml(
      listOf([line(), line({ lineageId: "l-2" }), line({ lineageId: "l-3", status: "replayed" })]),
      view()
    )
    for (const text of [
      "<b>AUTH_FAILURE</b> (payment-gateway)<br>401 from the gateway",
      "<b>3</b><br>2 awaiting operator<br>1 replayed",
      "2026-01-01 00:00:00",
      "2026-01-01 08:15:30",
      "Mend the credential or the permission (payment-gateway); then replay.",
      '<a>l-1</a><cwdb-action action="html" display="popup"><h3>l-1</h3>',
      "<td>2026-01-01 00:00:01</td><td>archived</td><td>AUTH_FAILURE</td><td>Kept for an operator.</td>"
    ])
      expect(html).toContain(text)
  })

  it("replays what it lists: what awaits an operator, whenever it failed; of what is archived, the time range", () => {
    const html = failureGroupsHtml(listOf([line(), line({ lineageId: "l-2", status: "archived" })]), view())
    const fingerprint = "0a1b2c3d4e5f67"
    const archived = {
      fingerprint,
      status: "archived",
      from: "2026-01-01T00:00:00.000Z",
      to: "2026-01-02T00:00:00.000Z"
    }
    expect(callsOf(html)).toEqual([
      { endpoint: replayArn, parameters: { fingerprint, status: "awaiting-operator" } },
      { endpoint: replayArn, parameters: { fingerprint, status: "awaiting-operator", dryRun: true } },
      { endpoint: replayArn, parameters: archived },
      { endpoint: replayArn, parameters: { ...archived, dryRun: true } },
      { endpoint: groupsArn, parameters: { status: "all" } }
    ])
    expect(attributesOf(html, "confirmation")).toEqual([
      "Replay 1 message of AUTH_FAILURE? One goes first; the others follow once it has recovered. Mend the cause before.",
      "Replay 1 message of AUTH_FAILURE? One goes first; the others follow once it has recovered. Mend the cause before."
    ])
    expect(actionsFollowLinks(html)).toBe(true)
  })

  it("has no button where there is nothing to replay, no function that does it, or no fingerprint to do it by", () => {
    const replays = (html: string) => callsOf(html).filter(({ endpoint }) => endpoint === replayArn)
    for (const status of ledgerStatuses.filter((each) => each !== "archived" && each !== "awaiting-operator"))
      expect(replays(failureGroupsHtml(listOf([line({ status })]), view()))).toEqual([])
    expect(replays(failureGroupsHtml(listOf([line({ fingerprint: "forged" })]), view()))).toEqual([])
    const without = failureGroupsHtml(listOf([line()]), view({ replayFunctionArn: undefined }))
    expect(replays(without)).toEqual([])
    expect(without).not.toContain("<th>Replay</th>")
  })

  it("says so where there is nothing, where there is more, and what the list is of", () => {
    expect(failureGroupsHtml(listOf([]), view())).toContain("Nothing: no failure is in this list.")
    const html = failureGroupsHtml(listOf([line()], { truncated: true, moreGroups: 1200 }), view({ status: "all" }))
    expect(html).toContain("There are more. ")
    expect(html).toContain("1,200 more groups are not shown.")
    expect(html).toContain("at least 1 message")
    expect(html).toContain("from 2026-01-01 00:00:00 to 2026-01-02 00:00:00 UTC")
    expect(callsOf(html).at(-1)?.parameters).toEqual({ status: "open" })
  })

  it("leaves colours to the theme, and a column out where it is narrow", () => {
    const html = failureGroupsHtml(listOf([line()]), view())
    expect(html).not.toMatch(/style|color|background/i)
    expect(html).toContain("First failure (UTC)")
    expect(failureGroupsHtml(listOf([line()]), view({ width: 500 }))).not.toContain("First failure (UTC)")
  })

  it("shows no edit of a replay, which may hold what is in a body", () => {
    const [group] = listOf([line()]).groups
    if (group === undefined) throw new Error("no group")
    const why = 'Replayed by Ada, run 1, with the merge patch {"card":"4111"} (its original is kept as x).'
    const edited = { ...group, timeline: [{ at: "2026-01-01T00:00:01.000Z", act: "replayed" as const, why }] }
    const html = failureGroupsHtml({ ...listOf([]), groups: [edited] }, view())
    expect(html).toContain("Replayed by Ada, run 1, with an edit.")
    expect(html).not.toContain("4111")
  })

  it("links to the AWS console alone", () => {
    const good = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:x"
    expect(attributesOf(failureGroupsHtml(withLog(listOf([line()]), good), view()), "href")).toEqual([good])
    for (const link of [
      "javascript:alert(1)",
      "https://evil.example/",
      "https://console.aws.amazon.com.evil.example/",
      "https://console.aws.amazon.com@evil.example/",
      "http://eu-west-1.console.aws.amazon.com/",
      "https://eu-west-1.console.aws.amazon.com:8443/",
      ""
    ])
      expect(consoleLink(link)).toBeUndefined()
  })
})

const hostile = fc.oneof(
  fc.constantFrom(...nastyTexts),
  fc.constantFrom(
    '"><cwdb-action action="call" endpoint="arn:aws:lambda:eu-west-1:1:function:evil">{}</cwdb-action>',
    "</td></tr></table><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "</cwdb-action><a href=javascript:alert(1)>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<!--",
    "]]>",
    "{{constructor.constructor('alert(1)')()}}"
  ),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc
    .array(fc.constantFrom("<", ">", '"', "'", "&", "`", "=", "/", " ", "a", "\u202e", "\ud800"), { maxLength: 60 })
    .map((each) => each.join(""))
)

it("whatever stands in a failure stays text: no element, no attribute, no other function is called", () => {
  const logUrl = "https://console.aws.amazon.com/x"
  const plain = line()
  const expected = skeletonOf(failureGroupsHtml(withLog(listOf([plain]), logUrl), view()))
  fc.assert(
    fc.property(
      fc.record({ text: hostile, more: hostile, status: fc.constant("awaiting-operator" as const) }),
      (given) => {
        const [group] = listOf([
          line({
            ...plain,
            lineageId: given.text,
            class: given.text,
            code: given.more,
            reason: given.text,
            why: given.more,
            dependency: given.text,
            firstFailureAt: given.more,
            lastFailureAt: given.text,
            correlationId: given.more,
            archiveKey: given.text
          })
        ]).groups
        if (group === undefined) throw new Error("no group")
        const timeline = [{ at: given.text, act: "archived" as const, class: given.text, why: given.more }]
        const html = failureGroupsHtml(
          { ...listOf([]), groups: [{ ...group, nextStep: given.text, timeline, logUrl }] },
          view()
        )
        expect(skeletonOf(html)).toEqual(expected)
        expect(new Set(attributesOf(html, "endpoint"))).toEqual(new Set([replayArn, groupsArn]))
        for (const { parameters } of callsOf(html)) expect(parameters).toBeTypeOf("object")
      }
    ),
    { numRuns: 100 }
  )
})

it("a forged fingerprint gets no button, and a forged log link no link", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const html = failureGroupsHtml(withLog(listOf([line({ fingerprint: text })]), text), view())
      skeletonOf(html)
      expect(attributesOf(html, "href")).toEqual([])
      expect(callsOf(html).filter(({ endpoint }) => endpoint === replayArn)).toEqual([])
    })
  )
})

it("escaped text reads as it was, but for what cannot be seen", () => {
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#96": "`" }
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
      const back = escapeText(text).replace(/&([#\w]+);/g, (_, name: string) => entities[name] ?? "?")
      expect(back).toBe(text)
    })
  )
})
