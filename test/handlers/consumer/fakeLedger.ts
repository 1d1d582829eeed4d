/** The consumer's view of the failure ledger, in memory. */
import { Effect, Layer } from "effect"
import type { Evidence } from "../../../handlers/failure/Evidence.ts"
import { FailureLedger, type LedgerStatus } from "../../../handlers/ledger/FailureLedger.ts"
import { makeInjectedFailures } from "../aws/injectedFailures.ts"

/** A fresh ledger. Operations for failure injection: those of `FailureLedger`. */
export const makeFakeLedger = () => {
  const failures = makeInjectedFailures()
  const recovered: Array<string> = []
  const kept = new Map<string, Evidence>()
  const expected: Array<{ readonly body: string; readonly evidence: Evidence; claimedBy?: string }> = []
  /** Lineages that claim an admission which the healer has not granted. */
  const byCorrelationId = new Map<string, { readonly status: LedgerStatus; readonly class: string }>()
  return {
    ...failures,
    recovered,
    kept,
    expected,
    byCorrelationId,
    layer: Layer.succeed(FailureLedger, {
      confirmRecovered: (lineageId) =>
        Effect.andThen(
          failures.call("confirmRecovered"),
          Effect.sync(() => void recovered.push(lineageId))
        ),
      keepEvidence: (messageId, evidence) =>
        Effect.andThen(
          failures.call("keepEvidence"),
          Effect.sync(() => void kept.set(messageId, evidence))
        ),
      expectEvidence: (_, { body }, evidence) =>
        Effect.andThen(
          failures.call("keepEvidence"),
          Effect.sync(() => void expected.push({ body, evidence }))
        ),
      evidenceOf: (messageId, received) =>
        Effect.andThen(
          failures.call("evidenceOf"),
          Effect.sync(() => {
            const entry =
              expected.find(({ claimedBy }) => claimedBy === messageId) ??
              expected.find(({ body, claimedBy }) => claimedBy === undefined && body === received?.body)
            if (entry !== undefined) entry.claimedBy = messageId
            return kept.get(messageId) ?? entry?.evidence
          })
        ),
      findByCorrelationId: (correlationId) =>
        Effect.andThen(
          failures.call("findByCorrelationId"),
          Effect.sync(() => byCorrelationId.get(correlationId))
        )
    })
  }
}
