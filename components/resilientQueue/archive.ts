/** The archive: a bucket with one object a message that is not retried any more. */
import { Bucket } from "@pulumi/aws/s3/bucket.js"
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js"
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js"
import type { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js"
import type { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js"
import * as pulumi from "@pulumi/pulumi"
import { makePrivate } from "../privateBucket.ts"
import { accountOf, onlyFor, ownAccountOnly } from "../resourceStatements.ts"
import { tlsOnly } from "../tlsOnly.ts"
import { applyTransform } from "../transform.ts"
import { admittedBy, type Context, dataOptions } from "./context.ts"

/** How the key of each message begins. */
const messagePrefix = "class="

/** How long the bucket keeps a version that was replaced, in days: a repeated put of one key is a retry, not news. */
const noncurrentVersionDays = 30

/** Makes the bucket: no public access, owner enforced, encrypted, versioned, and expiry; Glacier before that if it is wanted. */
export const createArchive = (context: Context): Archive => {
  const { name } = context
  const bucket = new Bucket(
    `${name}-archive`,
    applyTransform(context.transform.archiveBucket, { forceDestroy: !context.protectData }),
    dataOptions(context)
  )
  const { publicAccessBlock, versioning } = makePrivate(`${name}-archive`, context.parent, bucket, context.kmsKeyArn)
  createLifecycle(context, bucket, versioning)
  return { bucket, publicAccessBlock }
}

/** The archive, before anybody is let in. */
export interface Archive {
  readonly bucket: Bucket
  readonly publicAccessBlock: BucketPublicAccessBlock
}

/** Makes the policy of the bucket, once it is known which roles use its objects, the healer's first. */
export const createArchivePolicy = (
  context: Context,
  { bucket, publicAccessBlock }: Archive,
  roleArns: readonly [pulumi.Input<string>, ...(readonly pulumi.Input<string>[])]
): BucketPolicy =>
  new BucketPolicy(
    `${context.name}-archive-policy`,
    { bucket: bucket.bucket, policy: bucketPolicyDocument(context, bucket.arn, roleArns) },
    // S3 refuses two changes of a bucket's access at the same time.
    { parent: context.parent, dependsOn: [publicAccessBlock] }
  )

const createLifecycle = (context: Context, bucket: Bucket, versioning: BucketVersioning): void => {
  new BucketLifecycleConfiguration(
    `${context.name}-archive-lifecycle`,
    applyTransform(context.transform.archiveLifecycle, {
      bucket: bucket.bucket,
      // S3's default, said: smaller objects cost more in Glacier than they save.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
      transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
      rules: context.settings.apply(({ glacierAfterDays, expireAfterDays }) => [
        {
          id: "archive",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days: expireAfterDays },
          noncurrentVersionExpiration: { noncurrentDays: noncurrentVersionDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 }
        },
        ...(glacierAfterDays === undefined
          ? []
          : [
              {
                id: "glacier",
                status: "Enabled",
                // Messages only: what a replay has written down of itself is read when it is resumed.
                filter: { prefix: messagePrefix },
                transitions: [{ days: glacierAfterDays, storageClass: "GLACIER" }]
              }
            ])
      ])
    }),
    { parent: context.parent, dependsOn: [versioning] }
  )
}

/** What is done to objects. */
const objectActions = [
  ...["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
  ...["s3:RestoreObject", "s3:ListBucket", "s3:ListBucketVersions"]
]

/** The policy of the bucket: TLS only, this account only, and where it is closed, these roles and the trusted only. */
export const bucketPolicyDocument = (
  context: Pick<Context, "trustedRoleArns">,
  bucketArn: pulumi.Input<string>,
  roleArns: readonly [pulumi.Input<string>, ...(readonly pulumi.Input<string>[])]
): pulumi.Output<string> => {
  const resources = [bucketArn, pulumi.interpolate`${bucketArn}/*`]
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      tlsOnly("s3:*", resources),
      // A bucket's ARN names no account; a role's does.
      ...ownAccountOnly("s3:*", resources, accountOf(roleArns[0])),
      ...onlyFor("OwnFunctionsOnly", objectActions, resources, admittedBy(context, roleArns))
    ]
  })
}
