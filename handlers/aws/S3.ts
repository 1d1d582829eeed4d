/** S3 as an Effect service. */
import { Context, type Effect } from "effect"
import type { AwsError } from "./AwsError.ts"

/** S3: put and get one object. */
export class S3 extends Context.Service<
  S3,
  {
    /** Puts an object; a second put of the same key replaces it (the bucket keeps versions). */
    readonly put: (object: {
      readonly bucket: string
      readonly key: string
      readonly body: string
      readonly contentType: string
    }) => Effect.Effect<void, AwsError>
    /** The object's text. A missing key is a `RequestRejected` with code `NoSuchKey`. */
    readonly get: (bucket: string, key: string) => Effect.Effect<string, AwsError>
  }
>()("resilient-queue/aws/S3") {}
