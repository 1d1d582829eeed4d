/** Replays messages on an instance of the embedded AWS, with the handlers' own replay program and the administrator's credentials. */
import { ConfigProvider, Effect, Layer, Logger } from "effect"
import { DynamoDb } from "../handlers/aws/DynamoDb.ts"
import { S3 } from "../handlers/aws/S3.ts"
import { Sqs } from "../handlers/aws/Sqs.ts"
import { HealerLedger } from "../handlers/ledger/HealerLedger.ts"
import { type ReplayRequest, type ReplaySummary, replay } from "../handlers/replay/replay.ts"
import type { Instance } from "./instances.ts"

/** What is needed of an instance. */
export type ReplayTarget = Pick<Instance, "endpoint" | "region" | "administrator" | "outputs">

/**
 * Replays what matches the request. Sets the AWS variables of this process: the SDK's clients read endpoint and
 * credentials from there.
 */
export const replayInstance = (target: ReplayTarget, request: ReplayRequest): Promise<ReplaySummary> => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_REGION: target.region,
    AWS_ACCESS_KEY_ID: target.administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.administrator.secretAccessKey
  })
  delete process.env["AWS_SESSION_TOKEN"]
  delete process.env["AWS_PROFILE"]
  const config = ConfigProvider.layer(
    ConfigProvider.fromUnknown({
      MAIN_QUEUE_URL: target.outputs["orderQueueUrl"],
      ARCHIVE_BUCKET: target.outputs["archiveBucketName"],
      FAILED_TABLE: target.outputs["failuresTableName"]
    })
  )
  const services = HealerLedger.layer.pipe(Layer.provideMerge(Layer.mergeAll(DynamoDb.layer, S3.layer, Sqs.layer)))
  return Effect.runPromise(
    replay(request).pipe(Effect.provide(services), Effect.provide(Logger.layer([])), Effect.provide(config))
  )
}
