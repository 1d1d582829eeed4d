/**
 * The real programs on the ports of the model: the one place that knows how consumer, healer and replay are put together,
 * so that only this file follows when they change.
 */
import { Clock, ConfigProvider, Context, Effect, Layer, Logger, Random, References, Schema } from "effect"
import { DynamoDb } from "../../handlers/aws/DynamoDb.ts"
import { S3 } from "../../handlers/aws/S3.ts"
import { Sns } from "../../handlers/aws/Sns.ts"
import { Sqs } from "../../handlers/aws/Sqs.ts"
import { ConsumerSettings } from "../../handlers/consumer/ConsumerSettings.ts"
import { makeConsumer } from "../../handlers/consumer/makeConsumer.ts"
import { type LambdaContext, type SqsBatchResponse, SqsEvent } from "../../handlers/consumer/SqsEvent.ts"
import { AlertWindow } from "../../handlers/healer/AlertWindow.ts"
import { HealerConfig } from "../../handlers/healer/HealerConfig.ts"
import { healBatch } from "../../handlers/healer/healBatch.ts"
import { Breakers } from "../../handlers/ledger/Breakers.ts"
import { FailureLedger } from "../../handlers/ledger/FailureLedger.ts"
import { HealerLedger } from "../../handlers/ledger/HealerLedger.ts"
import { Metrics } from "../../handlers/observability/Metrics.ts"
import { Chaos } from "../../handlers/orders/chaos.ts"
import { Order } from "../../handlers/orders/Order.ts"
import { OrdersTable } from "../../handlers/orders/OrdersTable.ts"
import { PaymentGateway } from "../../handlers/orders/PaymentGateway.ts"
import { orderDependencies, storeOrder } from "../../handlers/orders/storeOrder.ts"
import { defaultBreakerPolicy } from "../../handlers/recovery/breakerPolicy.ts"
import { encodeBreakerPolicy } from "../../handlers/recovery/breakerPolicyCodec.ts"
import { type RecoveryRule, recoveryPolicy } from "../../handlers/recovery/RecoveryPolicy.ts"
import { replay } from "../../handlers/replay/replay.ts"
import type { History } from "./History.ts"
import type { Ports } from "./ports.ts"
import type { RandomSource } from "./RandomSource.ts"

/** What an environment of functions provides. */
export type Services =
  | DynamoDb
  | Sqs
  | Sns
  | S3
  | ConsumerSettings
  | HealerConfig
  | FailureLedger
  | HealerLedger
  | AlertWindow
  | Breakers
  | Metrics
  | Chaos
  | OrdersTable
  | PaymentGateway

/** The programs under test. Tests of the model itself put faulty ones in their places. */
export interface Programs {
  readonly consume: (event: unknown, context: LambdaContext) => Effect.Effect<SqsBatchResponse, never, Services>
  readonly heal: (event: unknown, sender: string) => Effect.Effect<SqsBatchResponse, never, Services>
  readonly replay: Effect.Effect<unknown, unknown, Services>
}

const decodeEvent = Schema.decodeUnknownEffect(SqsEvent)

/** Consumer, healer and replay as they are. */
export const realPrograms: Programs = {
  consume: makeConsumer({
    schema: Order,
    process: storeOrder,
    dependencies: orderDependencies("https://payment-gateway.example")
  }),
  heal: (event, sender) => Effect.flatMap(Effect.orDie(decodeEvent(event)), (batch) => healBatch(batch, sender)),
  replay: replay({ messagesPerSecond: 5 })
}

const silentMetrics = Layer.succeed(Metrics, {
  count: () => Effect.void,
  duration: () => Effect.void,
  breakers: () => Effect.void,
  flush: Effect.void
})

const rulesOf = ({ backoff, maxAttempts, maxAgeSeconds }: History) => {
  const healing = { backoff, maxAttempts, maxAgeSeconds }
  return recoveryPolicy<Record<string, RecoveryRule>>({
    Timeout: { action: "heal", ...healing },
    DependencyFailure: { action: "heal", ...healing },
    Unknown: { action: "isolate", ...healing }
  })
}

/** What a process gets beside AWS. */
export interface Surroundings {
  readonly history: History
  readonly clock: Clock.Clock
  readonly random: RandomSource
  readonly chaos: Chaos["Service"]
  readonly payments: PaymentGateway["Service"]
}

/** The services of one process, built as Lambda builds those of an environment: once. */
export const servicesOf = (ports: Ports, surroundings: Surroundings): Context.Context<Services> => {
  const { history, clock, random, chaos, payments } = surroundings
  const { fifo, maxReceiveCount, alertWindowSeconds } = history
  const policy = rulesOf(history)
  const config = ConfigProvider.layer(
    ConfigProvider.fromUnknown({
      FAILED_TABLE: "failures",
      MAIN_QUEUE_URL: "main",
      ARCHIVE_BUCKET: "archive",
      BREAKER_POLICY: encodeBreakerPolicy(history.breaker),
      FIFO: String(fifo)
    })
  )
  const given = Layer.mergeAll(
    Layer.succeed(Sqs, ports.sqs),
    Layer.succeed(DynamoDb, ports.dynamoDb),
    Layer.succeed(S3, ports.s3),
    Layer.succeed(Sns, ports.sns),
    silentMetrics,
    Layer.succeed(Chaos, chaos),
    Layer.succeed(PaymentGateway, payments),
    Layer.succeed(OrdersTable, { tableName: "orders" }),
    Layer.succeed(ConsumerSettings, {
      mainQueueUrl: "main",
      deadLetterQueueUrl: "dead-letter",
      maxReceiveCount,
      fifo,
      rules: policy.rules,
      breaker: { ...defaultBreakerPolicy, ...history.breaker }
    }),
    Layer.succeed(HealerConfig, {
      queueName: "orders",
      mainQueueUrl: "main",
      deadLetterQueueUrl: "dead-letter",
      parkingQueueUrl: "parking",
      archiveBucket: "archive",
      tableName: "failures",
      alertTopicArn: "alerts",
      policy,
      alertWindowSeconds,
      correlationField: "orderId",
      fifo,
      region: "eu-west-1"
    })
  )
  const layer = Layer.mergeAll(FailureLedger.layer, HealerLedger.layer, AlertWindow.layer, Breakers.layer).pipe(
    Layer.provideMerge(given),
    Layer.provideMerge(config)
  )
  return Effect.runSync(Effect.scoped(Layer.build(layer))).pipe(
    Context.add(Clock.Clock, clock),
    Context.add(Random.Random, {
      nextDoubleUnsafe: random.next,
      nextIntUnsafe: () => random.between(0, Number.MAX_SAFE_INTEGER)
    }),
    Context.add(References.MinimumLogLevel, "None"),
    Context.add(Logger.CurrentLoggers, new Set())
  )
}
