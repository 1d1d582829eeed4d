/** The operations on buckets. */
import type { Account } from "../Account.ts"
import type { PolicyDocument } from "../EmbeddedService.ts"
import { parsePolicyDocument } from "../iam/policyDocument.ts"
import { xmlDocument } from "../xml.ts"
import { namespace, type Operation, xmlAnswer } from "./answer.ts"
import { isoTime, listObjects } from "./listObjects.ts"
import type { Bucket } from "./model.ts"
import { isPublicPolicy } from "./publicPolicy.ts"
import { S3Error } from "./S3Error.ts"

const parsed = (text: string): PolicyDocument => {
  try {
    return parsePolicyDocument(text)
  } catch (error) {
    throw new S3Error("MalformedPolicy", error instanceof Error ? error.message : String(error))
  }
}

/** Sets a bucket's policy. Throws `MalformedPolicy`, and `AccessDenied` for a public one where those are blocked. */
export const setPolicy = (bucket: Bucket, text: string): void => {
  const document = parsed(text)
  if (Object(bucket.settings.publicAccessBlock).blockPublicPolicy === true && isPublicPolicy(document))
    throw new S3Error(
      "AccessDenied",
      "User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
    )
  bucket.policy = { text, document }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html, in one page. */
const listObjectVersions: Operation = (buckets, { bucket: name }, request) => {
  const prefix = request.url.searchParams.get("prefix") ?? ""
  const found = [...buckets.get(name).versions.values()]
    .flatMap((versions) => versions.toReversed().map((version, index) => ({ ...version, latest: index === 0 })))
    .filter((version) => version.key.startsWith(prefix))
  const write = (version: (typeof found)[number]) => ({
    Key: version.key,
    VersionId: version.versionId,
    IsLatest: version.latest,
    LastModified: isoTime(version.lastModified)
  })
  return xmlAnswer(
    xmlDocument(
      "ListVersionsResult",
      {
        Name: name,
        Prefix: prefix,
        MaxKeys: 1000,
        IsTruncated: false,
        Version: found
          .filter((version) => !version.deleteMarker)
          .map((version) => ({
            ...write(version),
            ETag: version.etag,
            Size: version.body.length,
            StorageClass: "STANDARD"
          })),
        DeleteMarker: found.filter((version) => version.deleteMarker).map(write)
      },
      namespace
    )
  )
}

/** The operations on buckets, by name. */
export const bucketOperations = (account: Account): ReadonlyMap<string, Operation> =>
  new Map<string, Operation>([
    [
      "ListBuckets",
      (buckets) =>
        xmlAnswer(
          xmlDocument(
            "ListAllMyBucketsResult",
            {
              Owner: { ID: account.accountId },
              Buckets: {
                Bucket: buckets.all().map(({ name, createdAt }) => ({ Name: name, CreationDate: isoTime(createdAt) }))
              }
            },
            namespace
          )
        )
    ],
    [
      "CreateBucket",
      (buckets, { bucket }) => {
        buckets.create(bucket)
        return { status: 200, headers: { location: `/${bucket}` }, body: "" }
      }
    ],
    [
      "HeadBucket",
      (buckets, { bucket }) => {
        buckets.get(bucket)
        return { status: 200, headers: { "x-amz-bucket-region": account.region }, body: "" }
      }
    ],
    [
      "DeleteBucket",
      (buckets, { bucket }) => {
        buckets.delete(bucket)
        return { status: 204, body: "" }
      }
    ],
    [
      "GetBucketLocation",
      (buckets, { bucket }) => {
        buckets.get(bucket)
        const location = account.region === "us-east-1" ? "" : account.region
        return xmlAnswer(xmlDocument("LocationConstraint", location, namespace))
      }
    ],
    [
      "ListObjectsV2",
      (buckets, { bucket: name }, request) => {
        const bucket = buckets.get(name)
        return xmlAnswer(
          xmlDocument(
            "ListBucketResult",
            listObjects(name, buckets.latest(bucket), request.url.searchParams),
            namespace
          )
        )
      }
    ],
    ["ListObjectVersions", listObjectVersions],
    [
      "GetBucketVersioning",
      (buckets, { bucket }) =>
        xmlAnswer(xmlDocument("VersioningConfiguration", { Status: buckets.get(bucket).versioning }, namespace))
    ],
    [
      "PutBucketVersioning",
      (buckets, { bucket }, request) => {
        const status = /<Status>(Enabled|Suspended)<\/Status>/.exec(request.body.toString("utf8"))?.[1]
        if (status !== "Enabled" && status !== "Suspended")
          throw new S3Error(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema"
          )
        buckets.get(bucket).versioning = status
        return { status: 200, body: "" }
      }
    ],
    [
      "GetBucketPolicy",
      (buckets, { bucket }) => {
        const policy = buckets.get(bucket).policy
        if (!policy) throw new S3Error("NoSuchBucketPolicy", "The bucket policy does not exist", { BucketName: bucket })
        return { status: 200, headers: { "content-type": "application/json" }, body: policy.text }
      }
    ],
    [
      "PutBucketPolicy",
      (buckets, { bucket }, request) => {
        setPolicy(buckets.get(bucket), request.body.toString("utf8"))
        return { status: 204, body: "" }
      }
    ],
    [
      "DeleteBucketPolicy",
      (buckets, { bucket }) => {
        buckets.get(bucket).policy = undefined
        return { status: 204, body: "" }
      }
    ]
  ])
