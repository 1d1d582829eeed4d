/**
 * What each S3 operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
import type { RequiredPermission, ServiceRequest } from "../EmbeddedService.ts"
import type { Buckets } from "./Buckets.ts"
import { readRequest, type S3Request } from "./request.ts"

/** Operations whose action is not named like them. */
const actions: Readonly<Record<string, string>> = {
  HeadObject: "GetObject",
  HeadBucket: "ListBucket",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  ListBuckets: "ListAllMyBuckets",
  DeleteObjects: "DeleteObject"
}

/** The permissions that a request needs: on the object for an operation on one, else on the bucket. */
export const authorizationsOf = (buckets: Buckets, request: ServiceRequest): ReadonlyArray<RequiredPermission> => {
  const { operation, bucket, key } = readRequest(request)
  if (operation.startsWith("Unsupported")) return []
  const versioned = request.url.searchParams.has("versionId") && /^(Get|Head|Delete)Object$/.test(operation)
  const action = `s3:${actions[operation] ?? operation}${versioned ? "Version" : ""}`
  if (bucket === "") return [{ action, resource: "*" }]
  const resourcePolicy = buckets.find(bucket)?.policy?.document
  const needed = resourcesOf({ operation, bucket, key }, request).map((resource) => ({
    action,
    resource,
    resourcePolicy
  }))
  // Whether there is such a key is told to those only who may list: others are denied.
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
  return /^(Get|Head)Object$/.test(operation) && !buckets.has(bucket, key)
    ? [...needed, { action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}`, resourcePolicy }]
    : needed
}

const resourcesOf = ({ operation, bucket, key }: S3Request, request: ServiceRequest): ReadonlyArray<string> => {
  const arn = `arn:aws:s3:::${bucket}`
  if (operation === "DeleteObjects") return deletedKeys(request.body).map(({ key }) => `${arn}/${key}`)
  return [key === "" ? arn : `${arn}/${key}`]
}

const unescapeXml = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll(/&#(x?)([0-9a-fA-F]+);/g, (_all, hexadecimal: string, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, hexadecimal === "" ? 10 : 16))
    )
    .replaceAll("&amp;", "&")

/** The objects that a DeleteObjects request names. */
export const deletedKeys = (
  body: Buffer
): ReadonlyArray<{ readonly key: string; readonly versionId: string | undefined }> =>
  [...body.toString("utf8").matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object = ""]) => ({
    key: unescapeXml(/<Key>(.*?)<\/Key>/s.exec(object)?.[1] ?? ""),
    versionId: /<VersionId>(.*?)<\/VersionId>/s.exec(object)?.[1]
  }))
