/** The handlers' own programs for operators, run on an embedded AWS with the administrator's credentials. */
import { ConfigProvider, Effect, Layer, Logger, ManagedRuntime } from "effect"
import { DynamoDb } from "../../handlers/aws/DynamoDb.ts"
import { S3 } from "../../handlers/aws/S3.ts"
import type { ArchivedMessage } from "../../handlers/healer/ArchivedMessage.ts"
import { breakerKey, breakerOfItem } from "../../handlers/ledger/BreakersItem.ts"
import { HealerLedger } from "../../handlers/ledger/HealerLedger.ts"
import type { LedgerItem } from "../../handlers/ledger/LedgerItem.ts"
import type { FailureLine } from "../../handlers/operations/FailureLine.ts"
import { failureGroups } from "../../handlers/operations/failureGroups.ts"
import { type FailureCriteria, findFailures } from "../../handlers/operations/findFailures.ts"
import { nextStep } from "../../handlers/operations/nextStep.ts"
import { readArchived } from "../../handlers/operations/showFailure.ts"
import { type ReplayTarget, useInstance } from "../replayInstance.ts"
import type { BreakerView, FailuresView } from "./protocol.ts"

/** Failures that are grouped at a time; more than a person reads. */
const failuresGrouped = 2000

/** A message: its ledger item, what to do next, and its object in the archive, where it has one. */
export interface MessageView {
  readonly item: LedgerItem
  readonly nextStep: string
  readonly archived: ArchivedMessage | undefined
}

/** What operators do on one instance. */
export interface Operations {
  readonly failures: () => Promise<FailuresView & { readonly lines: ReadonlyArray<FailureLine> }>
  readonly find: (criteria: FailureCriteria, limit: number) => Promise<ReadonlyArray<FailureLine>>
  /** Whether an order is stored, rather than only accepted. */
  readonly isStored: (orderId: string) => Promise<boolean>
  /** `undefined` when the ledger knows no such message. */
  readonly message: (lineageId: string) => Promise<MessageView | undefined>
  readonly breakers: (dependencies: ReadonlyArray<string>) => Promise<ReadonlyArray<BreakerView>>
  readonly close: () => Promise<void>
}

/** Opens the programs on an instance. */
export const openOperations = (target: ReplayTarget): Operations => {
  useInstance(target)
  const tableName = String(target.outputs["failuresTableName"])
  const ordersTable = String(target.outputs["ordersTableName"])
  const config = ConfigProvider.layer(
    ConfigProvider.fromUnknown({ FAILED_TABLE: tableName, ARCHIVE_BUCKET: target.outputs["archiveBucketName"] })
  )
  const services = HealerLedger.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(DynamoDb.layer, S3.layer)),
    Layer.provideMerge(config),
    Layer.provideMerge(Logger.layer([]))
  )
  const runtime = ManagedRuntime.make(services)

  const message = Effect.fnUntraced(function* (lineageId: string) {
    const ledger = yield* HealerLedger
    const item = yield* ledger.find(lineageId)
    if (item === undefined) return undefined
    const { message: archived } = yield* readArchived(item)
    const standing = { class: item.class, status: item.status, dependency: item.failure?.dependency }
    return { item, archived, nextStep: nextStep(standing) }
  })

  const breaker = Effect.fnUntraced(function* (dependency: string) {
    const dynamoDb = yield* DynamoDb
    const found = breakerOfItem(yield* dynamoDb.get(tableName, breakerKey(dependency)))
    return found === undefined ? [] : [{ dependency, state: found.state, held: found.held }]
  })

  const isStored = Effect.fnUntraced(function* (orderId: string) {
    const dynamoDb = yield* DynamoDb
    return (yield* dynamoDb.get(ordersTable, { orderId }))?.["storedAt"] !== undefined
  })

  return {
    isStored: (orderId) => runtime.runPromise(isStored(orderId)),
    failures: async () => {
      const { failures, next } = await runtime.runPromise(findFailures({ status: "all" }, { limit: failuresGrouped }))
      return { groups: failureGroups(failures), more: next !== undefined, lines: failures }
    },
    find: async (criteria, limit) => (await runtime.runPromise(findFailures(criteria, { limit }))).failures,
    message: (lineageId) => runtime.runPromise(message(lineageId)),
    breakers: async (dependencies) => (await runtime.runPromise(Effect.forEach(dependencies, breaker))).flat(),
    close: () => runtime.dispose()
  }
}
