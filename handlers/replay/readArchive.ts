/** Reads one object of the archive, which may be missing or out of reach. */
import { Effect } from "effect"
import type { AwsError } from "../aws/AwsError.ts"
import { S3 } from "../aws/S3.ts"

/** What S3 says of one object, while the others can be read. */
const unavailable: ReadonlyArray<readonly [code: string, why: string]> = [
  ["NoSuchKey", "Its archive object is missing."],
  [
    "InvalidObjectState",
    "Its archive object is in Glacier: restore it (aws s3api restore-object; docs/replay.md), then replay it again."
  ]
]

/** S3 answers 403 for what is in Glacier, which counts as an `AuthFailure`. */
const codeOf = (error: AwsError): string | undefined =>
  error._tag === "RequestRejected" ? error.code : /: (\w+)$/.exec(error.reason)?.[1]

/** The object's text; where S3 cannot give it (missing, in Glacier) an empty one, and why, in a sentence. */
export const readArchive = Effect.fnUntraced(function* (bucket: string, key: string) {
  const s3 = yield* S3
  return yield* s3.get(bucket, key).pipe(
    Effect.map((text) => ({ text, why: "Its archive object is unreadable." })),
    Effect.catchIf(
      (error) => unavailable.some(([code]) => codeOf(error) === code),
      (error) => Effect.succeed({ text: "", why: unavailable.find(([code]) => codeOf(error) === code)?.[1] ?? "" })
    )
  )
})
