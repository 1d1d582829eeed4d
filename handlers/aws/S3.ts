/** S3 as an Effect service. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { Context, Effect, Layer } from "effect"
import type { AwsError } from "./AwsError.ts"
import { clientConfig, present, sdkCall } from "./sdkCall.ts"

/** S3: put and get one object. */
export class S3 extends Context.Service<
  S3,
  {
    /** Puts an object; a second put of the same key replaces it (the bucket keeps versions). */
    readonly put: (object: {
      /** The bucket. */
      readonly bucket: string
      /** The object's key. */
      readonly key: string
      /** Its text. */
      readonly body: string
      /** Its media type, e.g. `application/json`. */
      readonly contentType: string
    }) => Effect.Effect<void, AwsError>
    /** The object's text. A missing key is a `RequestRejected` with code `NoSuchKey`. */
    readonly get: (bucket: string, key: string) => Effect.Effect<string, AwsError>
  }
>()("resilient-queue/aws/S3") {
  /** The real one; region, credentials and endpoint come from the environment. */
  static readonly layer = Layer.effect(
    S3,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => new S3Client(clientConfig)),
        (client) => Effect.sync(() => client.destroy())
      ),
      (client) =>
        S3.of({
          put: (object) =>
            Effect.asVoid(
              sdkCall({ service: "s3", operation: "PutObject" }, (abortSignal) =>
                client.send(
                  new PutObjectCommand({
                    Bucket: object.bucket,
                    Key: object.key,
                    Body: object.body,
                    ContentType: object.contentType
                  }),
                  { abortSignal }
                )
              )
            ),
          get: Effect.fnUntraced(function* (bucket, key) {
            const awsCall = { service: "s3", operation: "GetObject" }
            const { Body } = yield* sdkCall(awsCall, (abortSignal) =>
              client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal })
            )
            const body = yield* present(Body, "a body")
            return yield* sdkCall(awsCall, () => body.transformToString("utf-8"))
          })
        })
    )
  )
}
