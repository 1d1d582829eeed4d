/** What the ledger promises on any DynamoDB: the fake one and a real engine run the same suite. */
import { expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import type { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { AlertWindow } from "../../../handlers/healer/AlertWindow.ts"
import { HealerConfig } from "../../../handlers/healer/HealerConfig.ts"
import { FailureLedger } from "../../../handlers/ledger/FailureLedger.ts"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import type { LedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import { type RecordedFailure, withArchived, withError, withSending } from "../../../handlers/ledger/transitions.ts"
import { evidenceOfFailure } from "../healer/deadLetters.ts"
import { settings } from "../healer/world.ts"

const now = Date.UTC(2026, 0, 1)

const failedOf = (lineageId: string, more: Partial<RecordedFailure> = {}): RecordedFailure => ({
  lineageId,
  messageId: `message-of-${lineageId}`,
  class: "Timeout",
  reason: "slow",
  fingerprint: "f",
  failedAt: now,
  ...more
})

const written = (change: (item: LedgerItem | undefined) => LedgerItem) => (item: LedgerItem | undefined) => ({
  item: change(item),
  answer: undefined
})

/** Defines the suite on a table named `failures`, with its indexes. Every test uses lineages of its own. */
export const ledgerContract = (dynamoDb: Layer.Layer<DynamoDb>) => {
  const layer = Layer.mergeAll(FailureLedger.layer, HealerLedger.layer, AlertWindow.layer).pipe(
    Layer.provideMerge(dynamoDb),
    Layer.provide(Layer.succeed(HealerConfig, settings)),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ FAILED_TABLE: "failures" })))
  )

  it.live("keeps what was written, and says that nothing is known of what was not", () =>
    Effect.gen(function* () {
      const ledger = yield* HealerLedger
      const failed = failedOf("kept", { correlationId: "order-kept", logUrl: "https://log" })
      yield* ledger.modify(
        "kept",
        written((item) => withSending(item, failed, { attempt: 1, sender: "s", now, why: "w" }))
      )
      expect(yield* ledger.find("kept")).toMatchObject({
        status: "healing",
        attempts: 1,
        revision: 1,
        logUrl: "https://log"
      })
      expect(yield* ledger.find("never")).toBeUndefined()
    }).pipe(Effect.provide(layer))
  )

  it.live("loses no change of concurrent writers", () =>
    Effect.gen(function* () {
      const ledger = yield* HealerLedger
      const count = ledger.modify(
        "contended",
        written((item) => withError(item, failedOf("contended")))
      )
      yield* Effect.all([count, count, count, count], { concurrency: "unbounded" })
      const item = yield* ledger.find("contended")
      expect(item?.deadLetters).toEqual([{ id: "message-of-contended", errors: 4 }])
      expect(item?.revision).toBe(4)
    }).pipe(Effect.provide(layer))
  )

  it.live("a change starts from what was read or written a moment ago, and reads again when that holds no more", () =>
    Effect.gen(function* () {
      const ledger = yield* HealerLedger
      const { confirmRecovered } = yield* FailureLedger
      const seen: Array<string | undefined> = []
      const fail = ledger.modify("seen", (item) => {
        seen.push(item?.status)
        return { item: withError(item, failedOf("seen")), answer: undefined }
      })
      yield* ledger.find("seen")
      yield* fail
      yield* fail
      expect(seen).toEqual([undefined, "healing"])
      yield* confirmRecovered("seen")
      yield* fail
      expect(seen.slice(2)).toEqual(["healing", "recovered"])
      const item = yield* ledger.find("seen")
      expect(item?.deadLetters).toEqual([{ id: "message-of-seen", errors: 3 }])
      expect(item?.revision).toBe(4)
    }).pipe(Effect.provide(layer))
  )

  it.live("confirms a recovery once, and only of what is recorded and not discarded", () =>
    Effect.gen(function* () {
      const ledger = yield* HealerLedger
      const { confirmRecovered } = yield* FailureLedger
      yield* confirmRecovered("unknown-lineage")
      expect(yield* ledger.find("unknown-lineage")).toBeUndefined()
      for (const status of ["healing", "archived", "discarded"] as const) {
        const lineageId = `confirmed-${status}`
        const archived = { status: "archived", alert: false, archiveKey: "k", now, why: "w" } as const
        yield* ledger.modify(
          lineageId,
          written((item) => ({ ...withArchived(item, failedOf(lineageId), archived), status }))
        )
        yield* confirmRecovered(lineageId)
        yield* confirmRecovered(lineageId)
        const item = yield* ledger.find(lineageId)
        expect(item?.status).toBe(status === "discarded" ? "discarded" : "recovered")
        expect(item?.history.filter(({ act }) => act === "recovered")).toHaveLength(status === "discarded" ? 0 : 1)
      }
    }).pipe(Effect.provide(layer))
  )

  it.live("keeps evidence by message id", () =>
    Effect.gen(function* () {
      const { keepEvidence, evidenceOf } = yield* FailureLedger
      const evidence = evidenceOfFailure("l", "Timeout", now)
      yield* keepEvidence("message-with-evidence", evidence)
      expect(yield* evidenceOf("message-with-evidence")).toEqual(evidence)
      expect(yield* evidenceOf("message-without")).toBeUndefined()
    }).pipe(Effect.provide(layer))
  )

  it.live("finds the latest failure by correlation id", () =>
    Effect.gen(function* () {
      const ledger = yield* HealerLedger
      const { findByCorrelationId } = yield* FailureLedger
      const archived = { status: "archived", alert: false, archiveKey: "k", now, why: "w" } as const
      for (const [lineageId, className, failedAt] of [
        ["earlier", "Timeout", now],
        ["later", "BadPayload", now + 1]
      ] as const) {
        const failed = failedOf(lineageId, { class: className, failedAt, correlationId: "order-found" })
        yield* ledger.modify(
          lineageId,
          written((item) => withArchived(item, failed, archived))
        )
      }
      expect(yield* findByCorrelationId("order-found")).toEqual({ status: "archived", class: "BadPayload" })
      expect(yield* findByCorrelationId("order-never-seen")).toBeUndefined()
    }).pipe(Effect.provide(layer))
  )

  it.live("lists a class oldest first, up to a time", () =>
    Effect.gen(function* () {
      const ledger = yield* HealerLedger
      for (const index of [3, 1, 2]) {
        const failed = failedOf(`listed-${index}`, { class: "Listed", failedAt: now + index * 1000 })
        yield* ledger.modify(
          failed.lineageId,
          written((item) => withError(item, failed))
        )
      }
      const page = yield* ledger.list({ by: "class", value: "Listed", until: "2026-01-01T00:00:02.000Z" })
      expect(page.items.map(({ lineageId }) => lineageId)).toEqual(["listed-1", "listed-2"])
      expect(page.nextKey).toBeUndefined()
    }).pipe(Effect.provide(layer))
  )

  it.live("one alert a window, counted for the others; a publisher may try again", () =>
    Effect.gen(function* () {
      const windows = yield* AlertWindow
      const take = (messageId: string, sender = messageId) => windows.take("fingerprint", { messageId, sender })
      const turns = yield* Effect.all([take("m1"), take("m2"), take("m3")], { concurrency: "unbounded" })
      expect(turns.filter(({ _tag }) => _tag === "Publish")).toHaveLength(1)
      expect(turns.filter(({ _tag }) => _tag === "HeldBack")).toHaveLength(2)
      const publisher = `m${turns.findIndex(({ _tag }) => _tag === "Publish") + 1}`
      // It broke before it published: its turn stays its own.
      expect(yield* take(publisher)).toEqual({ _tag: "Publish", heldBack: 2 })
      // Another healer of the same message leaves it to the first, and looks again whether that one has died.
      expect(yield* take(publisher, "another")).toEqual({ _tag: "Busy", seconds: 30 })
      yield* windows.published("fingerprint", publisher)
      expect(yield* take(publisher, "another")).toEqual({ _tag: "AlreadyPublished" })
      expect(yield* take("m4")).toEqual({ _tag: "HeldBack" })
    }).pipe(Effect.provide(layer))
  )
}
