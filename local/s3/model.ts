/** Buckets and the versions of objects in them. */
import type { PolicyDocument } from "../EmbeddedService.ts"

/** One version of an object. */
export interface StoredObject {
  readonly key: string
  /** `null` in a bucket without versioning. */
  readonly versionId: string
  readonly body: Buffer
  readonly contentType: string
  /** User metadata, names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  /** Other headers that come back as they were put: Cache-Control, Content-Encoding … and checksums. */
  readonly headers: Readonly<Record<string, string>>
  /** With its quotes. */
  readonly etag: string
  /** Epoch milliseconds. */
  readonly lastModified: number
  /** Stands for the deletion of the key. */
  readonly deleteMarker: boolean
}

/** Configurations of a bucket that are kept as they were given. */
export interface BucketSettings {
  lifecycle?: unknown
  encryption?: unknown
  publicAccessBlock?: unknown
  ownership?: unknown
}

/** A bucket. */
export interface Bucket {
  readonly name: string
  readonly createdAt: number
  versioning: "Enabled" | "Suspended" | undefined
  /** The policy as text, and parsed. */
  policy: { readonly text: string; readonly document: PolicyDocument } | undefined
  readonly settings: BucketSettings
  /** Versions by key, the oldest first. */
  readonly versions: Map<string, Array<StoredObject>>
}
