/**
 * The healer's and the replay's view of the failure ledger: whole items, changed one revision at a time, so that
 * concurrent healers never overwrite each other.
 */
import { Clock, Config, Context, Data, Effect, Exit, Layer } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { DynamoDb, type Item } from "../aws/DynamoDb.ts"
import type { Evidence } from "../failure/Evidence.ts"
import { changeItem } from "./conditionalItem.ts"
import { claimEvidence, type EvidenceQueue, expectEvidence, type MessageContent } from "./expectedEvidence.ts"
import { ledgerIndexes } from "./FailureLedger.ts"
import { evidenceOf, keepEvidence } from "./keptEvidence.ts"
import { LastSeen, type SeenItem } from "./LastSeen.ts"
import {
  decodeLedgerItem,
  decodeListedFailure,
  encodeLedgerItem,
  type LedgerItem,
  type ListedFailure
} from "./LedgerItem.ts"

/** Somebody else kept changing the item; nothing was written. */
export class LedgerConflict extends Data.TaggedError("LedgerConflict")<{ readonly lineageId: string }> {}

/** What is stored under this lineage id is not a ledger item. */
export class LedgerItemUnreadable extends Data.TaggedError("LedgerItemUnreadable")<{ readonly lineageId: string }> {}

/** What working on the ledger can fail with. */
export type LedgerError = AwsError | LedgerConflict | LedgerItemUnreadable

/** One page of an index. */
export interface LedgerPage {
  readonly items: ReadonlyArray<ListedFailure>
  /** Entries of this page that are no failures as this program knows them. */
  readonly unreadable: number
  /** Where the next page starts; absent on the last. */
  readonly nextKey?: Readonly<Record<string, unknown>> | undefined
}

/** What a change makes of an item. */
export interface LedgerChange<Answer> {
  /** The item to write; `undefined` leaves it as it is. */
  readonly item: LedgerItem | undefined
  readonly answer: Answer
}

/** How often a change is tried on what the item has become meanwhile. */
const maxTries = 6

