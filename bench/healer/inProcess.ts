/** The healer on ports inside its own process, which take next to no time and keep nothing of what is finished: what grows is the healer's. */
import { ConfigProvider, Effect, Layer, ManagedRuntime, Result, Schema } from "effect"
import { DynamoDb } from "../../handlers/aws/DynamoDb.ts"
import { S3 } from "../../handlers/aws/S3.ts"
import { Sns } from "../../handlers/aws/Sns.ts"
import { Sqs } from "../../handlers/aws/Sqs.ts"
import { SqsEvent } from "../../handlers/consumer/SqsEvent.ts"
import { AlertWindow } from "../../handlers/healer/AlertWindow.ts"
import { HealerConfig } from "../../handlers/healer/HealerConfig.ts"
import { healBatch } from "../../handlers/healer/healBatch.ts"
import { Breakers } from "../../handlers/ledger/Breakers.ts"
import { HealerLedger } from "../../handlers/ledger/HealerLedger.ts"
import { jsonLogLayer } from "../../handlers/observability/log.ts"
import { Metrics } from "../../handlers/observability/Metrics.ts"
import { StandardOut } from "../../handlers/observability/StandardOut.ts"
import { makeFakeTable } from "../../test/handlers/ledger/fakeTable.ts"
import { CallCounter } from "../system/CallCounter.ts"
import type { Batch } from "../system/eventSource.ts"
import { unlimited } from "./deadLetters.ts"

const environment = {
  QUEUE_NAME: "orders",
  MAIN_QUEUE_URL: "https://sqs/main",
  DLQ_URL: "https://sqs/dlq",
  PARKING_QUEUE_URL: "https://sqs/parking",
  ARCHIVE_BUCKET: "archive",
  FAILED_TABLE: "failures",
  ALERT_TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:alerts",
  ALERT_WINDOW_SECONDS: "900",
  CORRELATION_FIELD: "orderId",
  AWS_REGION: "us-east-1",
  ...unlimited
}

/** A healer on ports in its own process. */
export interface InProcessHealer {
  /** Answers how many messages are left in the DLQ. */
  readonly heal: (batch: Batch) => Promise<number>
  readonly counter: CallCounter
  readonly close: () => Promise<void>
}

/** Starts it. */
export const startInProcessHealer = (time: Layer.Layer<never> = Layer.empty): InProcessHealer => {
  const counter = new CallCounter()
  const table = makeFakeTable()
  const counted = <A, E>(name: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      counter.count(name)
      return effect
    })
  const succeeded = (name: string, count: number) =>
    count === 0
      ? Effect.succeed([])
      : counted(
          name,
          Effect.sync(() => Array.from({ length: count }, (_, index) => Result.succeed(`m-${index}`)))
        )
  const ports = Layer.mergeAll(
    Layer.succeed(DynamoDb, {
      get: (...request) => counted("dynamodb:GetItem", table.service.get(...request)),
      getMany: (...request) => counted("dynamodb:BatchGetItem", table.service.getMany(...request)),
      put: (request) => counted("dynamodb:PutItem", table.service.put(request)),
      update: (request) => counted("dynamodb:UpdateItem", table.service.update(request)),
      query: (request) => counted("dynamodb:Query", table.service.query(request))
    }),
    Layer.succeed(Sqs, {
      send: () => counted("sqs:SendMessage", Effect.succeed("sent")),
      sendBatch: (_, messages) => succeeded("sqs:SendMessageBatch", messages.length),
      changeVisibility: () => counted("sqs:ChangeMessageVisibility", Effect.void),
      changeVisibilityBatch: (_, changes) => succeeded("sqs:ChangeMessageVisibilityBatch", changes.length),
      delete: () => counted("sqs:DeleteMessage", Effect.void),
      deleteBatch: (_, handles) => succeeded("sqs:DeleteMessageBatch", handles.length)
    }),
    Layer.succeed(Sns, { publish: () => counted("sns:Publish", Effect.succeed("published")) }),
    Layer.succeed(S3, {
      put: () => counted("s3:PutObject", Effect.void),
      get: () => counted("s3:GetObject", Effect.succeed(""))
    })
  )
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(AlertWindow.layer, HealerLedger.layer, Breakers.layer).pipe(
      Layer.provideMerge(HealerConfig.layer),
      Layer.provideMerge(ports),
      Layer.provideMerge(Layer.mergeAll(Metrics.layer, jsonLogLayer)),
      Layer.provideMerge(Layer.succeed(StandardOut, { writeLine: () => undefined })),
      Layer.provideMerge(Layer.mergeAll(ConfigProvider.layer(ConfigProvider.fromUnknown(environment)), time))
    )
  )
  const decode = Schema.decodeUnknownEffect(SqsEvent)
  let invocations = 0
  return {
    counter,
    heal: async (batch) => {
      const invocation = `invocation-${++invocations}`
      const response = await runtime.runPromise(Effect.flatMap(decode(batch), (event) => healBatch(event, invocation)))
      for (const lineageId of table.items.keys()) if (lineageId.startsWith("lineage-")) table.items.delete(lineageId)
      return response.batchItemFailures.length
    },
    close: () => runtime.dispose()
  }
}
