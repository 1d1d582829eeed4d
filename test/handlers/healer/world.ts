/**
 * The AWS around a healer, in memory: where every message is at every moment, what was asked of AWS in which order, and
 * the power to break any one call, before or after it takes effect.
 */
import { ConfigProvider, Deferred, Effect, Layer, Result } from "effect"
import type { AwsError } from "../../../handlers/aws/AwsError.ts"
import { DynamoDb } from "../../../handlers/aws/DynamoDb.ts"
import { S3 } from "../../../handlers/aws/S3.ts"
import { type Notification, Sns } from "../../../handlers/aws/Sns.ts"
import { type OutgoingMessage, Sqs } from "../../../handlers/aws/Sqs.ts"
import type { SqsRecord } from "../../../handlers/consumer/SqsEvent.ts"
import { AuthFailure, DependencyFailure } from "../../../handlers/failure/errors.ts"
import { maxMessageBytes, messageBytes } from "../../../handlers/failure/room.ts"
import { AlertWindow } from "../../../handlers/healer/AlertWindow.ts"
import { HealerConfig, type HealerSettings } from "../../../handlers/healer/HealerConfig.ts"
import { healBatch } from "../../../handlers/healer/healBatch.ts"
import { Breakers } from "../../../handlers/ledger/Breakers.ts"
import { FailureLedger } from "../../../handlers/ledger/FailureLedger.ts"
import { HealerLedger } from "../../../handlers/ledger/HealerLedger.ts"
import { decodeLedgerItem } from "../../../handlers/ledger/LedgerItem.ts"
import type { BreakerPolicy, Observation } from "../../../handlers/recovery/breaker.ts"
import { type RecoveryRule, recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { tooLarge } from "../aws/fakeSqs.ts"
import { makeFakeBreakers } from "../ledger/fakeBreakers.ts"
import { makeFakeTable } from "../ledger/fakeTable.ts"
import { makeCollectedMetrics } from "../observability/collectedMetrics.ts"

/** How a call breaks: the function is killed, or the call fails, before or after it took effect. */
export const breakages = ["killed before", "killed after", "fails before", "answer lost"] as const

/** How a call breaks. */
export type Breakage = (typeof breakages)[number] | "refused"

/** A message that the healer sent. */
export interface SentMessage {
  readonly messageId: string
  readonly queueUrl: string
  readonly message: OutgoingMessage
}

const queues = { main: "https://sqs/main", deadLetter: "https://sqs/dlq", parking: "https://sqs/parking" }

/** The healer's settings in tests. */
export const settings: HealerSettings = {
  queueName: "orders",
  mainQueueUrl: queues.main,
  deadLetterQueueUrl: queues.deadLetter,
  parkingQueueUrl: queues.parking,
  archiveBucket: "archive",
  tableName: "failures",
  alertTopicArn: "arn:aws:sns:eu-west-1:1:alerts",
  policy: recoveryPolicy<Record<string, RecoveryRule>>({}),
  alertWindowSeconds: 900,
  correlationField: "orderId",
  fifo: false,
  region: "eu-west-1"
}

const config = ConfigProvider.layer(
  ConfigProvider.fromUnknown({
    FAILED_TABLE: "failures",
    MAIN_QUEUE_URL: queues.main,
    ARCHIVE_BUCKET: "archive",
    QUEUE_NAME: "orders"
  })
)

const refused = new AuthFailure({ reason: "AccessDenied", dependency: "aws" })
const lost = new DependencyFailure({ reason: "socket hang up", dependency: "aws" })

/** A fresh world. `breakerPolicy`: that of its circuit breakers. */
export const makeWorld = (overrides: Partial<HealerSettings> = {}, breakerPolicy?: BreakerPolicy) => {
  const breakers = makeFakeBreakers(breakerPolicy)
  const table = makeFakeTable()
  const metrics = makeCollectedMetrics()
  const sent: Array<SentMessage> = []
  const objects = new Map<string, string>()
  const alerts: Array<Notification> = []
  const visibility: Array<{ readonly receiptHandle: string; readonly seconds: number }> = []
  const calls: Array<string> = []
  let breaking: (call: { readonly number: number; readonly name: string }) => Breakage | undefined = () => undefined
  let refusesEntry: (text: string) => boolean = () => false
  let maximumMessageSize = maxMessageBytes
  let killed = Deferred.makeUnsafe<void>()
  let afterEachCall = () => {}
  let before: (name: string) => Effect.Effect<void> = () => Effect.void

  const die = Effect.suspend(() => Effect.andThen(Deferred.succeed(killed, undefined), Effect.never))
  const call = <A, E>(name: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E | AwsError> =>
    Effect.suspend(() => {
      const number = calls.push(name)
      return Effect.andThen(before(name), made(number, name, effect))
    })
  const made = <A, E>(number: number, name: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E | AwsError> =>
    Effect.suspend(() => {
      const broken = breaking({ number, name })
      if (broken === "killed before") return die
      if (broken === "fails before") return Effect.fail(lost)
      if (broken === "refused") return Effect.fail(refused)
      return effect.pipe(
        Effect.tap(() => Effect.sync(() => afterEachCall())),
        Effect.flatMap((answer): Effect.Effect<A, AwsError> => {
          if (broken === "killed after") return die
          return broken === "answer lost" ? Effect.fail(lost) : Effect.succeed(answer)
        })
      )
    })

  const sqs: Sqs["Service"] = {
    send: (queueUrl, message) =>
      call(
        "sqs send",
        Effect.sync(() => {
          const messageId = `sent-${sent.length + 1}`
          sent.push({ messageId, queueUrl, message })
          return messageId
        })
      ),
    changeVisibility: (_, receiptHandle, seconds) =>
      call(
        "sqs changeVisibility",
        Effect.sync(() => void visibility.push({ receiptHandle, seconds }))
      ),
    delete: () => call("sqs delete", Effect.void),
    // A request that breaks is the result of each of its entries.
    sendBatch: (queueUrl, messages) =>
      messages.length === 0
        ? Effect.succeed([])
        : call(
            "sqs sendBatch",
            Effect.sync(() =>
              messages.map((message) => {
                if (refusesEntry(message.body)) return Result.fail(refused)
                if (messageBytes(message.body, message.attributes) > maximumMessageSize)
                  return Result.fail(tooLarge(maximumMessageSize))
                const messageId = `sent-${sent.length + 1}`
                sent.push({ messageId, queueUrl, message })
                return Result.succeed(messageId)
              })
            )
          ).pipe(Effect.catch((error) => Effect.succeed(messages.map(() => Result.fail(error))))),
    changeVisibilityBatch: (_, changes) =>
      changes.length === 0
        ? Effect.succeed([])
        : call(
            "sqs changeVisibilityBatch",
            Effect.sync(() =>
              changes.map(({ receiptHandle, visibilityTimeoutSeconds: seconds }) =>
                refusesEntry(receiptHandle)
                  ? Result.fail(refused)
                  : Result.succeed(visibility.push({ receiptHandle, seconds }))
              )
            )
          ).pipe(Effect.catch((error) => Effect.succeed(changes.map(() => Result.fail(error))))),
    deleteBatch: (_, receiptHandles) =>
      receiptHandles.length === 0
        ? Effect.succeed([])
        : call("sqs deleteBatch", Effect.succeed(receiptHandles.map((handle) => Result.succeed(handle)))).pipe(
            Effect.catch((error) => Effect.succeed(receiptHandles.map(() => Result.fail(error))))
          )
  }
  const dynamoDb: DynamoDb["Service"] = {
    get: (...request) => call("dynamodb get", table.service.get(...request)),
    getMany: (...request) => call("dynamodb getMany", table.service.getMany(...request)),
    put: (request) => call("dynamodb put", table.service.put(request)),
    update: (request) => call("dynamodb update", table.service.update(request)),
    query: (request) => call("dynamodb query", table.service.query(request))
  }
  const aws = Layer.mergeAll(
    Layer.succeed(Sqs, sqs),
    Layer.succeed(DynamoDb, dynamoDb),
    Layer.succeed(Sns, {
      publish: (_, notification) =>
        call(
          "sns publish",
          Effect.sync(() => `alert-${alerts.push(notification)}`)
        )
    }),
    Layer.succeed(S3, {
      put: ({ key, body }) =>
        call(
          "s3 put",
          Effect.sync(() => void objects.set(key, body))
        ),
      get: (_, key) =>
        call(
          "s3 get",
          Effect.sync(() => objects.get(key) ?? "")
        )
    })
  )
  const calledBreakers = Layer.effect(
    Breakers,
    Effect.map(Breakers, (service) => ({
      ...service,
      admit: (...request: Parameters<typeof service.admit>) => call("breakers admit", service.admit(...request))
    }))
  ).pipe(Layer.provide(breakers.layer))
  const layer = Layer.mergeAll(AlertWindow.layer, HealerLedger.layer, FailureLedger.layer, calledBreakers).pipe(
    Layer.provideMerge(Layer.mergeAll(aws, metrics.layer, Layer.succeed(HealerConfig, { ...settings, ...overrides }))),
    Layer.provideMerge(config)
  )

  return {
    layer,
    metrics,
    table,
    breakers,
    sent,
    objects,
    alerts,
    visibility,
    calls,
    queues,
    /** What the ledger says of a lineage. */
    item: (lineageId: string) => decodeLedgerItem(table.items.get(lineageId)),
    /** The messages sent to a queue. */
    sentTo: (queueUrl: string) => sent.filter((each) => each.queueUrl === queueUrl),
    /** Breaks one call, counted from 1 over the whole life of this world. */
    breakCall: (number: number, how: Breakage) => {
      breaking = (call) => (call.number === number ? how : undefined)
    },
    /** Breaks the next call of this name. */
    breakNext: (name: string, how: Breakage) => {
      breaking = (call) => {
        if (call.name !== name) return undefined
        breaking = () => undefined
        return how
      }
    },
    /** Breaks every call of a service, e.g. `dynamodb`, until called without one. */
    breakService: (service: string | undefined, how: Breakage = "fails before") => {
      breaking = (call) => (service !== undefined && call.name.startsWith(service) ? how : undefined)
    },
    /** SQS refuses these entries of its batches, by body or receipt handle, and takes the others. */
    refuseEntries: (which: (text: string) => boolean) => {
      refusesEntry = which
    },
    /** SQS refuses what is larger in its batches, in bytes. */
    takeAtMost: (bytes: number) => {
      maximumMessageSize = bytes
    },
    /** Runs a check after each call that took effect. */
    check: (invariant: () => void) => {
      afterEachCall = invariant
    },
    /** Runs something before each call: another healer, or a pause in which others go on. */
    beforeEachCall: (effect: (name: string) => Effect.Effect<void>) => {
      before = effect
    },
    /** The consumer has processed a message; its own calls do not break. */
    confirmRecovered: (lineageId: string) =>
      FailureLedger.use((ledger) => ledger.confirmRecovered(lineageId)).pipe(
        Effect.provide(FailureLedger.layer),
        Effect.provide(Layer.merge(Layer.succeed(DynamoDb, table.service), config)),
        Effect.orDie
      ),
    /** The consumer tells a circuit breaker what became of its attempts. */
    observe: (dependency: string, observation: Observation) =>
      Breakers.use((service) => service.observe(dependency, observation)).pipe(
        Effect.provide(breakers.layer),
        Effect.orDie
      ),
    /** Lambda with a batch: the ids that are left in the DLQ; all of them when the function is killed. */
    heal: (records: ReadonlyArray<SqsRecord>, sender: string) =>
      Effect.suspend(() => {
        killed = Deferred.makeUnsafe<void>()
        return Effect.raceFirst(
          Effect.map(healBatch({ Records: records }, sender), ({ batchItemFailures }) =>
            batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
          ),
          Effect.as(
            Deferred.await(killed),
            records.map(({ messageId }) => messageId)
          )
        )
      })
  }
}

/** A world as tests see it. */
export type World = ReturnType<typeof makeWorld>
