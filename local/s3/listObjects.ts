/** ListObjectsV2. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
import type { XmlContent } from "../xml.ts"
import type { StoredObject } from "./model.ts"
import { S3Error } from "./S3Error.ts"

const page = 1000

/** Times are whole seconds in S3, written with the digits of milliseconds all the same. */
export const isoTime = (milliseconds: number): string => new Date(Math.floor(milliseconds / 1000) * 1000).toISOString()

const encodeToken = (name: string) => Buffer.from(name).toString("base64url")

/** One page of a bucket's objects, which come sorted; keys below a delimiter are rolled up into common prefixes. */
export const listObjects = (
  bucket: string,
  objects: ReadonlyArray<StoredObject>,
  parameters: URLSearchParams
): XmlContent => {
  const prefix = parameters.get("prefix") ?? ""
  const delimiter = parameters.get("delimiter") ?? ""
  const requested = Number(parameters.get("max-keys") ?? page)
  if (!Number.isInteger(requested) || requested < 0)
    throw new S3Error("InvalidArgument", "Provided max-keys not an integer or within integer range")
  const maximum = Math.min(requested, page)
  const token = parameters.get("continuation-token") ?? undefined
  const after = token === undefined ? (parameters.get("start-after") ?? "") : Buffer.from(token, "base64url").toString()
  const encode = parameters.get("encoding-type") === "url" ? encodeURIComponent : (text: string) => text

  const contents: Array<XmlContent> = []
  const prefixes: Array<string> = []
  let last = ""
  let truncated = false
  for (const object of objects) {
    if (!object.key.startsWith(prefix)) continue
    const cut = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length)
    const name = cut < 0 ? object.key : object.key.slice(0, cut + delimiter.length)
    if (name === prefixes.at(-1) || Buffer.compare(Buffer.from(name), Buffer.from(after)) <= 0) continue
    if (contents.length + prefixes.length >= maximum) {
      truncated = maximum > 0
      break
    }
    last = name
    if (cut < 0)
      contents.push({
        Key: encode(object.key),
        LastModified: isoTime(object.lastModified),
        ETag: object.etag,
        Size: object.body.length,
        StorageClass: "STANDARD"
      })
    else prefixes.push(name)
  }
  return {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    MaxKeys: maximum,
    EncodingType: parameters.get("encoding-type") ?? undefined,
    KeyCount: contents.length + prefixes.length,
    IsTruncated: truncated,
    ContinuationToken: token,
    NextContinuationToken: truncated ? encodeToken(last) : undefined,
    StartAfter: parameters.get("start-after") ?? undefined,
    Contents: contents,
    CommonPrefixes: prefixes.map((each) => ({ Prefix: encode(each) }))
  }
}
