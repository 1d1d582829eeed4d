/** What a replay says to a person. Pure. */
import type { Effect } from "effect"
import type { ReplayProgress, ReplaySummary } from "../../handlers/replay/ReplayRequest.ts"
import type { previewReplay } from "../../handlers/replay/replay.ts"
import { printable } from "./layout.ts"

/** A message that would be replayed. */
export type ReplayPreview = Effect.Success<ReturnType<typeof previewReplay>>[number]

/** More lines than this say nothing more to a person. */
const shownMessages = 50

const messages = (count: number): string => (count === 1 ? "1 message" : `${count} messages`)

const unknownOf = ({ replayed, recovered, failedAgain }: ReplayProgress): number => replayed - recovered - failedAgain

const leftOf = ({ selected, replayed, skipped }: ReplayProgress): number => selected - replayed - skipped

/** How far a run is, in a line. */
export const progressText = (progress: ReplayProgress): string => {
  const { selected, replayed, recovered, failedAgain, skipped } = progress
  const counts = [
    [recovered, "recovered"],
    [failedAgain, "failed again"],
    [unknownOf(progress), "on the way"],
    [skipped, "left alone"],
    [leftOf(progress), "not taken up yet"]
  ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]))
  return `Replayed ${replayed} of ${messages(selected)}: ${counts.join(", ")}.`
}

/** The line that a run begins with: its name is what it is resumed by, however it ends. */
export const beginningText = ({ runId, selected }: ReplayProgress): string =>
  `Run ${runId}: ${messages(selected)} selected.`

const resumeText = (progress: ReplayProgress): ReadonlyArray<string> =>
  leftOf(progress) > 0 || unknownOf(progress) > 0
    ? [`Resume it with: npx resilient-queue replay --resume ${progress.runId}`]
    : []

/** More of them say nothing more: the first one is looked at. */
const shownFailures = 3

const failedText = ({ failed, failedAgain }: ReplayProgress): ReadonlyArray<string> => {
  const more = failedAgain - Math.min(failed.length, shownFailures)
  return [
    ...failed
      .slice(0, shownFailures)
      .flatMap(({ lineageId, why }) => [
        `Failed again: ${printable(lineageId)}. ${printable(why)}`,
        `  npx resilient-queue show ${printable(lineageId)}`
      ]),
    ...(more > 0 && failed.length > 0 ? [`… and ${more} more.`] : [])
  ]
}

/** How a run has ended. */
export const summaryText = (summary: ReplaySummary): string => {
  if (summary.selected === 0) return `${summary.why} No message was replayed.`
  const { leftAlone } = summary
  const more = summary.skipped - leftAlone.length
  const left = [
    ...leftAlone.map(({ lineageId, why }) => `Left alone: ${lineageId}. ${why}`),
    ...(more > 0 ? [`… and ${more} more.`] : [])
  ]
  const ended = summary.ended === "finished" ? [] : [summary.why, ...failedText(summary), ...resumeText(summary)]
  return [progressText(summary), ...left, ...ended].join("\n")
}

/** How far a run was that was interrupted; `undefined`: it had not begun. */
export const interruptedText = (progress: ReplayProgress | undefined): string =>
  progress === undefined
    ? "Interrupted before anything was sent."
    : [
        "Interrupted. What was in hand was sent, and is counted when the run is resumed.",
        progressText(progress),
        ...resumeText(progress)
      ].join("\n")

const lineOf = (each: ReplayPreview): string =>
  [each.lastFailureAt, each.lineageId, each.correlationId ?? "-", each.class, each.status, each.reason]
    .map(printable)
    .join("  ")

/** One line a group of failures, the largest first. */
const groupsOf = (found: ReadonlyArray<ReplayPreview>): ReadonlyArray<string> => {
  const groups = new Map<string, { count: number; readonly first: ReplayPreview }>()
  for (const each of found) {
    const group = groups.get(each.fingerprint)
    if (group === undefined) groups.set(each.fingerprint, { count: 1, first: each })
    else group.count += 1
  }
  return [...groups.values()]
    .sort((one, other) => other.count - one.count)
    .map(
      ({ count, first }) =>
        `  ${count} × ${first.class}: ${printable(first.reason)}  --fingerprint ${first.fingerprint.split(" ", 1)[0]}`
    )
}

/** What would be replayed. */
export const previewText = (found: ReadonlyArray<ReplayPreview>): string => {
  if (found.length === 0) return "Nothing matches."
  const more = found.length - shownMessages
  return [
    `${messages(found.length)} would be replayed, in groups:`,
    ...groupsOf(found),
    "One by one (time of the last failure, lineage id, correlation id, class, status, reason):",
    ...found.slice(0, shownMessages).map((each) => `  ${lineOf(each)}`),
    ...(more > 0 ? [`  … and ${more} more; --json lists all`] : [])
  ].join("\n")
}
