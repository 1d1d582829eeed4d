/** The buckets of an account: creating, putting, finding, deleting. */
import { createHash, randomUUID } from "node:crypto"
import type { Bucket, StoredObject } from "./model.ts"
import { noSuchBucket, noSuchKey, S3Error } from "./S3Error.ts"

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** The version id of objects in a bucket without versioning. */
const nullVersion = "null"

/** What a put brings along. */
export type ObjectToPut = Pick<StoredObject, "key" | "body" | "contentType" | "metadata" | "headers">

/** The buckets of an account. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>()
  readonly #now: () => number
  readonly #onPut: (bucket: string, object: StoredObject) => void

  /**
   * @param now epoch milliseconds
   * @param onPut told of each object as it is put
   */
  constructor(now: () => number, onPut: (bucket: string, object: StoredObject) => void) {
    this.#now = now
    this.#onPut = onPut
  }

  /** Every bucket, by name. */
  all(): ReadonlyArray<Bucket> {
    return [...this.#buckets.values()].sort((left, right) => (left.name < right.name ? -1 : 1))
  }

  /** A bucket, or `undefined`. */
  find(name: string): Bucket | undefined {
    return this.#buckets.get(name)
  }

  /** A bucket. Throws `NoSuchBucket`. */
  get(name: string): Bucket {
    const bucket = this.#buckets.get(name)
    if (!bucket) throw noSuchBucket(name)
    return bucket
  }

  /** Creates a bucket. Throws `InvalidBucketName`, `BucketAlreadyOwnedByYou`. */
  create(name: string): Bucket {
    if (!bucketName.test(name))
      throw new S3Error("InvalidBucketName", "The specified bucket is not valid.", { BucketName: name })
    if (this.#buckets.has(name))
      throw new S3Error(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        { BucketName: name }
      )
    const bucket: Bucket = {
      name,
      createdAt: this.#now(),
      versioning: undefined,
      policy: undefined,
      settings: {},
      versions: new Map()
    }
    this.#buckets.set(name, bucket)
    return bucket
  }

  /** Deletes an empty bucket. Throws `NoSuchBucket`, `BucketNotEmpty`. */
  delete(name: string): void {
    if (this.get(name).versions.size > 0)
      throw new S3Error("BucketNotEmpty", "The bucket you tried to delete is not empty", { BucketName: name })
    this.#buckets.delete(name)
  }

  /** Puts an object: a new version where the bucket keeps versions, else in place of the one before. */
  put(bucket: Bucket, object: ObjectToPut): StoredObject {
    if (Buffer.byteLength(object.key) > 1024) throw new S3Error("KeyTooLongError", "Your key is too long")
    const stored = this.#add(bucket, {
      ...object,
      etag: `"${createHash("md5").update(object.body).digest("hex")}"`,
      deleteMarker: false
    })
    this.#onPut(bucket.name, stored)
    return stored
  }

  #add(bucket: Bucket, object: Omit<StoredObject, "versionId" | "lastModified">): StoredObject {
    const versionId = bucket.versioning === "Enabled" ? randomUUID().replaceAll("-", "") : nullVersion
    const stored = { ...object, versionId, lastModified: this.#now() }
    const before = bucket.versions.get(object.key) ?? []
    // Only the null version is ever replaced: the other ids are unique.
    bucket.versions.set(object.key, [...before.filter((version) => version.versionId !== versionId), stored])
    return stored
  }

  /** Whether a bucket has any version of this key. */
  has(name: string, key: string): boolean {
    return this.#buckets.get(name)?.versions.has(key) === true
  }

  /** An object's latest version, or the one asked for. Throws `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`. */
  object(bucket: Bucket, key: string, versionId?: string): StoredObject {
    const versions = bucket.versions.get(key) ?? []
    if (versionId === undefined) {
      const latest = versions.at(-1)
      if (!latest || latest.deleteMarker) throw noSuchKey(key)
      return latest
    }
    const version = versions.find((each) => each.versionId === versionId)
    if (!version)
      throw new S3Error("NoSuchVersion", "The specified version does not exist.", { Key: key, VersionId: versionId })
    if (version.deleteMarker)
      throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.")
    return version
  }

  /**
   * Deletes a version for good, or, without a version id, the key: by a delete marker where the bucket has versioning.
   * What is not there is no error. Answers the marker, or the version that went.
   */
  remove(bucket: Bucket, key: string, versionId?: string): StoredObject | undefined {
    const versions = bucket.versions.get(key) ?? []
    if (versionId === undefined && bucket.versioning !== undefined)
      return this.#add(bucket, {
        key,
        body: Buffer.alloc(0),
        contentType: "",
        metadata: {},
        headers: {},
        etag: "",
        deleteMarker: true
      })
    const removed = versions.find((each) => each.versionId === (versionId ?? nullVersion))
    const rest = versions.filter((each) => each !== removed)
    if (rest.length > 0) bucket.versions.set(key, rest)
    else bucket.versions.delete(key)
    return removed
  }

  /** The latest versions that are no delete markers, sorted by key in UTF-8 order. */
  latest(bucket: Bucket): ReadonlyArray<StoredObject> {
    const latest: Array<StoredObject> = []
    for (const versions of bucket.versions.values()) {
      const last = versions.at(-1)
      if (last && !last.deleteMarker) latest.push(last)
    }
    return latest.sort((left, right) => Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)))
  }
}
