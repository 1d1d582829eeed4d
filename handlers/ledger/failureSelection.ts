/** What operators select failures by, whether they list, replay or discard them: class, group, and time of the last failure. */
import { failureCode } from "../failure/FailureClass.ts"
import type { ListedFailure } from "./LedgerItem.ts"
import { epochMilliseconds, isoTime } from "./ledgerTime.ts"

/** A kind of failures. Everything given has to match. */
export interface FailureKind {
  /** Only this failure class, by its name or its code: `AuthFailure` or `AUTH_FAILURE`, and in no other spelling. */
  readonly class?: string | undefined
  /** Only this group: by its fingerprint, or by the hash that it begins with. */
  readonly fingerprint?: string | undefined
}

/** Whether a failure is of a kind. */
export const isOfKind = (failure: Pick<ListedFailure, "class" | "fingerprint">, kind: FailureKind): boolean =>
  (kind.class === undefined || kind.class === failure.class || kind.class === failureCode(failure.class)) &&
  (kind.fingerprint === undefined ||
    kind.fingerprint === failure.fingerprint ||
    failure.fingerprint.startsWith(`${kind.fingerprint} `))

/** When failures happened, in the ledger's own spelling, which sorts as text. */
export interface FailureTimes {
  readonly from: string | undefined
  /** Never later than now. */
  readonly until: string
  /** Whether no failure can be of these times: they end before they begin, which DynamoDB would refuse. */
  readonly never: boolean
}

/** The times that an operator gave, in any spelling of ISO-8601. */
export const failureTimes = (
  given: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number
): FailureTimes => {
  const from = given.from === undefined ? undefined : isoTime(epochMilliseconds(given.from))
  const until = isoTime(given.to === undefined ? now : Math.min(now, epochMilliseconds(given.to)))
  return { from, until, never: from !== undefined && from > until }
}
