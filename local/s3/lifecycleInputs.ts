/**
 * The inputs of `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration`. They are checked and kept; nothing
 * expires here. https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
import { Schema } from "effect"
import { inputsSchema, tags } from "../pulumi/decodeInputs.ts"

const text = Schema.optional(Schema.String)
const count = Schema.optional(Schema.Number)
const storageClass = Schema.Literals([
  "GLACIER",
  "GLACIER_IR",
  "DEEP_ARCHIVE",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING"
])

const rule = Schema.Struct({
  id: Schema.String,
  status: Schema.Literals(["Enabled", "Disabled"]),
  prefix: text,
  filter: Schema.optional(
    Schema.Struct({
      prefix: text,
      objectSizeGreaterThan: count,
      objectSizeLessThan: count,
      tag: Schema.optional(Schema.Struct({ key: Schema.String, value: Schema.String })),
      and: Schema.optional(
        Schema.Struct({ prefix: text, objectSizeGreaterThan: count, objectSizeLessThan: count, tags })
      )
    })
  ),
  transitions: Schema.optional(Schema.Array(Schema.Struct({ date: text, days: count, storageClass }))),
  expiration: Schema.optional(
    Schema.Struct({ date: text, days: count, expiredObjectDeleteMarker: Schema.optional(Schema.Boolean) })
  ),
  noncurrentVersionTransitions: Schema.optional(
    Schema.Array(Schema.Struct({ noncurrentDays: Schema.Number, newerNoncurrentVersions: count, storageClass }))
  ),
  noncurrentVersionExpiration: Schema.optional(
    Schema.Struct({ noncurrentDays: Schema.Number, newerNoncurrentVersions: count })
  ),
  abortIncompleteMultipartUpload: Schema.optional(Schema.Struct({ daysAfterInitiation: count }))
})

/** The inputs of a lifecycle configuration. */
export const lifecycleInputs = inputsSchema({
  bucket: Schema.String,
  expectedBucketOwner: text,
  rules: Schema.Array(rule),
  transitionDefaultMinimumObjectSize: text
})
