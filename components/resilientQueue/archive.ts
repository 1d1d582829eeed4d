/** The archive: a bucket with one object a message that is not retried any more. */
import { Bucket } from "@pulumi/aws/s3/bucket.js"
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js"
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js"
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js"
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js"
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js"
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js"
import * as pulumi from "@pulumi/pulumi"
import { applyTransform } from "../transform.ts"
import { type Context, dataOptions } from "./context.ts"

/** How long the bucket keeps a version that was replaced, in days: a repeated put of one key is a retry, not news. */
const noncurrentVersionDays = 30

/** Makes the bucket: no public access, owner enforced, encrypted, versioned, TLS only, Glacier and then expiry. */
export const createArchive = (context: Context): Bucket => {
  const { name } = context
  const bucket = new Bucket(
    `${name}-archive`,
    applyTransform(context.transform.archiveBucket, { forceDestroy: !context.protectData }),
    dataOptions(context)
  )
  const child = { parent: context.parent }
  const publicAccessBlock = new BucketPublicAccessBlock(
    `${name}-archive-public-access`,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true
    },
    child
  )
  new BucketOwnershipControls(
    `${name}-archive-ownership`,
    { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    child
  )
  new BucketServerSideEncryptionConfiguration(
    `${name}-archive-encryption`,
    { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    child
  )
  const versioning = new BucketVersioning(
    `${name}-archive-versioning`,
    { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    child
  )
  createLifecycle(context, bucket, versioning)
  new BucketPolicy(
    `${name}-archive-policy`,
    { bucket: bucket.bucket, policy: bucketPolicyDocument(bucket.arn) },
    // S3 refuses two changes of a bucket's access at the same time.
    pulumi.mergeOptions(child, { dependsOn: [publicAccessBlock] })
  )
  return bucket
}

const createLifecycle = (context: Context, bucket: Bucket, versioning: BucketVersioning): void => {
  new BucketLifecycleConfiguration(
    `${context.name}-archive-lifecycle`,
    applyTransform(context.transform.archiveLifecycle, {
      bucket: bucket.bucket,
      // Archived messages are small, and S3's default leaves objects under 128 KiB where they are.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
      transitionDefaultMinimumObjectSize: "varies_by_storage_class",
      rules: [
        {
          id: "archive",
          status: "Enabled",
          filter: { prefix: "" },
          transitions: [{ days: context.settings.glacierAfterDays, storageClass: "GLACIER" }],
          expiration: { days: context.settings.expireAfterDays },
          noncurrentVersionExpiration: { noncurrentDays: noncurrentVersionDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 }
        }
      ]
    }),
    { parent: context.parent, dependsOn: [versioning] }
  )
}

/** The policy of the bucket: nothing at all without TLS. */
export const bucketPolicyDocument = (bucketArn: pulumi.Input<string>): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } }
      }
    ]
  })
