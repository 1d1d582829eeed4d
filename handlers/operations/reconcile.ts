/**
 * Reconciles a live system: the ledger against the archive, the archive against the ledger, both against the queues, and
 * what was accepted against what was stored or has failed. Reads only, page by page, whatever the size of the tables.
 */
import { Clock, Effect } from "effect"
import { ObjectListing } from "../aws/ObjectListing.ts"
import { ledgerStatuses } from "../ledger/FailureLedger.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import type { LedgerItem, ListedFailure } from "../ledger/LedgerItem.ts"
import { epochMilliseconds, finishedRetentionSeconds, isoTime } from "../ledger/ledgerTime.ts"
import { replayLeaseMilliseconds } from "../ledger/replayTransitions.ts"
import { type AcceptedMessages, isArchivedAndStored, reconcileAccepted } from "./reconcileAccepted.ts"
import { type Discrepancy, discrepancies } from "./reconcileDiscrepancies.ts"
import { type QueueLine, type QueueUrls, readQueues } from "./systemStatus.ts"

/** What to compare. */
export interface ReconcileRequest<E = never> {
  readonly queues: QueueUrls
  readonly archiveBucket: string
  /** What was accepted, where somebody knows. @default not checked */
  readonly accepted?: AcceptedMessages<E> | undefined
  /** Told of each discrepancy as it is found. */
  readonly onDiscrepancy: (discrepancy: Discrepancy) => void
  /** Told how many items, objects and accepted messages were looked at. @default nobody */
  readonly onProgress?: ((looked: number) => void) | undefined
}

/** What was compared. */
export interface ReconcileSummary {
  /** ISO-8601. */
  readonly startedAt: string
  readonly items: number
  readonly objects: number
  readonly accepted: number
  readonly discrepancies: number
  /** What was not compared, each as a sentence. */
  readonly notChecked: ReadonlyArray<string>
  /** Whether all that was asked for could be compared: "nothing was found" means that nothing is wrong. */
  readonly complete: boolean
}

/** Requests to S3 and DynamoDB at a time. */
const concurrency = 16

/** A message is archived before the ledger says so: within this time one may be there without the other, in milliseconds. */
const settlingMilliseconds = 15 * 60_000

/** SQS's longest delay of one message, in milliseconds. */
const longestDelay = 900_000

/** So many messages that seem to be nowhere are looked up again before they are reported. */
const maxSuspects = 1000