/** The failure ledger as the healer and the replay use it. */
export class HealerLedger extends Context.Service<
  HealerLedger,
  {
    /** Strongly consistent read; `undefined` when nothing is recorded. */
    readonly find: (lineageId: string) => Effect.Effect<LedgerItem | undefined, AwsError | LedgerItemUnreadable>
    /**
     * The same for many lineages, in one request for up to a hundred: what each is found to be, in their order. A request
     * that fails is what each of its lineages is found to be.
     */
    readonly findAll: (
      lineageIds: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyArray<Exit.Exit<LedgerItem | undefined, AwsError | LedgerItemUnreadable>>>
    /**
     * Changes an item atomically. `change` is pure: it gets what the item is, as `find` or another change saw it up to two
     * seconds ago, and is called again on what it is now when somebody else was faster. Succeeds with its answer once its
     * item is written.
     */
    readonly modify: <Answer>(
      lineageId: string,
      change: (item: LedgerItem | undefined) => LedgerChange<Answer>
    ) => Effect.Effect<Answer, LedgerError>
    /** Keeps the evidence of a message that has no room for it, by its SQS message id. */
    readonly keepEvidence: (messageId: string, evidence: Evidence) => Effect.Effect<void, AwsError>
    /** Keeps the evidence of a message that has no room for it, before the message is sent to this queue. */
    readonly expectEvidence: (
      queue: EvidenceQueue,
      content: MessageContent,
      evidence: Evidence
    ) => Effect.Effect<void, AwsError>
    /**
     * The evidence kept for a message: by its id, else, where `received` is given (what the message is made of, received
     * from the dead-letter queue), the evidence that was expected of such a message and that no other one has claimed.
     */
    readonly evidenceOf: (messageId: string, received?: MessageContent) => Effect.Effect<Evidence | undefined, AwsError>
    /** One page of the items with this class or status whose last failure is from `from` to `until` (ISO-8601). */
    readonly list: (query: {
      readonly by: "class" | "status"
      readonly value: string
      /** @default the beginning */
      readonly from?: string | undefined
      readonly until: string
      /** @default oldest first */
      readonly newestFirst?: boolean | undefined
      readonly startKey?: Readonly<Record<string, unknown>> | undefined
    }) => Effect.Effect<LedgerPage, AwsError>
  }
>()("resilient-queue/ledger/HealerLedger") {
  /** Over DynamoDB; the table is config `FAILED_TABLE`. Needs `GetItem`, `BatchGetItem`, `PutItem`, and for `list` `Query` on the indexes. */
  static readonly layer = Layer.effect(
    HealerLedger,
    Effect.gen(function* () {
      const dynamoDb = yield* DynamoDb
      const tableName = yield* Config.NonEmptyString("FAILED_TABLE")

      const lastSeen = new LastSeen()

      const seenItem = (lineageId: string, stored: Item | undefined): Effect.Effect<SeenItem, LedgerItemUnreadable> => {
        if (stored === undefined) return Effect.succeed(undefined)
        const item = decodeLedgerItem(stored)
        return item === undefined
          ? Effect.fail(new LedgerItemUnreadable({ lineageId }))
          : Effect.succeed({ stored, item })
      }

      const read = (lineageId: string) =>
        Effect.flatMap(dynamoDb.get(tableName, { lineageId }), (stored) => seenItem(lineageId, stored))

      /** What is found is where the next change may start. */
      const kept = Effect.fnUntraced(function* (lineageId: string, found: SeenItem) {
        lastSeen.keep(lineageId, found, yield* Clock.currentTimeMillis)
        return found?.item
      })

      const modify = Effect.fnUntraced(function* <Answer>(
        lineageId: string,
        change: (item: LedgerItem | undefined) => LedgerChange<Answer>
      ) {
        // What was seen a moment ago will do: should it hold no more, the write's condition says so, and it is read again.
        const seen = lastSeen.take(lineageId, yield* Clock.currentTimeMillis)
        let next: LedgerItem | undefined
        const { answer, stored } = yield* changeItem(
          {
            dynamoDb,
            tableName,
            key: { lineageId },
            maxTries,
            seen: seen === undefined ? undefined : { stored: seen.found?.stored }
          },
          (current) =>
            Effect.map(
              seen !== undefined && current === seen.found?.stored
                ? Effect.succeed(seen.found)
                : seenItem(lineageId, current),
              (found) => {
                const { item, answer } = change(found?.item)
                next = item ?? found?.item
                return { item: item === undefined ? undefined : encodeLedgerItem(item, found?.stored ?? {}), answer }
              }
            )
        ).pipe(Effect.catchTag("ConditionFailed", () => Effect.fail(new LedgerConflict({ lineageId }))))
        const found = stored === undefined || next === undefined ? undefined : { stored, item: next }
        lastSeen.keep(lineageId, found, yield* Clock.currentTimeMillis)
        return answer
      })

      return HealerLedger.of({
        find: (lineageId) => Effect.flatMap(read(lineageId), (found) => kept(lineageId, found)),
        findAll: Effect.fnUntraced(function* (lineageIds) {
          if (lineageIds.length === 0) return []
          const keys = lineageIds.map((lineageId) => ({ lineageId }))
          const read = yield* Effect.exit(dynamoDb.getMany(tableName, keys))
          const foundOf = (
            lineageId: string,
            index: number
          ): Effect.Effect<SeenItem, AwsError | LedgerItemUnreadable> =>
            Exit.isFailure(read) ? Effect.failCause(read.cause) : seenItem(lineageId, read.value[index])
          return yield* Effect.forEach(lineageIds, (lineageId, index) =>
            Effect.exit(Effect.flatMap(foundOf(lineageId, index), (found) => kept(lineageId, found)))
          )
        }),
        modify,
        keepEvidence: (messageId, evidence) => keepEvidence(dynamoDb, tableName, messageId, evidence),
        expectEvidence: (queue, content, evidence) => expectEvidence(dynamoDb, tableName, queue, content, evidence),
        evidenceOf: Effect.fnUntraced(function* (messageId, received) {
          const kept = yield* evidenceOf(dynamoDb, tableName, messageId)
          return kept !== undefined || received === undefined
            ? kept
            : yield* claimEvidence(dynamoDb, tableName, "dead-letter", received, messageId)
        }),
        list: ({ by, value, from, until, newestFirst = false, startKey }) =>
          dynamoDb
            .query({
              tableName,
              indexName: by === "class" ? ledgerIndexes.byClass : ledgerIndexes.byStatus,
              keyCondition: `#by = :value AND lastFailureAt ${from === undefined ? "<= :until" : "BETWEEN :from AND :until"}`,
              attributes: { names: { "#by": by }, values: { ":value": value, ":from": from, ":until": until } },
              scanIndexForward: !newestFirst,
              startKey
            })
            .pipe(
              Effect.map(({ items: entries, lastKey }) => {
                const items = entries.flatMap((entry) => decodeListedFailure(entry) ?? [])
                return { items, unreadable: entries.length - items.length, nextKey: lastKey }
              })
            )
      })
    })
  )
}
