/** S3 in memory. */
import { Effect, Layer } from "effect"
import { RequestRejected } from "../../../handlers/aws/AwsError.ts"
import { S3 } from "../../../handlers/aws/S3.ts"
import { makeInjectedFailures } from "./injectedFailures.ts"

/** A fresh S3, its objects by `bucket/key`. Operations for failure injection: `put`, `get`. */
export const makeFakeS3 = () => {
  const failures = makeInjectedFailures()
  const objects = new Map<string, { readonly body: string; readonly contentType: string }>()
  return {
    ...failures,
    objects,
    layer: Layer.succeed(S3, {
      put: ({ bucket, key, body, contentType }) =>
        Effect.andThen(
          failures.call("put"),
          Effect.sync(() => void objects.set(`${bucket}/${key}`, { body, contentType }))
        ),
      get: (bucket, key) =>
        Effect.andThen(
          failures.call("get"),
          Effect.suspend(() => {
            const object = objects.get(`${bucket}/${key}`)
            return object === undefined
              ? Effect.fail(
                  new RequestRejected({
                    service: "s3",
                    operation: "GetObject",
                    code: "NoSuchKey",
                    message: "The specified key does not exist."
                  })
                )
              : Effect.succeed(object.body)
          })
        )
    })
  }
}
