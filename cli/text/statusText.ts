/** The status, as a person reads it. Pure. */
import type { FailureGroup } from "../../handlers/operations/failureGroups.ts"
import type { BreakerLine, QueueLine, SystemStatus } from "../../handlers/operations/systemStatus.ts"
import type { Style } from "../Session.ts"
import { ago, columns, counted, cut, pointed, span, wrap } from "./layout.ts"

/** More groups than these are left to `failures`. */
const shownGroups = 10

const labels = { main: "main", "dead-letter": "dead-letter", parking: "parking" } as const

const queueRows = (queues: ReadonlyArray<QueueLine>, width: number): ReadonlyArray<string> =>
  columns(
    [
      ["QUEUE", "VISIBLE", "IN FLIGHT", "DELAYED", "KEEPS"],
      ...queues.map(({ name, visible, inFlight, delayed, retentionSeconds }) => [
        labels[name],
        ...[visible, inFlight, delayed].map(String),
        span(retentionSeconds * 1000)
      ])
    ],
    width
  )

const breakerText = ({ dependency, state, since, held, nextProbeAt }: BreakerLine, now: string): string =>
  [
    `${dependency} is ${state}`,
    ...(since === undefined ? [] : [`opened ${ago(since, now)}`]),
    `${counted(held, "message")} held`,
    ...(nextProbeAt === undefined
      ? []
      : [`next probe ${Date.parse(nextProbeAt) <= Date.parse(now) ? "is due" : ago(nextProbeAt, now)}`])
  ].join(", ")

const breakerLines = (breakers: ReadonlyArray<BreakerLine>, now: string, width: number, style: Style) => {
  const notClosed = breakers.filter(({ state }) => state !== "closed")
  const closed = breakers.length - notClosed.length
  if (breakers.length === 0) return ["Circuit breakers: no failure names a dependency that has one."]
  return [
    `Circuit breakers: ${notClosed.length === 0 ? `${closed} closed.` : `${notClosed.length} not closed${closed === 0 ? "" : `, ${closed} closed`}:`}`,
    ...notClosed.map((breaker) => style.yellow(cut(`  ${breakerText(breaker, now)}`, width)))
  ]
}

const hashOf = (fingerprint: string): string => fingerprint.split(" ", 1)[0] ?? fingerprint

/** What to type next about a group, where something can be done. */
const commandFor = ({ statuses, fingerprint }: FailureGroup): ReadonlyArray<string> => {
  const hash = hashOf(fingerprint)
  if (statuses["awaiting-operator"] !== undefined) return [`replay --fingerprint ${hash} --by NAME`]
  return statuses.archived === undefined
    ? [`failures --fingerprint ${hash}`]
    : [`replay --status archived --fingerprint ${hash} --by NAME`]
}

const groupLines = (group: FailureGroup, now: string, width: number, style: Style): ReadonlyArray<string> => {
  const statuses = Object.entries(group.statuses).map(([status, count]) => `${count} ${status}`)
  const urgent = group.statuses["awaiting-operator"] !== undefined
  const head = cut(
    `${group.count} × ${group.code}: ${statuses.join(", ")}; last ${ago(group.lastFailureAt, now)}`,
    width
  )
  const { dependency, reason } = group.example
  return [
    urgent ? style.red(head) : style.bold(head),
    cut(`    ${dependency === undefined ? "" : `${dependency}: `}${reason}`, width),
    ...pointed(group.nextStep, width, "    "),
    ...commandFor(group).map((command) => style.dim(cut(`      npx resilient-queue ${command}`, width)))
  ]
}

const verdicts = {
  "none-known": "Nothing is known to be lost",
  "at-risk": "Not yet",
  possible: "Possibly"
} as const

const lossLines = ({ loss }: SystemStatus, width: number, style: Style): ReadonlyArray<string> => {
  const colour = loss.verdict === "none-known" ? style.green : loss.verdict === "possible" ? style.red : style.yellow
  return [
    `Is anything lost? ${colour(`${verdicts[loss.verdict]}.`)}`,
    ...loss.findings.flatMap((finding) => wrap(finding, width, "  ")),
    ...loss.unknown.flatMap((sentence) => wrap(`Not known: ${sentence}`, width, "  ")).map(style.dim)
  ]
}

/** The whole status. `name`: of the system. */
export const statusText = (
  status: SystemStatus,
  name: string,
  { width, style }: { readonly width: number; readonly style: Style }
): string => {
  const { groups, failures, more, oldestInMotion, needsPerson, at } = status
  const hidden = groups.length - shownGroups
  return [
    style.bold(cut(`${name}, ${at.slice(0, 19)}Z`, width)),
    "",
    ...queueRows(status.queues, width),
    ...(oldestInMotion === undefined
      ? []
      : [cut(`The oldest message on its way failed first ${ago(oldestInMotion, at)}.`, width)]),
    "",
    ...breakerLines(status.breakers, at, width, style),
    "",
    failures === 0
      ? "No failure is open."
      : `${counted(failures, "failure")}${more ? " and more" : ""} not over, in ${counted(groups.length, "group")}:`,
    ...groups.slice(0, shownGroups).flatMap((group) => groupLines(group, at, width, style)),
    ...(hidden > 0 ? [`… and ${counted(hidden, "group")} more: --json has all.`] : []),
    "",
    ...lossLines(status, width, style),
    "",
    needsPerson.length === 0
      ? style.green("Nothing needs a person.")
      : style.red(`${counted(needsPerson.length, "thing")} ${needsPerson.length === 1 ? "needs" : "need"} a person:`),
    ...needsPerson.flatMap((sentence) => wrap(sentence, width, "  "))
  ].join("\n")
}
