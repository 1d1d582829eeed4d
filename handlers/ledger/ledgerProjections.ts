/** What the indexes of the ledger hold. Apart from its service, whose functions have no use for it. */
import type { ledgerIndexes } from "./FailureLedger.ts"

const listed = [
  "fingerprint",
  "reason",
  "why",
  "dependency",
  "firstFailureAt",
  "attempts",
  "correlationId",
  "archiveKey"
] as const

/**
 * What each index holds of an item beside its own keys: what a listing shows. What changes of an item besides (who is sending
 * it, its history) is not written into them.
 */
export const ledgerProjections = {
  byClass: ["status", ...listed],
  // A replay that was interrupted is found by its status.
  byStatus: ["class", ...listed, "replaying", "replayRun", "replayClaimedAt"],
  byCorrelationId: ["status", "class"]
} as const satisfies Record<keyof typeof ledgerIndexes, ReadonlyArray<string>>
