/** What AWS documents about S3. */
import assert from "node:assert/strict"
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand
} from "@aws-sdk/client-s3"
import { type Expectation, expectationsOf, refuses } from "../Expectation.ts"
import { createBucket, put, textOf } from "../fixtures/s3Bucket.ts"

const reference = (operation: string) => `https://docs.aws.amazon.com/AmazonS3/latest/API/API_${operation}.html`
const guide = (page: string) => `https://docs.aws.amazon.com/AmazonS3/latest/userguide/${page}.html`

/** Every expectation about S3. */
export const s3Expectations: ReadonlyArray<Expectation> = expectationsOf("s3", [
  {
    title: "An object comes back byte for byte",
    link: reference("PutObject"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256))
      await put(context, Bucket, "bytes", bytes)
      const { Body, ContentLength } = await context.s3.send(new GetObjectCommand({ Bucket, Key: "bytes" }))
      assert.equal(ContentLength, bytes.length)
      assert.ok(bytes.equals(Buffer.from((await Body?.transformToByteArray()) ?? [])))
    }
  },
  {
    title: "An object keeps its content type and its metadata",
    link: guide("UsingMetadata"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      await put(context, Bucket, "k", "{}", { ContentType: "application/json", Metadata: { lineage: "l-1" } })
      const head = await context.s3.send(new HeadObjectCommand({ Bucket, Key: "k" }))
      assert.equal(head.ContentType, "application/json")
      assert.deepEqual(head.Metadata, { lineage: "l-1" })
      assert.equal(head.ETag, '"99914b932bd37a50b983c5e7c90ae93b"')
    }
  },
  {
    title: "A key holds any UTF-8 text, slashes, spaces and signs among it",
    link: guide("object-keys"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      const keys = ["class=TIMEOUT/year=2025/a b+c&d.json", "größe/漢字/%20", "quote'\"<>"]
      for (const key of keys) await put(context, Bucket, key, key)
      for (const key of keys) assert.equal(await textOf(context, Bucket, key), key)
      const { Contents = [] } = await context.s3.send(new ListObjectsV2Command({ Bucket }))
      assert.deepEqual(Contents.map(({ Key }) => Key).sort(), [...keys].sort())
    }
  },
  {
    title: "A second put replaces the object at once",
    link: guide("Welcome"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      await put(context, Bucket, "k", "old")
      await put(context, Bucket, "k", "new")
      assert.equal(await textOf(context, Bucket, "k"), "new")
    }
  },
  {
    title: "A versioned bucket keeps what a put replaces, under its version id",
    link: guide("Versioning"),
    run: async (context) => {
      const Bucket = await createBucket(context, { versioned: true })
      const { VersionId } = await put(context, Bucket, "k", "old")
      await put(context, Bucket, "k", "new")
      assert.equal(await textOf(context, Bucket, "k"), "new")
      assert.equal(await textOf(context, Bucket, "k", VersionId), "old")
      const { Versions = [] } = await context.s3.send(new ListObjectVersionsCommand({ Bucket }))
      assert.deepEqual(
        Versions.map(({ IsLatest }) => IsLatest),
        [true, false]
      )
    }
  },
  {
    title: "Deleting in a versioned bucket leaves a marker; without the marker the object is back",
    link: guide("DeleteMarker"),
    run: async (context) => {
      const Bucket = await createBucket(context, { versioned: true })
      await put(context, Bucket, "k", "text")
      const { DeleteMarker, VersionId } = await context.s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }))
      assert.equal(DeleteMarker, true)
      await refuses(textOf(context, Bucket, "k"), "NoSuchKey")
      await context.s3.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId }))
      assert.equal(await textOf(context, Bucket, "k"), "text")
    }
  },
  {
    title: "Versioning is off in a new bucket, and can be suspended",
    link: reference("GetBucketVersioning"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      const status = async () => (await context.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status
      assert.equal(await status(), undefined)
      for (const Status of ["Enabled", "Suspended"] as const) {
        await context.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
        assert.equal(await status(), Status)
      }
    }
  },
  {
    title: "Getting a key that is not there is refused with NoSuchKey, and its head with 404",
    link: reference("GetObject"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      await refuses(textOf(context, Bucket, "missing"), "NoSuchKey")
      await refuses(context.s3.send(new HeadObjectCommand({ Bucket, Key: "missing" })), "NotFound")
    }
  },
  {
    title: "A bucket that does not exist is refused with NoSuchBucket, and its head with 404",
    link: reference("HeadBucket"),
    run: async (context) => {
      const Bucket = context.uniqueName("missing")
      await refuses(textOf(context, Bucket, "k"), "NoSuchBucket")
      await refuses(put(context, Bucket, "k", "text"), "NoSuchBucket")
      await refuses(context.s3.send(new HeadBucketCommand({ Bucket })), "NotFound")
    }
  },
  {
    title: "A bucket name with capital letters is refused",
    link: guide("bucketnamingrules"),
    run: async (context) => {
      const Bucket = context.uniqueName("Capital")
      await refuses(context.s3.send(new CreateBucketCommand({ Bucket })), "InvalidBucketName")
    }
  },
  {
    title: "A bucket that holds an object is not deleted",
    link: reference("DeleteBucket"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      await put(context, Bucket, "k", "text")
      await refuses(context.s3.send(new DeleteBucketCommand({ Bucket })), "BucketNotEmpty")
    }
  },
  {
    title: "A listing is sorted, comes in pages, and rolls keys up at a delimiter",
    link: reference("ListObjectsV2"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      for (const key of ["b", "a/2", "c", "a/1"]) await put(context, Bucket, key, key)
      const list = (more: Partial<ConstructorParameters<typeof ListObjectsV2Command>[0]>) =>
        context.s3.send(new ListObjectsV2Command({ Bucket, ...more }))
      const first = await list({ MaxKeys: 3 })
      assert.deepEqual(
        first.Contents?.map(({ Key }) => Key),
        ["a/1", "a/2", "b"]
      )
      assert.equal(first.IsTruncated, true)
      const second = await list({ ContinuationToken: first.NextContinuationToken })
      assert.deepEqual(
        second.Contents?.map(({ Key }) => Key),
        ["c"]
      )
      const rolled = await list({ Delimiter: "/" })
      assert.deepEqual(rolled.CommonPrefixes, [{ Prefix: "a/" }])
      assert.equal(rolled.KeyCount, 3)
      assert.equal((await list({ Prefix: "a/" })).KeyCount, 2)
    }
  },
  {
    title: "Deleting several keys at once answers those that were not there as well",
    link: reference("DeleteObjects"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      await put(context, Bucket, "there", "text")
      const { Deleted = [], Errors } = await context.s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "there" }, { Key: "not there" }] } })
      )
      assert.deepEqual(Deleted.map(({ Key }) => Key).sort(), ["not there", "there"])
      assert.equal(Errors, undefined)
    }
  },
  {
    title: "If-None-Match lets only the first put of a key through",
    link: guide("conditional-writes"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      await put(context, Bucket, "k", "first", { IfNoneMatch: "*" })
      await refuses(put(context, Bucket, "k", "second", { IfNoneMatch: "*" }), "PreconditionFailed")
      assert.equal(await textOf(context, Bucket, "k"), "first")
    }
  },
  {
    title: "A body that its checksum does not fit is refused",
    link: guide("checking-object-integrity"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      const wrong = { ChecksumCRC32: "AAAAAA==" }
      await refuses(
        put(context, Bucket, "k", "text", wrong),
        "BadDigest",
        "XAmzContentChecksumMismatch",
        "InvalidRequest"
      )
      await refuses(textOf(context, Bucket, "k"), "NoSuchKey")
    }
  },
  {
    title: "A range gives a part of an object",
    link: reference("GetObject"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      await put(context, Bucket, "k", "0123456789")
      const part = await context.s3.send(new GetObjectCommand({ Bucket, Key: "k", Range: "bytes=2-4" }))
      assert.equal(await part.Body?.transformToString(), "234")
      assert.equal(part.ContentRange, "bytes 2-4/10")
    }
  },
  {
    title: "A bucket policy that is no policy is refused",
    link: reference("PutBucketPolicy"),
    run: async (context) => {
      const Bucket = await createBucket(context)
      await refuses(context.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: "{}" })), "MalformedPolicy")
    }
  }
])
