/** Our functions in the bench's own process: the same Effects and the same SDK clients as in Lambda. */
import { ConfigProvider, Deferred, Effect, Layer, ManagedRuntime, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { DynamoDb } from "../../handlers/aws/DynamoDb.ts"
import { batchedReads } from "../../handlers/aws/dynamoDbBatch.ts"
import { S3 } from "../../handlers/aws/S3.ts"
import { SecretsManager } from "../../handlers/aws/SecretsManager.ts"
import { Sns } from "../../handlers/aws/Sns.ts"
import { Sqs } from "../../handlers/aws/Sqs.ts"
import { ConsumerSettings } from "../../handlers/consumer/ConsumerSettings.ts"
import { makeConsumer } from "../../handlers/consumer/makeConsumer.ts"
import { type SqsBatchResponse, SqsEvent } from "../../handlers/consumer/SqsEvent.ts"
import type { ClassifiedFailure } from "../../handlers/failure/errors.ts"
import { AlertWindow } from "../../handlers/healer/AlertWindow.ts"
import { HealerConfig } from "../../handlers/healer/HealerConfig.ts"
import { healBatch } from "../../handlers/healer/healBatch.ts"
import { Breakers } from "../../handlers/ledger/Breakers.ts"
import { FailureLedger } from "../../handlers/ledger/FailureLedger.ts"
import { HealerLedger } from "../../handlers/ledger/HealerLedger.ts"
import { jsonLogLayer } from "../../handlers/observability/log.ts"
import { Metrics } from "../../handlers/observability/Metrics.ts"
import { StandardOut } from "../../handlers/observability/StandardOut.ts"
import { Auth } from "../../handlers/orders/Caller.ts"
import { Chaos } from "../../handlers/orders/chaos.ts"
import { Order } from "../../handlers/orders/Order.ts"
import { OrdersTable } from "../../handlers/orders/OrdersTable.ts"
import { PaymentGateway } from "../../handlers/orders/PaymentGateway.ts"
import { OrderTopic, placeOrder } from "../../handlers/orders/placeOrder.ts"
import { orderRecovery } from "../../handlers/orders/recovery.ts"
import { orderDependencies, storeOrder } from "../../handlers/orders/storeOrder.ts"
import type { Batch } from "./eventSource.ts"

/** What an order does when it is tried. */
export type Attempt = "stores" | "crashes" | ClassifiedFailure

/** How the functions run. */
export interface FunctionOptions {
  readonly environment: Readonly<Record<string, string>>
  /** What an order does when it is tried. @default it is stored */
  readonly attempt?: ((order: Order, receiveCount: number, healAttempts: number) => Attempt) | undefined
  /** Takes the lines that go to the function's log. */
  readonly log: (line: string) => void
  /** Time and chance. @default the machine's */
  readonly time?: Layer.Layer<never> | undefined
}

/** The functions of an order system: each call is an invocation. */
export interface OrderFunctions {
  /** `POST /orders`; answers the status. */
  readonly place: (order: typeof Order.Encoded) => Promise<number>
  /** Ids to receive again; all of them when the process crashed. */
  readonly consume: (event: Batch) => Promise<ReadonlyArray<string>>
  readonly heal: (event: Batch) => Promise<ReadonlyArray<string>>
  readonly close: () => Promise<void>
}

const failedIds = ({ batchItemFailures }: SqsBatchResponse): ReadonlyArray<string> =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)

const decodeEvent = Schema.decodeUnknownEffect(SqsEvent)

const remainingMilliseconds = 25_000

/** Our functions. The SDK's clients read the process's environment. */
export const ourFunctions = (options: FunctionOptions): OrderFunctions => {
  const { environment, log, time = Layer.empty, attempt = (): Attempt => "stores" } = options
  const base = Layer.mergeAll(Metrics.layer, jsonLogLayer).pipe(
    Layer.provideMerge(Layer.succeed(StandardOut, { writeLine: log })),
    Layer.provideMerge(Layer.mergeAll(ConfigProvider.layer(ConfigProvider.fromUnknown(environment)), time))
  )
  const aws = Layer.mergeAll(DynamoDb.layer, Sqs.layer, Sns.layer, S3.layer)
  const healerAws = Layer.mergeAll(DynamoDb.layerReading(batchedReads), Sqs.layer, Sns.layer, S3.layer)
  const orders = Layer.mergeAll(
    Chaos.layer,
    OrdersTable.layer,
    OrderTopic.layer,
    PaymentGateway.layer.pipe(Layer.provide(SecretsManager.layer)),
    Auth.layer,
    SecureRandom.layerWebCrypto,
    ConsumerSettings.layer(orderRecovery)
  )
  const ledgers = Layer.mergeAll(AlertWindow.layer, FailureLedger.layer).pipe(Layer.provideMerge(HealerConfig.layer))
  // Each function has its own cache of the breakers, and the healer its own view of the ledger.
  const apiRuntime = ManagedRuntime.make(orders.pipe(Layer.provideMerge(aws), Layer.provideMerge(base)))
  const consumerRuntime = ManagedRuntime.make(
    Layer.mergeAll(orders, FailureLedger.layer, Breakers.layer).pipe(Layer.provideMerge(aws), Layer.provideMerge(base))
  )
  const healerRuntime = ManagedRuntime.make(
    Layer.mergeAll(ledgers, HealerLedger.layer, Breakers.layer).pipe(
      Layer.provideMerge(healerAws),
      Layer.provideMerge(base)
    )
  )
  let crashed = Deferred.makeUnsafe<void>()
  const consume = makeConsumer({
    schema: Order,
    dependencies: orderDependencies("https://payments.example"),
    process: (order, record) =>
      Effect.suspend(() => {
        const happens = attempt(order, record.receiveCount, record.healAttempts)
        if (happens === "stores") return storeOrder(order, record)
        if (happens === "crashes") return Effect.andThen(Deferred.succeed(crashed, undefined), Effect.never)
        return Effect.fail(happens)
      })
  })
  let invocations = 0
  const context = () => ({
    awsRequestId: `invocation-${++invocations}`,
    logGroupName: "/aws/lambda/orders-consumer",
    logStreamName: "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
    getRemainingTimeInMillis: () => remainingMilliseconds
  })

  return {
    place: async (order) => {
      const request = { headers: { "content-type": "application/json" }, body: JSON.stringify(order) }
      return (await apiRuntime.runPromise(placeOrder(request, context()))).statusCode
    },
    consume: (event) => {
      crashed = Deferred.makeUnsafe<void>()
      return consumerRuntime.runPromise(
        Effect.raceFirst(
          Effect.map(consume(event, context()), failedIds),
          Effect.as(
            Deferred.await(crashed),
            event.Records.map(({ messageId }) => messageId)
          )
        )
      )
    },
    heal: (event) =>
      healerRuntime.runPromise(
        Effect.flatMap(decodeEvent(event), (batch) => Effect.map(healBatch(batch, context().awsRequestId), failedIds))
      ),
    close: async () => {
      for (const runtime of [apiRuntime, consumerRuntime, healerRuntime]) await runtime.dispose()
    }
  }
}
