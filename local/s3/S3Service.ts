/** S3 inside the process: versioned objects in memory, path-style. */
import type { Account } from "../Account.ts"
import { type Clock, type EmbeddedService, systemClock } from "../EmbeddedService.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"
import { errorAnswer, type Operation } from "./answer.ts"
import { authorizationsOf } from "./authorizations.ts"
import { Buckets } from "./Buckets.ts"
import { bucketOperations } from "./bucketOperations.ts"
import type { StoredObject } from "./model.ts"
import { deleteObject, deleteObjects, getObject, putObject } from "./objectOperations.ts"
import { readRequest } from "./request.ts"
import { s3Resources } from "./resources.ts"
import { S3Error } from "./S3Error.ts"

/** S3 inside the process. */
export interface S3Service extends EmbeddedService {
  readonly resources: ResourceProviders
  /** The latest version of every object in a bucket, sorted by key. Throws `S3Error` `NoSuchBucket`. */
  readonly objects: (bucket: string) => ReadonlyArray<StoredObject>
  /** Names of the buckets, sorted. */
  readonly buckets: () => ReadonlyArray<string>
  /** Tells of each object as it is put; the answer ends that. */
  readonly onPut: (listener: (bucket: string, object: StoredObject) => void) => () => void
  readonly close: () => void
}

/** What S3 is made of. */
export interface S3Options {
  readonly account: Account
  /** Says when an object was last modified. @default the machine's clock */
  readonly clock?: Pick<Clock, "now">
}

/** Starts an S3 without buckets. */
export const createS3 = ({ account, clock = systemClock }: S3Options): S3Service => {
  const listeners = new Set<(bucket: string, object: StoredObject) => void>()
  const buckets = new Buckets(clock.now, (bucket, object) => {
    for (const listener of listeners) listener(bucket, object)
  })
  const operations: ReadonlyMap<string, Operation> = new Map([
    ...bucketOperations(account),
    ["PutObject", putObject],
    ["GetObject", getObject],
    ["HeadObject", getObject],
    ["DeleteObject", deleteObject],
    ["DeleteObjects", deleteObjects]
  ])
  return {
    signingName: "s3",
    authorizations: (request) => authorizationsOf(buckets, request),
    handle: async (request) => {
      const target = readRequest(request)
      try {
        const operation = operations.get(target.operation)
        if (!operation)
          throw new S3Error(
            "NotImplemented",
            `The embedded AWS does not support ${request.method} ${target.operation} on S3.`
          )
        return operation(buckets, target, request)
      } catch (error) {
        if (error instanceof S3Error) return errorAnswer(request, error)
        throw error
      }
    },
    error: (request, status, code, message) => errorAnswer(request, { status, code, message }),
    resources: s3Resources(account, buckets),
    objects: (bucket) => buckets.latest(buckets.get(bucket)),
    buckets: () => buckets.all().map(({ name }) => name),
    onPut: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {}
  }
}
