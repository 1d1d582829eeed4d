/** "Is anything lost?", answered by what queues and ledger say, with what they cannot say. Pure. */
import type { QueueDepth } from "../aws/QueueInspection.ts"
import { epochMilliseconds } from "../ledger/ledgerTime.ts"
import type { FailureLine } from "./FailureLine.ts"

/** What the answer is made of. */
export interface LossQuestion {
  /** Now, ISO-8601. */
  readonly at: string
  readonly queues: ReadonlyArray<QueueDepth & { readonly name: "main" | "dead-letter" | "parking" }>
  /** What is not over. */
  readonly failures: ReadonlyArray<Pick<FailureLine, "status" | "lastFailureAt" | "archiveKey">>
  /** Whether there are more failures than these. */
  readonly more: boolean
}

/** The answer. */
export interface LossAnswer {
  /** `none-known`: nothing speaks for a loss. `at-risk`: all is there, but not for ever. `possible`: something is missing. */
  readonly verdict: "none-known" | "at-risk" | "possible"
  /** What speaks for it, each as a sentence. */
  readonly findings: ReadonlyArray<string>
  /** What counts alone cannot say, each as a sentence. */
  readonly unknown: ReadonlyArray<string>
}

const total = ({ visible, inFlight, delayed }: QueueDepth): number => visible + inFlight + delayed

const messages = (count: number): string => (count === 1 ? "1 message" : `${count} messages`)

const days = (seconds: number): string => `${Math.round((seconds / 86_400) * 10) / 10} days`

/** Whether anything is lost. */
export const lossAnswer = ({ at, queues, failures, more }: LossQuestion): LossAnswer => {
  const now = epochMilliseconds(at)
  const [main, deadLetter, parking] = (["main", "dead-letter", "parking"] as const).map((wanted) =>
    queues.find(({ name }) => name === wanted)
  )
  // Without an archive object, what awaits an operator is in the parking queue and nowhere else.
  const parked = failures.filter((line) => line.status === "awaiting-operator" && line.archiveKey === undefined).length
  const gone = parking === undefined ? 0 : Math.max(0, parked - total(parking))
  const longest = Math.max(main?.retentionSeconds ?? 0, deadLetter?.retentionSeconds ?? 0)
  const expired =
    longest === 0
      ? 0
      : failures.filter(
          ({ status, lastFailureAt }) =>
            (status === "healing" || status === "held" || status === "replayed") &&
            now - epochMilliseconds(lastFailureAt) > longest * 1000
        ).length
  const lost = [
    ...(gone === 0
      ? []
      : [
          `${messages(gone)} of the parking queue ${gone === 1 ? "is" : "are"} not in it any more: deleted, purged or expired.`
        ]),
    ...(expired === 0
      ? []
      : [
          `${messages(expired)} should be in a queue, but failed longer ago (${days(longest)}) than queues keep messages.`
        ])
  ]
  const waiting = parking === undefined ? 0 : total(parking)
  const risks =
    waiting === 0 || parking === undefined
      ? []
      : [
          `${messages(waiting)} in the parking queue, which keeps a message for ${days(parking.retentionSeconds)} from when it was last sent.`
        ]
  const unseen = (["main", "dead-letter", "parking"] as const).filter(
    (wanted) => !queues.some(({ name }) => name === wanted)
  )
  return {
    verdict: lost.length > 0 ? "possible" : risks.length > 0 ? "at-risk" : "none-known",
    findings: [...lost, ...risks],
    unknown: [
      "What was deleted from a queue by hand, or expired before its consumer took it, leaves no trace in the ledger.",
      "Counts are compared, not messages: `reconcile` looks at each one.",
      ...(unseen.length === 0 ? [] : [`Not looked at, because no output names it: ${unseen.join(", ")}.`]),
      ...(more ? ["There are more failures than were read; `reconcile` reads them all."] : [])
    ]
  }
}
