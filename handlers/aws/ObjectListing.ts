/** What people ask S3, apart from what functions do: so that no bundle of a function grows by it. */
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3"
import { Context, Effect, Layer } from "effect"
import type { AwsError } from "./AwsError.ts"
import { clientConfig, sdkCall } from "./sdkCall.ts"

/** An object, as a listing names it. */
export interface ListedObject {
  readonly key: string
  /** When it was written last, epoch milliseconds. */
  readonly modifiedAt: number
}

/** One page of a listing. */
export interface ObjectPage {
  readonly objects: ReadonlyArray<ListedObject>
  /** Where the next page starts; absent on the last. */
  readonly next?: string | undefined
}

/** S3 as a person uses it: what is there. */
export class ObjectListing extends Context.Service<
  ObjectListing,
  {
    /** One page of up to 1,000 objects, by key. Needs `s3:ListBucket`. */
    readonly list: (bucket: string, prefix: string, from?: string) => Effect.Effect<ObjectPage, AwsError>
    /** Whether there is such an object. Needs `s3:GetObject`, and `s3:ListBucket`: else S3 does not say that it is missing. */
    readonly exists: (bucket: string, key: string) => Effect.Effect<boolean, AwsError>
  }
>()("resilient-queue/aws/ObjectListing") {
  /** The real one; region, credentials and endpoint come from the environment. */
  static readonly layer = Layer.effect(
    ObjectListing,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => new S3Client(clientConfig)),
        (client) => Effect.sync(() => client.destroy())
      ),
      (client) =>
        ObjectListing.of({
          list: (bucket, prefix, from) =>
            sdkCall({ service: "s3", operation: "ListObjectsV2" }, (abortSignal) =>
              client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: from }), {
                abortSignal
              })
            ).pipe(
              Effect.map(({ Contents = [], NextContinuationToken }) => ({
                objects: Contents.flatMap(({ Key, LastModified }) =>
                  Key === undefined ? [] : [{ key: Key, modifiedAt: LastModified?.getTime() ?? 0 }]
                ),
                next: NextContinuationToken
              }))
            ),
          exists: (bucket, key) =>
            sdkCall({ service: "s3", operation: "HeadObject" }, (abortSignal) =>
              client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), { abortSignal })
            ).pipe(
              Effect.as(true),
              // The answer to HEAD has no body, so S3's usual `NoSuchKey` has no place in it.
              Effect.catchTag("RequestRejected", (error) =>
                error.code === "NotFound" || error.code === "NoSuchKey" ? Effect.succeed(false) : Effect.fail(error)
              )
            )
        })
    )
  )
}
