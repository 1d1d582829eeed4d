/** Reads a bucket as a distribution does with an origin access control: as CloudFront itself, on its own behalf. */
import type { Principal, ServiceRequest } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import type { S3Service } from "../s3/S3Service.ts"
import type { Distribution, Origin } from "./Distribution.ts"
import { type Answer, ownAnswer, type ViewerRequest } from "./Exchange.ts"

const cloudfront: Principal = { kind: "service", service: "cloudfront.amazonaws.com" }

/** What goes on to S3 of a viewer's headers. */
const forwarded = ["range"]

/** What it is read from, and who decides about it. */
export interface BucketHost {
  readonly iam: Pick<Iam, "decide">
  readonly s3: Pick<S3Service, "authorizations" | "handle" | "error">
}

/**
 * The answer of S3: 404 for what is not there to a distribution that may list the bucket, else 403.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const readBucket = async (
  { iam, s3 }: BucketHost,
  { arn }: Pick<Distribution, "arn">,
  origin: Extract<Origin, { readonly kind: "s3" }>,
  viewer: ViewerRequest
): Promise<Answer> => {
  const request = (path: string): ServiceRequest => ({
    principal: cloudfront,
    method: viewer.method,
    url: new URL(`http://s3/${origin.bucket}${path}`),
    headers: Object.fromEntries(Object.entries(viewer.headers).filter(([name]) => forwarded.includes(name))),
    body: Buffer.alloc(0),
    signal: new AbortController().signal
  })
  const refusal = (asked: ServiceRequest): string | undefined => {
    for (const permission of s3.authorizations(asked)) {
      const context = { "aws:SecureTransport": "true", "aws:SourceArn": arn, ...permission.context }
      const decision = iam.decide(cloudfront, { ...permission, context })
      if (!decision.allowed) return decision.message
    }
    return undefined
  }
  if (!isKey(origin.bucket, `${origin.path}${viewer.path}`)) return ownAnswer(400, "Bad request.")
  const asked = request(`${origin.path}${viewer.path}`)
  const refused = refusal(asked)
  const served = refused === undefined ? await s3.handle(asked) : s3.error(asked, 403, "AccessDenied", "Access Denied")
  const hidden = served.status === 404 && refusal({ ...request("/"), method: "GET" }) !== undefined
  const { status, headers = {}, body } = hidden ? s3.error(asked, 403, "AccessDenied", "Access Denied") : served
  return { status, headers: { ...headers, server: "AmazonS3" }, body: Buffer.from(body) }
}

/** Whether a path is well encoded, and leads nowhere but into its bucket. */
const isKey = (bucket: string, path: string): boolean => {
  try {
    decodeURIComponent(path)
    return new URL(`http://s3/${bucket}${path}`).pathname.startsWith(`/${bucket}/`)
  } catch {
    return false
  }
}
