/**
 * Lambda entry of the healer for a dead-letter queue that it does not own: one that SQS, an SNS subscription, an
 * EventBridge rule, or a Lambda function writes to.
 *
 * Environment: the healer's own (`QUEUE_NAME`, `DLQ_URL`, `PARKING_QUEUE_URL`, `ARCHIVE_BUCKET`, `FAILED_TABLE`,
 * `ALERT_TOPIC_ARN`, `ALERT_WINDOW_SECONDS`, `RECOVERY_POLICY`, `FIFO`, …), and one of `MAIN_QUEUE_URL` and
 * `REDRIVE_FUNCTION_ARN`, which wins; `QUIET_SECONDS` (default 3,600); `MAX_MESSAGE_BYTES` (default 1 MiB). Needs `dynamodb:Query` on the table's `byStatus`
 * index, and `lambda:InvokeFunction` on the function. An event that is no batch (a schedule's) settles what has been quiet.
 */
import { ConfigProvider, Effect, Layer } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { batchedReads } from "../aws/dynamoDbBatch.ts"
import { LambdaInvoke } from "../aws/LambdaInvoke.ts"
import { makeLambdaRuntime } from "../aws/lambdaRuntime.ts"
import { S3 } from "../aws/S3.ts"
import { Sns } from "../aws/Sns.ts"
import { Sqs } from "../aws/Sqs.ts"
import type { LambdaContext, SqsBatchResponse } from "../consumer/SqsEvent.ts"
import { AlertWindow } from "../healer/AlertWindow.ts"
import { HealerConfig } from "../healer/HealerConfig.ts"
import { Breakers } from "../ledger/Breakers.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { jsonLogLayer } from "../observability/log.ts"
import { Metrics } from "../observability/Metrics.ts"
import { StandardOut } from "../observability/StandardOut.ts"
import { AdoptedConfig, adoptedEnvironment, adoptedSettings } from "./AdoptedConfig.ts"
import { makeHealAdopted } from "./healAdopted.ts"
import { redriveLayer } from "./redrive.ts"

const redrive = Layer.unwrap(Effect.map(HealerConfig, ({ mainQueueUrl }) => redriveLayer(mainQueueUrl))).pipe(
  Layer.provide(Layer.merge(LambdaInvoke.layer, Sqs.layer))
)

const healerConfig = Layer.effect(
  HealerConfig,
  Effect.gen(function* () {
    return adoptedSettings(yield* HealerConfig, yield* AdoptedConfig)
  })
).pipe(Layer.provide(HealerConfig.layer), Layer.provideMerge(AdoptedConfig.layer))

const layer = Layer.mergeAll(AlertWindow.layer, Breakers.layer, redrive).pipe(
  Layer.provideMerge(HealerLedger.layer),
  Layer.provideMerge(Layer.mergeAll(healerConfig, DynamoDb.layerReading(batchedReads), Sns.layer, S3.layer)),
  Layer.provideMerge(Layer.mergeAll(Metrics.layer, jsonLogLayer)),
  Layer.provideMerge(StandardOut.layer),
  Layer.provide(ConfigProvider.layer(adoptedEnvironment(process.env)))
)

const runtime = makeLambdaRuntime(layer)
const healAdopted = makeHealAdopted()

/** Handles one batch of the dead-letter queue, or its schedule's call. */
export const handler = (event: unknown, context: LambdaContext): Promise<SqsBatchResponse> =>
  runtime.runPromise(healAdopted(event, context.awsRequestId))
