/** The status, as a person reads it: the verdict first, then what failed and what to type. Pure. */
import type { FailureGroup } from "../../handlers/operations/failureGroups.ts"
import type { BreakerLine, QueueLine, SystemStatus } from "../../handlers/operations/systemStatus.ts"
import type { Style } from "../Session.ts"
import { byWhoever, commandLines } from "./commandText.ts"
import { ago, columns, counted, cut, pointed, printable, span, wrap } from "./layout.ts"

/** More groups than these are left to `failures`. */
const shownGroups = 10

const labels = { main: "main", "dead-letter": "dead-letter", parking: "parking" } as const

const totalOf = ({ visible, inFlight, delayed }: QueueLine): number => visible + inFlight + delayed

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

const losses = {
  "none-known": "nothing known lost",
  "at-risk": "nothing lost yet",
  possible: "possibly lost messages"
} as const

const countOf = (groups: ReadonlyArray<FailureGroup>, status: keyof FailureGroup["statuses"]): number =>
  groups.reduce((sum, { statuses }) => sum + (statuses[status] ?? 0), 0)

/** All of it in a line: how many need a person, where the others stand, whether anything is lost, what is open. */
export const verdictText = (status: SystemStatus): string => {
  const { groups, waiting, loss, breakers, more } = status
  const counts = (["archived", "held", "healing", "replayed"] as const).flatMap((each) => {
    const count = countOf(groups, each)
    return count === 0 ? [] : [`${count} ${each}`]
  })
  const notClosed = breakers.filter(({ state }) => state !== "closed")
  return [
    waiting === 0 ? "nothing needs you" : `${waiting} ${waiting === 1 ? "needs" : "need"} you`,
    ...counts,
    ...(more ? [`more than ${status.failures} failures`] : []),
    losses[loss.verdict],
    ...(notClosed.length === 0
      ? ["no breaker open"]
      : notClosed.map(({ dependency, state }) => `breaker ${printable(dependency)} ${state}`))
  ].join(" · ")
}

const hashOf = (fingerprint: string): string => fingerprint.split(" ", 1)[0] ?? fingerprint

/** What to type next about a group, where something can be done. */
const commandFor = ({ statuses, fingerprint }: FailureGroup): string | undefined => {
  const hash = hashOf(fingerprint)
  if (statuses["awaiting-operator"] !== undefined) return `replay --fingerprint ${hash} ${byWhoever}`
  return statuses.archived === undefined ? undefined : `replay --status archived --fingerprint ${hash} ${byWhoever}`
}

interface Shape {
  readonly width: number
  readonly style: Style
  /** Whether all is said that is known. @default only what is needed */
  readonly verbose?: boolean
}

const groupLines = (
  group: FailureGroup,
  now: string,
  { width, style, verbose = false }: Shape
): ReadonlyArray<string> => {
  const statuses = Object.entries(group.statuses)
  const standing =
    statuses.length === 1
      ? (statuses[0]?.[0] ?? "")
      : statuses.map(([status, count]) => `${count} ${status}`).join(", ")
  const urgent = group.statuses["awaiting-operator"] !== undefined
  const { dependency, reason } = group.example
  const blamed = dependency === undefined ? reason : `${dependency}: ${reason}`
  const head = cut(
    `${group.count} × ${group.code} ${standing}, last ${ago(group.lastFailureAt, now)}: ${blamed}`,
    width
  )
  const command = commandFor(group)
  return [
    urgent ? style.red(head) : style.bold(head),
    ...(verbose || command === undefined ? pointed(group.nextStep, width, "    ") : []),
    ...(command === undefined ? [] : commandLines(`npx resilient-queue ${command}`, width, "    "))
  ]
}

const parkedLines = (parking: QueueLine | undefined, { width, style }: Shape): ReadonlyArray<string> => {
  const parked = parking === undefined ? 0 : totalOf(parking)
  if (parking === undefined || parked === 0) return []
  return [
    style.red(
      cut(`${parked} in the parking queue, which keeps them for ${span(parking.retentionSeconds * 1000)}`, width)
    ),
    ...pointed("Find the healer's error in its log and mend it; then send them back.", width, "    "),
    ...commandLines(`npx resilient-queue drain-parking ${byWhoever} --reason 'mended'`, width, "    ")
  ]
}

const lossLines = ({ loss }: SystemStatus, { width, style, verbose = false }: Shape): ReadonlyArray<string> => {
  // What is parked is said above.
  const findings = loss.verdict === "possible" ? loss.findings : []
  const unknown = verbose ? loss.unknown.map((sentence) => `Not known: ${sentence}`) : []
  return [
    ...findings.flatMap((finding) => wrap(finding, width)).map(style.red),
    ...unknown.flatMap((sentence) => wrap(sentence, width)).map(style.dim)
  ]
}

const detailLines = (status: SystemStatus, { width }: Shape): ReadonlyArray<string> => {
  const { queues, breakers, oldestInMotion, at } = status
  const closed = breakers.filter(({ state }) => state === "closed").length
  return [
    ...queueRows(queues, width),
    ...(oldestInMotion === undefined
      ? []
      : [cut(`The oldest message on its way failed first ${ago(oldestInMotion, at)}.`, width)]),
    breakers.length === 0
      ? "No failure names a dependency that has a circuit breaker."
      : `${counted(closed, "circuit breaker")} closed.`
  ]
}

const block = (lines: ReadonlyArray<string>): ReadonlyArray<string> => (lines.length === 0 ? [] : ["", ...lines])

/** The whole status. `name`: of the system. */
export const statusText = (status: SystemStatus, name: string, shape: Shape): string => {
  const { groups, queues, at } = status
  const { width, style, verbose = false } = shape
  const hidden = groups.length - shownGroups
  const calm = status.needsPerson.length === 0
  const notClosed = status.breakers.filter(({ state }) => state !== "closed")
  const depths = queues.map((queue) => `${labels[queue.name]} ${totalOf(queue)}`).join(" · ")
  return [
    ...wrap(verdictText(status), width).map(calm ? style.green : style.red),
    style.dim(cut(`${name}, ${at.slice(0, 19)}Z`, width)),
    ...(verbose
      ? block(detailLines(status, shape))
      : queues.length === 0
        ? []
        : [style.dim(cut(`in queues: ${depths}`, width))]),
    ...block(notClosed.map((breaker) => style.yellow(cut(breakerText(breaker, at), width)))),
    ...block([
      ...groups.slice(0, shownGroups).flatMap((group) => groupLines(group, at, shape)),
      ...(hidden > 0 ? [`… and ${counted(hidden, "group")} more: --json has all.`] : [])
    ]),
    ...block(
      parkedLines(
        queues.find(({ name }) => name === "parking"),
        shape
      )
    ),
    ...block(lossLines(status, shape))
  ].join("\n")
}
