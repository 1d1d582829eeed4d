/** Finds failures in the ledger, newest first, a page at a time. */
import { Clock, Data, Effect, Option, Result, Schema } from "effect"
import * as Base64Url from "effect/encoding/Base64Url"
import { type LedgerStatus, ledgerStatuses } from "../ledger/FailureLedger.ts"
import { type FailureKind, type FailureTimes, failureTimes, isOfKind } from "../ledger/failureSelection.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { type FailureLine, failureLine } from "./FailureLine.ts"

/** Which failures. Everything given has to match. */
export interface FailureCriteria extends FailureKind {
  /**
   * One status; `open`: all that is not over (`healing`, `held`, `replayed`, `archived`, `awaiting-operator`); `all`.
   * @default open
   */
  readonly status?: LedgerStatus | "open" | "all" | undefined
  /** Only what failed last at this time or later, ISO-8601. */
  readonly from?: string | undefined
  /** Only what failed last at this time or earlier, ISO-8601. @default now */
  readonly to?: string | undefined
}

/** How much of it. */
export interface FailurePageRequest {
  /** At most so many. Range: 1–10,000. @default 50 */
  readonly limit?: number | undefined
  /** Where the page before has ended: its `next`. @default the newest */
  readonly after?: string | undefined
}

/** One page. */
export interface FailurePage {
  readonly failures: ReadonlyArray<FailureLine>
  /** Where the next page begins; `undefined` on the last one. */
  readonly next: string | undefined
}

/** What was given as `after` is not the end of a page. */
export class InvalidPage extends Data.TaggedError("InvalidPage")<{ readonly message: string }> {}

/** All that is not over. */
export const openStatuses = [
  "awaiting-operator",
  "archived",
  "held",
  "healing",
  "replayed"
] as const satisfies ReadonlyArray<LedgerStatus>

/** The end of a page: the time of its last failure, and which failures of that very time it has listed. */
const PageEnd = Schema.fromJsonString(Schema.Struct({ until: Schema.String, listed: Schema.Array(Schema.String) }))
type PageEnd = typeof PageEnd.Type

const decodePageEnd = Schema.decodeUnknownOption(PageEnd)

const readPageEnd = (after: string): Effect.Effect<PageEnd, InvalidPage> =>
  Option.match(Option.flatMap(Result.getSuccess(Base64Url.decodeString(after)), decodePageEnd), {
    onNone: () =>
      Effect.fail(new InvalidPage({ message: `The page "${after.slice(0, 64)}" is none that was handed out.` })),
    onSome: Effect.succeed
  })

const statusesOf = (status: FailureCriteria["status"]): ReadonlyArray<LedgerStatus> =>
  status === undefined || status === "open" ? openStatuses : status === "all" ? ledgerStatuses : [status]

const newestFirst = (one: FailureLine, other: FailureLine): number =>
  one.lastFailureAt === other.lastFailureAt ? 0 : one.lastFailureAt < other.lastFailureAt ? 1 : -1

/** The first `wanted` failures of one status that match. */
const ofStatus = Effect.fnUntraced(function* (
  status: LedgerStatus,
  criteria: FailureCriteria,
  { from, until }: FailureTimes,
  wanted: number,
  listed: ReadonlySet<string>
) {
  const ledger = yield* HealerLedger
  const found: Array<FailureLine> = []
  let startKey: Readonly<Record<string, unknown>> | undefined
  do {
    const page = yield* ledger.list({ by: "status", value: status, from, until, newestFirst: true, startKey })
    for (const item of page.items) {
      if (isOfKind(item, criteria) && !listed.has(item.lineageId)) found.push(failureLine(item))
    }
    startKey = page.nextKey
  } while (startKey !== undefined && found.length < wanted)
  return found
})

/**
 * The failures that match, newest first. One that fails again between two pages moves to the front, and may then be
 * missed or met again; the ledger's indexes follow its items within moments. Config: `FAILED_TABLE`.
 */
export const findFailures = Effect.fnUntraced(function* (
  criteria: FailureCriteria,
  { limit = 50, after }: FailurePageRequest = {}
) {
  const now = yield* Clock.currentTimeMillis
  const end = after === undefined ? undefined : yield* readPageEnd(after)
  const listed = new Set(end?.listed)
  const times = failureTimes({ from: criteria.from, to: end?.until ?? criteria.to }, now)
  if (times.never) return { failures: [], next: undefined }
  // One more than is wanted, which tells whether there is another page.
  const found = yield* Effect.forEach(
    statusesOf(criteria.status),
    (status) => ofStatus(status, criteria, times, limit + 1, listed),
    { concurrency: 4 }
  )
  // A message that changes its status meanwhile is met in both.
  const all = [...new Map(found.flat().map((line) => [line.lineageId, line])).values()].sort(newestFirst)
  const failures = all.slice(0, limit)
  const last = failures.at(-1)
  const page: FailurePage = {
    failures,
    next: last === undefined || all.length <= limit ? undefined : nextPage(last.lastFailureAt, failures, end)
  }
  return page
})

const nextPage = (until: string, failures: ReadonlyArray<FailureLine>, before: PageEnd | undefined): string => {
  const listed = failures.filter(({ lastFailureAt }) => lastFailureAt === until).map(({ lineageId }) => lineageId)
  const earlier = before?.until === until ? before.listed : []
  return Base64Url.encode(JSON.stringify({ until, listed: [...earlier, ...listed] }))
}
