/** Discards failures that nobody needs any more: recorded with who and why, their archive objects stay. */
import { Clock, Effect } from "effect"
import { failureTimes } from "../ledger/failureSelection.ts"
import type { LedgerError } from "../ledger/HealerLedger.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { withDiscarded } from "../ledger/operatorTransitions.ts"
import type { ReplayCriteria } from "../replay/ReplayRequest.ts"
import { selectItems } from "../replay/selectItems.ts"

/** What to discard, by whom, and why. */
export interface DiscardRequest {
  /** These messages, whatever they are; where they cannot be discarded, the answer says why. */
  readonly lineageIds?: ReadonlyArray<string> | undefined
  /** Or all that match: the same criteria as those of a replay. */
  readonly criteria?: ReplayCriteria | undefined
  /** At most so many, oldest failure first. @default no limit */
  readonly limit?: number | undefined
  readonly by: string
  readonly reason: string
  /** Told after each message. @default nobody */
  readonly onProgress?: ((progress: DiscardSummary) => void) | undefined
}

/** What became of it. */
export interface DiscardSummary {
  readonly selected: number
  readonly discarded: number
  /** Discarded before. */
  readonly already: number
  /** How many were left alone, and the first of them, at most 20. */
  readonly skipped: number
  readonly leftAlone: ReadonlyArray<{ readonly lineageId: string; readonly why: string }>
}

const maxLeftAlone = 20

/** Changes go to the ledger so many at a time. */
const concurrency = 8

/** The messages that a request would discard, oldest failure first. Writes nothing. Config: `FAILED_TABLE`. */
export const previewDiscard = Effect.fnUntraced(function* ({
  lineageIds,
  criteria = {},
  limit = Number.POSITIVE_INFINITY
}: Pick<DiscardRequest, "lineageIds" | "criteria" | "limit">) {
  if (lineageIds !== undefined) return [...new Set(lineageIds)]
  const now = yield* Clock.currentTimeMillis
  const selected = yield* selectItems(criteria, failureTimes(criteria, now), limit, ({ lineageId, lastFailureAt }) => ({
    lineageId,
    lastFailureAt
  }))
  return selected.map(({ lineageId }) => lineageId)
})

/**
 * Discards the messages, as `previewDiscard` has selected them. Safe to repeat: what is discarded already is counted and
 * left as it is. Interrupted, it finishes what is in hand. Config: `FAILED_TABLE`.
 */
export const discardFailures = Effect.fnUntraced(function* (
  request: Omit<DiscardRequest, "limit" | "lineageIds"> & { readonly lineageIds: ReadonlyArray<string> }
) {
  const { lineageIds, criteria, by, reason, onProgress } = request
  const ledger = yield* HealerLedger
  const { until } = failureTimes(criteria ?? {}, yield* Clock.currentTimeMillis)
  let summary: DiscardSummary = { selected: lineageIds.length, discarded: 0, already: 0, skipped: 0, leftAlone: [] }
  const discardOne = (lineageId: string): Effect.Effect<void, LedgerError> =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const answer = yield* ledger.modify(lineageId, (item) => withDiscarded(item, { by, reason, now }, until))
      summary =
        answer._tag === "Discarded"
          ? { ...summary, discarded: summary.discarded + 1 }
          : answer._tag === "Already"
            ? { ...summary, already: summary.already + 1 }
            : {
                ...summary,
                skipped: summary.skipped + 1,
                leftAlone: [...summary.leftAlone, { lineageId, why: answer.why }].slice(0, maxLeftAlone)
              }
      onProgress?.(summary)
    }).pipe(Effect.uninterruptible)
  yield* Effect.forEach(lineageIds, discardOne, { concurrency, discard: true })
  return summary
})
