/** What discarding, sending back and reconciling say to a person. Pure. */
import type { DiscardSummary } from "../../handlers/operations/discardFailures.ts"
import type { DrainProgress } from "../../handlers/operations/drainParking.ts"
import type { ReconcileSummary } from "../../handlers/operations/reconcile.ts"
import type { Discrepancy } from "../../handlers/operations/reconcileDiscrepancies.ts"
import { counted, pointed, printable, wrap } from "./layout.ts"

/** More lines than this say nothing more to a person. */
const shownMessages = 50

/** What would be discarded. */
export const wouldDiscardText = (lineageIds: ReadonlyArray<string>): string => {
  if (lineageIds.length === 0) return "Nothing matches."
  const more = lineageIds.length - shownMessages
  return [
    `${counted(lineageIds.length, "message")} would be discarded:`,
    ...lineageIds.slice(0, shownMessages).map((lineageId) => `  ${printable(lineageId)}`),
    ...(more > 0 ? [`  … and ${more} more; --json lists all`] : [])
  ].join("\n")
}

/** What was discarded, and what was not. */
export const discardText = ({ selected, discarded, already, skipped, leftAlone }: DiscardSummary): string => {
  if (selected === 0) return "Nothing matches. No message was discarded."
  const others = [
    ...(already === 0 ? [] : [`${already} discarded before`]),
    ...(skipped === 0 ? [] : [`${skipped} left alone`])
  ]
  const more = skipped - leftAlone.length
  return [
    `Discarded ${discarded} of ${counted(selected, "message")}${others.length === 0 ? "." : `: ${others.join(", ")}.`}`,
    ...leftAlone.map(({ lineageId, why }) => `Left alone: ${printable(lineageId)}. ${why}`),
    ...(leftAlone.length > 0 && more > 0 ? [`… and ${more} more.`] : [])
  ].join("\n")
}

/** What would be sent back. */
export const wouldDrainText = (parked: number): string =>
  parked === 0 ? "The parking queue is empty." : `About ${counted(parked, "message")} would be sent back.`

/** What was sent back. */
export const drainText = ({ runId, parked, sent }: DrainProgress): string =>
  parked === 0
    ? "The parking queue is empty: nothing was sent back."
    : `Sent back ${sent} of about ${counted(parked, "message")} to the dead-letter queue (run ${runId}).`

/** A discrepancy, and what to do about it. */
export const discrepancyText = ({ kind, subject, what, next }: Discrepancy, width: number): string =>
  [`${kind}: ${printable(subject)}`, ...wrap(what, width, "  "), ...pointed(next, width, "  ")].join("\n")

/** What was compared. */
export const reconciledText = (summary: ReconcileSummary, name: string, width: number): string => {
  const { items, objects, accepted, discrepancies, notChecked } = summary
  const looked = [
    counted(items, "item"),
    counted(objects, "archive object"),
    ...(accepted === 0 ? [] : [counted(accepted, "accepted message")])
  ]
  return [
    `${printable(name)}: ${looked.join(", ")} looked at; ${discrepancies === 0 ? "everything fits." : `${counted(discrepancies, "discrepancy", "discrepancies")}.`}`,
    ...notChecked.flatMap((sentence) => wrap(`Not checked: ${sentence}`, width, "  "))
  ].join("\n")
}
