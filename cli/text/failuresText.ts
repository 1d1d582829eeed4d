/** Lists of failures, and one of them in full, as a person reads them. Pure. */
import type { FailureLine } from "../../handlers/operations/FailureLine.ts"
import type { FailurePage } from "../../handlers/operations/findFailures.ts"
import type { FailureDetail, ShownBody } from "../../handlers/operations/showFailure.ts"
import type { Style } from "../Session.ts"
import { clock, columns, counted, cut, printable, textLines, wrap } from "./layout.ts"

/** From this width on, a failure has a line of its own; below it, two. */
const wide = 180

const reasonOf = ({ dependency, reason }: FailureLine): string =>
  dependency === undefined ? reason : `${dependency}: ${reason}`

const correlationOf = ({ correlationId }: FailureLine): string => printable(correlationId ?? "-")

const head = (line: FailureLine): ReadonlyArray<string> => [clock(line.lastFailureAt), line.code, line.status]

const rowsOf = (failures: ReadonlyArray<FailureLine>, width: number): ReadonlyArray<string> => {
  if (width >= wide)
    return columns(
      [
        ["LAST FAILURE (UTC)", "CLASS", "STATUS", "CORRELATION ID", "LINEAGE ID", "REASON"],
        ...failures.map((line) => [...head(line), correlationOf(line), line.lineageId, reasonOf(line)])
      ],
      width
    )
  const heads = columns([["LAST FAILURE (UTC)", "CLASS", "STATUS", ""], ...failures.map(head)], width)
  const widest = Math.max(...heads.map((line) => line.length)) + 2
  return heads.flatMap((line, index) => {
    const failure = failures[index - 1]
    if (failure === undefined)
      return [`${line.padEnd(widest)}CORRELATION ID`, "  LINEAGE ID                            REASON"]
    const id = correlationOf(failure)
    const reason = cut(`  ${failure.lineageId.padEnd(36)}  ${reasonOf(failure)}`, width)
    // An id is there to be copied: it is never cut.
    return widest + id.length <= width ? [`${line.padEnd(widest)}${id}`, reason] : [line, `  ${id}`, reason]
  })
}

/** A page of failures. */
export const failuresText = ({ failures, next }: FailurePage, { width }: { readonly width: number }): string =>
  failures.length === 0
    ? "No failure matches."
    : [
        ...rowsOf(failures, width),
        ...(next === undefined ? [`${counted(failures.length, "failure")}.`] : [`More of them: --after ${next}`])
      ].join("\n")

/** On a terminal a body must not steer it; elsewhere it stays as it is, byte for byte. */
const shown = (body: string, width: number): string =>
  width === Number.POSITIVE_INFINITY ? body : body.split("\n").map(printable).join("\n")

const bodyLines = (body: ShownBody, width: number): ReadonlyArray<string> =>
  body._tag === "NoBody"
    ? ["", `Body: ${body.why}`]
    : [
        "",
        body.redacted.length === 0 ? "Body:" : `Body (redacted before it was archived: ${body.redacted.join(", ")}):`,
        shown(body.body, width)
      ]

/** A failure in full. */
export const detailText = (
  detail: FailureDetail,
  { width, style }: { readonly width: number; readonly style: Style }
): string => {
  const { evidence } = detail
  const facts = [
    ["lineage id", detail.lineageId],
    ["correlation id", detail.correlationId],
    ["status", detail.status],
    ["class", `${detail.class} (${detail.code})`],
    ["reason", detail.reason],
    ["detail", evidence?.detail],
    ["dependency", detail.dependency],
    ["fingerprint", detail.fingerprint],
    ["healed", counted(detail.attempts, "time")],
    ["replayed", detail.replays === 0 ? undefined : counted(detail.replays, "time")],
    ["received", evidence === undefined ? undefined : counted(evidence.receiveCount, "time")],
    ["request id", evidence?.requestId],
    ["evidence", evidence === undefined ? "none: its consumer crashed, was killed, or never saw it" : undefined],
    ["archive key", detail.archiveKey],
    ["ledger entry expires", detail.forgottenAt === undefined ? undefined : clock(detail.forgottenAt)]
  ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value] as const]))
  const widest = Math.max(...facts.map(([name]) => name.length))
  return [
    ...facts.flatMap(([name, value]) =>
      (name === "detail" ? textLines(value, width - widest - 2) : wrap(value, width - widest - 2)).map(
        (line, index) => `${(index === 0 ? name : "").padEnd(widest)}  ${line}`
      )
    ),
    ...(detail.logUrl === undefined ? [] : [`${"log".padEnd(widest)}  ${printable(detail.logUrl)}`]),
    "",
    style.bold("Timeline (UTC)"),
    ...detail.timeline.flatMap(({ at, act, why }) => {
      const indent = 2 + 19 + 2 + 9 + 2
      const [first = "", ...rest] = wrap(why, Math.max(20, width - indent))
      return [`  ${clock(at)}  ${act.padEnd(9)}  ${first}`.trimEnd(), ...rest.map((line) => " ".repeat(indent) + line)]
    }),
    "",
    ...wrap(`${detail.why} Next: ${detail.nextStep}`.trim(), width),
    ...(detail.body === undefined ? [] : bodyLines(detail.body, width))
  ].join("\n")
}
