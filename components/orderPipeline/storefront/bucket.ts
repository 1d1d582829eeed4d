/** The bucket behind the order page: private, and read by CloudFront alone. */
import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js"
import { Bucket } from "@pulumi/aws/s3/bucket.js"
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js"
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js"
import type { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js"
import * as pulumi from "@pulumi/pulumi"
import { makePrivate } from "../../privateBucket.ts"
import { accountOf, ownAccountOnly } from "../../resourceStatements.ts"
import { tlsOnly } from "../../tlsOnly.ts"

/** How long a file is kept that a deployment has replaced, in days. */
const noncurrentVersionDays = 30

/** The bucket, before CloudFront is let in. */
export interface StorefrontBucket {
  readonly bucket: Bucket
  readonly publicAccessBlock: BucketPublicAccessBlock
}

/**
 * Makes the bucket. What is in it is public, comes from the repository, and is put back by a deployment: so S3's own key
 * will do, and it goes with its stack.
 */
export const createBucket = (name: string, parent: pulumi.Resource): StorefrontBucket => {
  const child = { parent }
  const bucket = new Bucket(`${name}-storefront`, { forceDestroy: true }, child)
  const { publicAccessBlock, versioning } = makePrivate(`${name}-storefront`, parent, bucket, undefined)
  new BucketLifecycleConfiguration(
    `${name}-storefront-lifecycle`,
    {
      bucket: bucket.bucket,
      rules: [
        {
          id: "replaced",
          status: "Enabled",
          filter: { prefix: "" },
          // The page itself stays; of a deleted file not even the mark does.
          expiration: { expiredObjectDeleteMarker: true },
          noncurrentVersionExpiration: { noncurrentDays: noncurrentVersionDays }
        }
      ]
    },
    { parent, dependsOn: [versioning] }
  )
  return { bucket, publicAccessBlock }
}

/** Lets one distribution read, once there is one. */
export const createBucketPolicy = (
  name: string,
  parent: pulumi.Resource,
  { bucket, publicAccessBlock }: StorefrontBucket,
  distribution: Distribution
): BucketPolicy =>
  new BucketPolicy(
    `${name}-storefront-policy`,
    { bucket: bucket.bucket, policy: policyDocument(bucket.arn, distribution.arn) },
    // S3 refuses two changes of a bucket's access at the same time.
    { parent, dependsOn: [publicAccessBlock] }
  )

/**
 * TLS only, this account only, and this distribution may read. It may list as well: for a file that is not there, S3
 * answers 404 to those who may, and 403 to all others. A list itself is never asked for, as the distribution's root is a file.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
const policyDocument = (
  bucketArn: pulumi.Input<string>,
  distributionArn: pulumi.Input<string>
): pulumi.Output<string> => {
  const files = pulumi.interpolate`${bucketArn}/*`
  const allow = (sid: string, action: string, resource: pulumi.Input<string>) => ({
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: action,
    Resource: resource,
    Condition: { StringEquals: { "aws:SourceArn": distributionArn } }
  })
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      tlsOnly("s3:*", [bucketArn, files]),
      ...ownAccountOnly("s3:*", [bucketArn, files], accountOf(distributionArn)),
      allow("Distribution", "s3:GetObject", files),
      allow("DistributionFindsMissing", "s3:ListBucket", bucketArn)
    ]
  })
}
