/** Replays messages on an instance of the embedded AWS, with the handlers' own replay program and the administrator's credentials. */
import { ConfigProvider, Effect, Layer, Logger } from "effect"
import { DynamoDb } from "../handlers/aws/DynamoDb.ts"
import { S3 } from "../handlers/aws/S3.ts"
import { Sqs } from "../handlers/aws/Sqs.ts"
import { HealerLedger } from "../handlers/ledger/HealerLedger.ts"
import type { ReplayRequest, ReplaySummary } from "../handlers/replay/ReplayRequest.ts"
import { replay } from "../handlers/replay/replay.ts"
import type { Instance } from "./instances.ts"

/** What is needed of an instance. */
export type ReplayTarget = Pick<Instance, "endpoint" | "region" | "administrator" | "outputs">

/** Has the SDK's clients of this process call an instance: they read endpoint and credentials from its environment. */
export const useInstance = (target: Pick<Instance, "endpoint" | "region" | "administrator">): void => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_REGION: target.region,
    AWS_ACCESS_KEY_ID: target.administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.administrator.secretAccessKey
  })
  delete process.env["AWS_SESSION_TOKEN"]
  delete process.env["AWS_PROFILE"]
}

/** Replays what matches the request. Aborted, it lets go of its run, which can be resumed. */
export const replayInstance = (
  target: ReplayTarget,
  request: ReplayRequest,
  signal?: AbortSignal
): Promise<ReplaySummary> => {
  useInstance(target)
  const config = ConfigProvider.layer(
    ConfigProvider.fromUnknown({
      MAIN_QUEUE_URL: target.outputs["orderQueueUrl"],
      ARCHIVE_BUCKET: target.outputs["archiveBucketName"],
      FAILED_TABLE: target.outputs["failuresTableName"]
    })
  )
  const services = HealerLedger.layer.pipe(Layer.provideMerge(Layer.mergeAll(DynamoDb.layer, S3.layer, Sqs.layer)))
  return Effect.runPromise(
    replay(request).pipe(Effect.provide(services), Effect.provide(Logger.layer([])), Effect.provide(config)),
    signal === undefined ? {} : { signal }
  )
}
