/** What every bucket of ours has: no public access, its owner's objects alone, encryption, versions. */
import type { Bucket } from "@pulumi/aws/s3/bucket.js"
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js"
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js"
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js"
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js"
import type * as pulumi from "@pulumi/pulumi"

/** What closes a bucket, for what has to come after it. */
export interface PrivateBucket {
  /** S3 refuses two changes of a bucket's access at the same time: its policy waits for this. */
  readonly publicAccessBlock: BucketPublicAccessBlock
  /** A lifecycle of versions waits for this. */
  readonly versioning: BucketVersioning
}

/** A bucket key saves a call of KMS an object, and its price. */
const encryptionRule = (kmsKeyArn: pulumi.Input<string> | undefined) =>
  kmsKeyArn === undefined
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
    : {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
        bucketKeyEnabled: true
      }

/**
 * Closes a bucket to the public, and has it encrypted and versioned.
 *
 * @param kmsKeyArn a customer managed key; `undefined`: S3's own
 */
export const makePrivate = (
  name: string,
  parent: pulumi.Resource,
  bucket: Bucket,
  kmsKeyArn: pulumi.Input<string> | undefined
): PrivateBucket => {
  const child = { parent }
  const publicAccessBlock = new BucketPublicAccessBlock(
    `${name}-public-access`,
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
    `${name}-ownership`,
    { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    child
  )
  new BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { bucket: bucket.bucket, rules: [encryptionRule(kmsKeyArn)] },
    child
  )
  const versioning = new BucketVersioning(
    `${name}-versioning`,
    { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    child
  )
  return { publicAccessBlock, versioning }
}
