import { GetBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createS3, type S3Service } from "../../../local/s3/S3Service.ts"
import { createResource } from "../createResource.ts"
import { type OnGateway, onGateway } from "../onGateway.ts"

let aws: OnGateway<S3Service>
let client: S3Client
beforeAll(async () => {
  aws = await onGateway((account) => createS3({ account }))
  client = new S3Client(aws.client())
})
afterAll(async () => {
  client.destroy()
  await aws.close()
})

describe("the S3 resources", () => {
  it("create a bucket with everything that the archive needs", async () => {
    const { resources } = aws.service
    const bucket = await createResource(resources, "aws:s3/bucket:Bucket", { forceDestroy: true }, "Archive")
    expect(bucket.id).toMatch(/^archive-[0-9a-f]{7}$/)
    expect(bucket.state["arn"]).toBe(`arn:aws:s3:::${bucket.id}`)
    const settings: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>]> = [
      ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { blockPublicAcls: true, blockPublicPolicy: true }],
      ["aws:s3/bucketOwnershipControls:BucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }],
      ["aws:s3/bucketVersioning:BucketVersioning", { versioningConfiguration: { status: "Enabled" } }],
      [
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }
      ],
      [
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {
          rules: [
            {
              id: "archive",
              status: "Enabled",
              filter: {},
              transitions: [{ days: 30, storageClass: "GLACIER" }],
              expiration: { days: 365 },
              noncurrentVersionExpiration: { noncurrentDays: 30 },
              abortIncompleteMultipartUpload: { daysAfterInitiation: 7 }
            }
          ]
        }
      ]
    ]
    for (const [type, inputs] of settings)
      expect((await createResource(resources, type, { bucket: bucket.id, ...inputs })).id).toBe(bucket.id)
    const versioning = await client.send(new GetBucketVersioningCommand({ Bucket: bucket.id }))
    expect(versioning.Status).toBe("Enabled")
  })

  it("refuse unknown properties, buckets that are not there, and policies that are none", async () => {
    const { resources } = aws.service
    await expect(createResource(resources, "aws:s3/bucket:Bucket", { acl: "private" })).rejects.toThrow(
      'aws:s3/bucket:Bucket "resource": the embedded AWS does not know the property "acl".'
    )
    await expect(
      createResource(resources, "aws:s3/bucketPolicy:BucketPolicy", { bucket: "no-such-bucket", policy: "{}" })
    ).rejects.toThrow('aws:s3/bucketPolicy:BucketPolicy "resource": NoSuchBucket')
    const { id: bucket } = await createResource(resources, "aws:s3/bucket:Bucket", {}, "refusing")
    await expect(
      createResource(resources, "aws:s3/bucketPolicy:BucketPolicy", { bucket, policy: "{}" })
    ).rejects.toThrow("MalformedPolicy")
    await expect(
      createResource(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
        bucket,
        rules: [{ id: "x", status: "Enabled", transitions: [{ days: 1, storageClass: "FREEZER" }] }]
      })
    ).rejects.toThrow(/property "rules\.0\.transitions\.0\.storageClass"/)
  })
})
