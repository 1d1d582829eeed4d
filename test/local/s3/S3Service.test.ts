import { Readable } from "node:stream"
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client
} from "@aws-sdk/client-s3"
import fc from "fast-check"
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

let buckets = 0
const newBucket = async (versioned = false) => {
  buckets += 1
  const name = `bucket-${buckets}`
  await createResource(aws.service.resources, "aws:s3/bucket:Bucket", { bucket: name })
  if (versioned)
    await createResource(aws.service.resources, "aws:s3/bucketVersioning:BucketVersioning", {
      bucket: name,
      versioningConfiguration: { status: "Enabled" }
    })
  return name
}

const text = async (Bucket: string, Key: string, VersionId?: string) => {
  const object = await client.send(new GetObjectCommand({ Bucket, Key, ...(VersionId ? { VersionId } : {}) }))
  return object.Body?.transformToString()
}

describe("the S3 of the embedded AWS", () => {
  it("gives any object back byte for byte, under any key", async () => {
    const Bucket = await newBucket()
    await fc.assert(
      fc.asyncProperty(
        // A lone surrogate has no UTF-8, and "." and ".." as path segments are resolved by HTTP clients.
        fc
          .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
          .filter((key) => !key.split("/").some((segment) => segment === "." || segment === "..")),
        fc.uint8Array({ maxLength: 4096 }),
        async (Key, Body) => {
          await client.send(new PutObjectCommand({ Bucket, Key, Body }))
          const object = await client.send(new GetObjectCommand({ Bucket, Key }))
          expect(Buffer.from((await object.Body?.transformToByteArray()) ?? [])).toEqual(Buffer.from(Body))
        }
      ),
      { numRuns: 50 }
    )
  })

  it("takes a stream in chunks with its checksum in the trailer", async () => {
    const Bucket = await newBucket()
    const content = Buffer.alloc(200_000, "chunk")
    await client.send(
      new PutObjectCommand({ Bucket, Key: "stream", Body: Readable.from([content]), ContentLength: content.length })
    )
    const [stored] = aws.service.objects(Bucket)
    expect(stored?.body.equals(content)).toBe(true)
    expect(stored?.headers["content-encoding"]).toBeUndefined()
  })

  it("refuses a body that its checksum does not fit", async () => {
    const Bucket = await newBucket()
    const put = client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "text", ChecksumCRC32: "AAAAAA==" }))
    await expect(put).rejects.toMatchObject({ name: "BadDigest" })
    expect(aws.service.objects(Bucket)).toEqual([])
  })

  it("keeps type, metadata and headers", async () => {
    const Bucket = await newBucket()
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: "k",
        Body: "{}",
        ContentType: "application/json",
        CacheControl: "no-store",
        Metadata: { lineage: "l-1" }
      })
    )
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "k" }))
    expect(head).toMatchObject({
      ContentType: "application/json",
      CacheControl: "no-store",
      ContentLength: 2,
      Metadata: { lineage: "l-1" },
      ETag: '"99914b932bd37a50b983c5e7c90ae93b"'
    })
  })

  it("keeps every version of a key in a versioned bucket, and the last one in another", async () => {
    const versioned = await newBucket(true)
    const first = await client.send(new PutObjectCommand({ Bucket: versioned, Key: "k", Body: "1" }))
    const second = await client.send(new PutObjectCommand({ Bucket: versioned, Key: "k", Body: "2" }))
    expect(first.VersionId).not.toBe(second.VersionId)
    expect(await text(versioned, "k")).toBe("2")
    expect(await text(versioned, "k", first.VersionId)).toBe("1")
    const plain = await newBucket()
    await client.send(new PutObjectCommand({ Bucket: plain, Key: "k", Body: "1" }))
    await client.send(new PutObjectCommand({ Bucket: plain, Key: "k", Body: "2" }))
    const versions = await client.send(new ListObjectVersionsCommand({ Bucket: plain }))
    expect(versions.Versions).toMatchObject([{ Key: "k", VersionId: "null", IsLatest: true }])
  })

  it("hides a deleted key behind a marker in a versioned bucket, and forgets it in another", async () => {
    const Bucket = await newBucket(true)
    const put = await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }))
    const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key: "k" }))
    expect(deleted.DeleteMarker).toBe(true)
    await expect(text(Bucket, "k")).rejects.toMatchObject({ name: "NoSuchKey" })
    expect(await text(Bucket, "k", put.VersionId)).toBe("1")
    expect(aws.service.objects(Bucket)).toEqual([])
    await client.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: deleted.VersionId }))
    expect(await text(Bucket, "k")).toBe("1")
    const plain = await newBucket()
    await client.send(new PutObjectCommand({ Bucket: plain, Key: "a&b", Body: "1" }))
    await client.send(
      new DeleteObjectsCommand({ Bucket: plain, Delete: { Objects: [{ Key: "a&b" }, { Key: "not" }] } })
    )
    expect((await client.send(new ListObjectsV2Command({ Bucket: plain }))).KeyCount).toBe(0)
  })

  it("lists keys in UTF-8 order, page by page, each once", async () => {
    const Bucket = await newBucket()
    const keys = ["b", "a/2", "a/1", "ä", "c&d", "Z"]
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }))
    const listed: Array<string> = []
    let ContinuationToken: string | undefined
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, MaxKeys: 2, ...(ContinuationToken ? { ContinuationToken } : {}) })
      )
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""))
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken)
    expect(listed).toEqual(["Z", "a/1", "a/2", "b", "c&d", "ä"])
    const rolledUp = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }))
    expect(rolledUp.CommonPrefixes).toEqual([{ Prefix: "a/" }])
    expect(rolledUp.Contents?.map(({ Key }) => Key)).toEqual(["Z", "b", "c&d", "ä"])
    const below = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "a/" }))
    expect(below.Contents?.map(({ Key }) => Key)).toEqual(["a/1", "a/2"])
  })

  it("puts only once under If-None-Match", async () => {
    const Bucket = await newBucket()
    const put = () => client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1", IfNoneMatch: "*" }))
    await put()
    await expect(put()).rejects.toMatchObject({ name: "PreconditionFailed" })
  })

  it("gives a part of an object", async () => {
    const Bucket = await newBucket()
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789" }))
    const part = await client.send(new GetObjectCommand({ Bucket, Key: "k", Range: "bytes=2-4" }))
    expect(await part.Body?.transformToString()).toBe("234")
    expect(part.ContentRange).toBe("bytes 2-4/10")
  })

  it("names what is missing", async () => {
    const Bucket = await newBucket()
    await expect(text(Bucket, "missing")).rejects.toMatchObject({ name: "NoSuchKey", Key: "missing" })
    await expect(text("no-such-bucket", "k")).rejects.toMatchObject({ name: "NoSuchBucket" })
    await expect(client.send(new HeadBucketCommand({ Bucket: "no-such-bucket" }))).rejects.toMatchObject({
      name: "NotFound"
    })
  })

  it("says what it does not support instead of overwriting the object", async () => {
    const Bucket = await newBucket()
    await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }))
    const tagging = new PutObjectTaggingCommand({ Bucket, Key: "k", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } })
    await expect(client.send(tagging)).rejects.toMatchObject({ name: "NotImplemented" })
    expect(await text(Bucket, "k")).toBe("1")
  })

  it("lets a role do to objects what its policy and the bucket's say", async () => {
    const Bucket = await newBucket()
    await createResource(aws.service.resources, "aws:s3/bucketPolicy:BucketPolicy", {
      bucket: Bucket,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } }
          },
          { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/locked/*` }
        ]
      })
    })
    const role = await aws.role({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/*` }]
    })
    const asRole = new S3Client(aws.client(role))
    await asRole.send(new PutObjectCommand({ Bucket, Key: "open/k", Body: "1" }))
    const denied = { name: "AccessDenied" }
    await expect(asRole.send(new PutObjectCommand({ Bucket, Key: "locked/k", Body: "1" }))).rejects.toMatchObject(
      denied
    )
    await expect(asRole.send(new GetObjectCommand({ Bucket, Key: "open/k" }))).rejects.toMatchObject(denied)
    expect(aws.service.objects(Bucket).map(({ key }) => key)).toEqual(["open/k"])
    const policy = await client.send(new GetBucketPolicyCommand({ Bucket }))
    expect(policy.Policy).toContain("aws:SecureTransport")
    asRole.destroy()
  })
})
