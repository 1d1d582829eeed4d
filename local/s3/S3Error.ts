/** A refusal of S3: its error code, status and AWS's own wording. */

const statuses: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchVersion: 404,
  NoSuchBucketPolicy: 404,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  PreconditionFailed: 412,
  MethodNotAllowed: 405,
  InvalidRange: 416,
  NotImplemented: 501
}

/** Thrown by every operation that S3 refuses. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class S3Error extends Error {
  readonly code: string
  /** The bucket, key or header at fault, by the element's name in the error. */
  readonly detail: Readonly<Record<string, string>>
  constructor(code: string, message: string, detail: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.detail = detail
  }
  /** HTTP status that AWS gives this error. */
  get status(): number {
    return statuses[this.code] ?? 400
  }
}

/** `NoSuchBucket`. */
export const noSuchBucket = (bucket: string): S3Error =>
  new S3Error("NoSuchBucket", "The specified bucket does not exist", { BucketName: bucket })

/** `NoSuchKey`. */
export const noSuchKey = (key: string): S3Error =>
  new S3Error("NoSuchKey", "The specified key does not exist.", { Key: key })
