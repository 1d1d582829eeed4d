/** The healer's Lambda entry: a consumer of the dead-letter queue that reports failures record by record. */
import { Effect, Layer, Schema } from "effect"
import { DynamoDb } from "../aws/DynamoDb.ts"
import { batchedReads } from "../aws/dynamoDbBatch.ts"
import { makeLambdaRuntime } from "../aws/lambdaRuntime.ts"
import { S3 } from "../aws/S3.ts"
import { Sns } from "../aws/Sns.ts"
import { Sqs } from "../aws/Sqs.ts"
import { type LambdaContext, type SqsBatchResponse, SqsEvent } from "../consumer/SqsEvent.ts"
import { Breakers } from "../ledger/Breakers.ts"
import { HealerLedger } from "../ledger/HealerLedger.ts"
import { jsonLogLayer } from "../observability/log.ts"
import { Metrics } from "../observability/Metrics.ts"
import { StandardOut } from "../observability/StandardOut.ts"
import { AlertWindow } from "./AlertWindow.ts"
import { HealerConfig } from "./HealerConfig.ts"
import { healBatch } from "./healBatch.ts"

const layer = Layer.mergeAll(AlertWindow.layer, Breakers.layer, HealerLedger.layer).pipe(
  Layer.provideMerge(
    Layer.mergeAll(HealerConfig.layer, DynamoDb.layerReading(batchedReads), Sqs.layer, Sns.layer, S3.layer)
  ),
  Layer.provideMerge(Layer.mergeAll(Metrics.layer, jsonLogLayer)),
  Layer.provideMerge(StandardOut.layer)
)

const runtime = makeLambdaRuntime(layer)

const decodeEvent = Schema.decodeUnknownEffect(SqsEvent)

/** Handles one batch of the dead-letter queue. */
export const handler = (event: unknown, context: LambdaContext): Promise<SqsBatchResponse> =>
  runtime.runPromise(Effect.flatMap(decodeEvent(event), (batch) => healBatch(batch, context.awsRequestId)))
