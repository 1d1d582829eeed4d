/** The operations on objects. */
import type { ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"
import { xmlDocument } from "../xml.ts"
import { type Operation, xmlAnswer } from "./answer.ts"
import { deletedKeys } from "./authorizations.ts"
import type { StoredObject } from "./model.ts"
import { readPayload } from "./payload.ts"
import { S3Error } from "./S3Error.ts"

/** Headers that come back with the object as they were put. */
const kept = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"]

const text = (value: string | ReadonlyArray<string> | undefined): string | undefined =>
  typeof value === "string" ? value : undefined

const keptHeaders = (request: ServiceRequest): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const name of kept) {
    const value = text(request.headers[name])
    if (value === undefined) continue
    // `aws-chunked` is how the body travelled, not what the object is.
    const own = name === "content-encoding" ? value.replace(/(^|,\s*)aws-chunked/, "").replace(/^,\s*/, "") : value
    if (own !== "") headers[name] = own
  }
  return headers
}

const metadataOf = (request: ServiceRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(
      ([name, value]): ReadonlyArray<[string, string]> =>
        name.startsWith("x-amz-meta-") && typeof value === "string" ? [[name.slice("x-amz-meta-".length), value]] : []
    )
  )

const versionHeader = (object: StoredObject): Record<string, string> =>
  object.versionId === "null" ? {} : { "x-amz-version-id": object.versionId }

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, with its conditional writes. */
export const putObject: Operation = (buckets, { bucket: name, key }, request) => {
  const bucket = buckets.get(name)
  if (request.headers["x-amz-copy-source"] !== undefined)
    throw new S3Error("NotImplemented", "The embedded AWS does not support CopyObject.")
  const latest = bucket.versions.get(key)?.at(-1)
  const current = latest?.deleteMarker === false ? latest : undefined
  const ifMatch = text(request.headers["if-match"])
  if ((request.headers["if-none-match"] === "*" && current) || (ifMatch !== undefined && ifMatch !== current?.etag))
    throw new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
  const { content, checksums } = readPayload(request.headers, request.body)
  const object = buckets.put(bucket, {
    key,
    body: content,
    contentType: request.headers["content-type"] ?? "binary/octet-stream",
    metadata: metadataOf(request),
    headers: { ...keptHeaders(request), ...checksums }
  })
  return { status: 200, headers: { etag: object.etag, ...versionHeader(object), ...checksums }, body: "" }
}

/** `bytes=0-9`, `bytes=5-`, `bytes=-3`; a whole object for anything else. */
const rangeOf = (
  header: string | undefined,
  length: number
): { readonly from: number; readonly to: number } | undefined => {
  const [, first = "", second = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? []
  if (first === "" && second === "") return undefined
  const from = first === "" ? Math.max(0, length - Number(second)) : Number(first)
  const to = first === "" || second === "" ? length - 1 : Math.min(Number(second), length - 1)
  if (from >= length || to < from) throw new S3Error("InvalidRange", "The requested range is not satisfiable")
  return { from, to }
}

/** GetObject and HeadObject. */
export const getObject: Operation = (buckets, { bucket, key }, request): ServiceResponse => {
  const object = buckets.object(buckets.get(bucket), key, request.url.searchParams.get("versionId") ?? undefined)
  const range = rangeOf(text(request.headers["range"]), object.body.length)
  const body = range ? object.body.subarray(range.from, range.to + 1) : object.body
  const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])
  return {
    status: range ? 206 : 200,
    headers: {
      ...(range ? withoutChecksums(object.headers) : object.headers),
      ...Object.fromEntries(metadata),
      ...versionHeader(object),
      ...(range ? { "content-range": `bytes ${range.from}-${range.to}/${object.body.length}` } : {}),
      "accept-ranges": "bytes",
      "content-type": object.contentType,
      "content-length": `${body.length}`,
      etag: object.etag,
      "last-modified": new Date(object.lastModified).toUTCString(),
      "x-amz-server-side-encryption": "AES256"
    },
    body: request.method === "HEAD" ? "" : body
  }
}

/** A part of an object does not have the checksum of the whole. */
const withoutChecksums = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("x-amz-checksum-")))

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: Operation = (buckets, { bucket, key }, request) => {
  const removed = buckets.remove(buckets.get(bucket), key, request.url.searchParams.get("versionId") ?? undefined)
  return {
    status: 204,
    headers: removed
      ? { ...versionHeader(removed), ...(removed.deleteMarker ? { "x-amz-delete-marker": "true" } : {}) }
      : {},
    body: ""
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: Operation = (buckets, { bucket: name }, request) => {
  const bucket = buckets.get(name)
  const quiet = /<Quiet>true<\/Quiet>/.test(request.body.toString("utf8"))
  const deleted = deletedKeys(request.body).map(({ key, versionId }) => {
    buckets.remove(bucket, key, versionId)
    return { Key: key, VersionId: versionId }
  })
  return xmlAnswer(xmlDocument("DeleteResult", { Deleted: quiet ? [] : deleted }))
}