/** The lineage id in the key of an archive object; `undefined` where it is none of ours. Pure. */
export const lineageOfKey = (key: string): string | undefined =>
  /^class=[^/]+\/year=\d{4}\/month=\d\d\/day=\d\d\/(.+)\.json$/
    .exec(key)?.[1]
    // Only `:`, `/`, `=` and `+` are written so: the others that a lineage id is made of stand for themselves.
    ?.replace(/%(3a|2f|3d|2b)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

const isInMotion = ({ status }: ListedFailure): boolean =>
  status === "healing" || status === "held" || status === "replayed"

/** The last time at which a message in motion is known to have been, or is to be, in a queue; epoch milliseconds. Pure. */
export const lastSeenAt = (item: LedgerItem): number =>
  Math.max(
    epochMilliseconds(item.lastFailureAt),
    epochMilliseconds(item.replayedAt ?? ""),
    ...item.history.slice(-1).map(({ at }) => epochMilliseconds(at)),
    ...item.deadLetters.flatMap(({ due }) => due ?? [])
  )

const total = ({ visible, inFlight, delayed }: QueueLine): number => visible + inFlight + delayed

/**
 * Compares all that there is. Succeeds with what was compared; each discrepancy is told as it is found.
 * Config: `FAILED_TABLE`.
 */
export const reconcile = Effect.fnUntraced(function* <E = never>(request: ReconcileRequest<E>) {
  const { queues: urls, archiveBucket, accepted, onDiscrepancy, onProgress } = request
  const ledger = yield* HealerLedger
  const objects = yield* ObjectListing
  const startedAt = yield* Clock.currentTimeMillis
  const counts = { items: 0, objects: 0, accepted: 0, discrepancies: 0 }
  const looked = (kind: "items" | "objects" | "accepted", count: number): void => {
    counts[kind] += count
    onProgress?.(counts.items + counts.objects + counts.accepted)
  }
  const tell = (discrepancy: Discrepancy): void => {
    counts.discrepancies += 1
    onDiscrepancy(discrepancy)
  }

  const before = yield* readQueues(urls)
  const longestVisibility =
    Math.max(0, ...before.map(({ visibilityTimeoutSeconds }) => visibilityTimeoutSeconds)) * 1000
  // A delay, then a receive whose answer was lost, then another one.
  const grace = longestDelay + 2 * longestVisibility
  const retention = Math.max(0, ...before.filter(({ name }) => name !== "parking").map((line) => line.retentionSeconds))
  const isLate = (item: LedgerItem): boolean => isInMotion(item) && startedAt - lastSeenAt(item) > grace
  let late = 0
  let parked = 0
  let unreadable = 0
  const suspects: Array<string> = []

  /** The item of a message. One that cannot be read is told of; a ledger that does not answer ends it all: it says nothing. */
  const itemOf = (lineageId: string) =>
    ledger.find(lineageId).pipe(
      Effect.catchTag("LedgerItemUnreadable", () =>
        Effect.sync(() => {
          tell(discrepancies.itemUnreadable(lineageId))
          return "unreadable" as const
        })
      )
    )

  /** The whole item of a message that may be late, by what its index holds. */
  const lateItem = (listed: ListedFailure) =>
    isInMotion(listed) && startedAt - epochMilliseconds(listed.lastFailureAt) > grace
      ? itemOf(listed.lineageId)
      : Effect.succeed(undefined)

  const checkItem = (item: ListedFailure) =>
    Effect.gen(function* () {
      if (item.archiveKey !== undefined && !(yield* objects.exists(archiveBucket, item.archiveKey)))
        tell(discrepancies.objectMissing(item.lineageId, item.status, item.archiveKey))
      if (item.replaying !== undefined && startedAt - (item.replayClaimedAt ?? 0) > replayLeaseMilliseconds)
        tell(discrepancies.replayBroken(item.lineageId, item.replayRun))
      if (item.status === "awaiting-operator" && item.archiveKey === undefined) parked += 1
      if (accepted !== undefined && (yield* isArchivedAndStored(item, accepted)))
        tell(discrepancies.archivedAndStored(item.lineageId, item.status, item.correlationId ?? ""))
      const whole = yield* lateItem(item)
      if (whole === undefined || whole === "unreadable" || !isLate(whole)) return
      late += 1
      if (suspects.length < maxSuspects) suspects.push(item.lineageId)
    })

  const checkLedger = Effect.fnUntraced(function* () {
    for (const value of ledgerStatuses) {
      let startKey: Readonly<Record<string, unknown>> | undefined
      do {
        const page = yield* ledger.list({ by: "status", value, until: isoTime(startedAt), startKey })
        yield* Effect.forEach(page.items, checkItem, { concurrency, discard: true })
        looked("items", page.items.length)
        unreadable += page.unreadable
        startKey = page.nextKey
      } while (startKey !== undefined)
    }
  })

  const checkObject = Effect.fnUntraced(function* (key: string, modifiedAt: number) {
    const age = startedAt - modifiedAt
    // The ledger forgets finished items; the archive keeps its objects longer.
    if (age > finishedRetentionSeconds * 1000 || age < settlingMilliseconds) return
    const lineageId = lineageOfKey(key)
    if (lineageId === undefined) return tell(discrepancies.foreignObject(key))
    if ((yield* itemOf(lineageId)) === undefined) tell(discrepancies.itemMissing(lineageId, key))
  })

  const checkArchive = Effect.fnUntraced(function* () {
    let from: string | undefined
    do {
      const page = yield* objects.list(archiveBucket, "class=", from)
      yield* Effect.forEach(page.objects, ({ key, modifiedAt }) => checkObject(key, modifiedAt), {
        concurrency,
        discard: true
      })
      looked("objects", page.objects.length)
      from = page.next
    } while (from !== undefined)
  })

  /** Those that still are where they were when they were read: the others have moved on meanwhile. */
  const stillLate = Effect.fnUntraced(function* () {
    const found = yield* Effect.forEach(suspects, itemOf, { concurrency })
    return found.flatMap((item) => (item !== undefined && item !== "unreadable" && isLate(item) ? [item] : []))
  })

  const checkQueues = Effect.fnUntraced(function* () {
    const after: ReadonlyArray<QueueLine> = yield* readQueues(urls)
    const parking = after.find(({ name }) => name === "parking")
    const working = after.filter(({ name }) => name !== "parking")
    if (parking !== undefined && total(parking) > 0) tell(discrepancies.parked(total(parking)))
    if (parking !== undefined && parked > total(parking)) tell(discrepancies.parkedGone(parked - total(parking)))
    const queued = working.reduce((sum, line) => sum + total(line), 0)
    const lost = yield* stillLate()
    const missing = late - (suspects.length - lost.length) - queued
    // Which of them, nobody can say while queues hold messages: nobody but their consumers may look into them.
    if (working.length === 2 && missing > 0)
      if (queued === 0) for (const { lineageId, status } of lost) tell(discrepancies.nowhere(lineageId, status))
      else tell(discrepancies.tooFew(missing, queued))
    if (working.length === 2 && queued > 0)
      for (const item of lost)
        if (startedAt - lastSeenAt(item) > retention * 1000) tell(discrepancies.expired(item.lineageId, item.status))
    return { queued, known: working.length === 2 }
  })

  yield* checkLedger()
  yield* checkArchive()
  const { queued, known } = yield* checkQueues()
  const unaccounted =
    accepted === undefined
      ? 0
      : yield* reconcileAccepted(accepted, {
          onLooked: () => looked("accepted", 1),
          onMissing: (id) => (queued === 0 ? tell(discrepancies.unaccounted(id)) : undefined)
        })
  if (queued > 0 && unaccounted > queued) tell(discrepancies.acceptedMissing(unaccounted - queued, queued))
  const undecided = [
    ...(known ? [] : ["Main queue and dead-letter queue, because the outputs do not name both."]),
    ...(urls.parking === undefined ? ["The parking queue, because no output names it."] : []),
    ...(unreadable === 0
      ? []
      : [
          `${unreadable} entries of the ledger's index, which cannot be read: is this command line older than the functions?`
        ]),
    ...(queued > 0 && unaccounted > 0
      ? [
          `${unaccounted} accepted messages are neither stored nor failed, while the queues hold ${queued}: try again when they are empty.`
        ]
      : [])
  ]
  const summary: ReconcileSummary = {
    startedAt: isoTime(startedAt),
    ...counts,
    notChecked: [
      ...undecided,
      ...(accepted === undefined
        ? ["What was accepted against what was stored: --accepted says what was accepted."]
        : [])
    ],
    complete: undecided.length === 0
  }
  return summary
})
