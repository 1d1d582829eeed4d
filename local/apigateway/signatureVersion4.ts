/**
 * Verifies signatures of version 4 in the `Authorization` header of a request to an HTTP API.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { Credentials } from "../iam/Iam.ts"
import type { ProxyRequest } from "./ProxyRequest.ts"

/** Whose keys an access key id belongs to; `undefined` for one that was never handed out. */
export type CredentialsOf = (accessKeyId: string) => Credentials | undefined

/** How far a request's time may be from ours, in milliseconds. */
const tolerance = 5 * 60 * 1000

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex")

const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest()

/** RFC 3986: all but the unreserved characters. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

/** Every service but S3 signs the path encoded once more, without empty and dot segments. */
const canonicalPath = (path: string): string => {
  const segments: Array<string> = []
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop()
    else if (segment !== "" && segment !== ".") segments.push(encoded(segment))
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`
}

/** What is not properly encoded is signed as it is; no client that encodes signs so. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const canonicalQuery = (query: string): string =>
  query
    .split("&")
    .filter((each) => each !== "")
    .map((each) => {
      const [name = "", ...value] = each.split("=")
      return [encoded(decoded(name)), encoded(decoded(value.join("=")))] as const
    })
    .sort(([a, b], [c, d]) => (a === c ? (b < d ? -1 : 1) : a < c ? -1 : 1))
    .map((pair) => pair.join("="))
    .join("&")

interface Signature {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: ReadonlyArray<string>
  readonly signature: string
}

const parse = (header: string | undefined): Signature | undefined => {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      header ?? ""
    )
  if (found === null) return undefined
  const [, accessKeyId = "", date = "", region = "", service = "", headers = "", signature = ""] = found
  return { accessKeyId, date, region, service, signedHeaders: headers.split(";"), signature }
}

/** `20250503T120000Z` in epoch milliseconds; NaN for anything else. */
const instant = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"))

const stringToSign = (request: ProxyRequest, signature: Signature, at: string, scope: string): string => {
  const headers = signature.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? "").trim().replace(/\s+/g, " ")}\n`
  )
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers.join(""),
    signature.signedHeaders.join(";"),
    // Of the body as it came, whatever a header says of it.
    sha256(request.body)
  ].join("\n")
  return ["AWS4-HMAC-SHA256", at, scope, sha256(canonical)].join("\n")
}

/**
 * The access key id that has signed a request; `undefined` when it is not signed, or not so that it can be believed.
 *
 * @param now epoch milliseconds
 */
export const signerOf = (
  request: ProxyRequest,
  options: { readonly region: string; readonly credentialsOf: CredentialsOf; readonly now: number }
): string | undefined => {
  const signature = parse(request.headers["authorization"])
  const credentials = signature === undefined ? undefined : options.credentialsOf(signature.accessKeyId)
  if (signature === undefined || credentials === undefined) return undefined
  const { date, region, service, signedHeaders } = signature
  const at = request.headers["x-amz-date"] ?? ""
  const inTime = Math.abs(instant(at) - options.now) <= tolerance
  if (!inTime || !at.startsWith(date) || region !== options.region || service !== "execute-api") return undefined
  if (!signedHeaders.includes("host") || !signedHeaders.includes("x-amz-date")) return undefined
  if (credentials.sessionToken !== request.headers["x-amz-security-token"]) return undefined
  const scope = `${date}/${region}/${service}/aws4_request`
  const key = [date, region, service, "aws4_request"].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`)
  )
  const expected = hmac(key, stringToSign(request, signature, at, scope))
  return timingSafeEqual(expected, Buffer.from(signature.signature, "hex")) ? signature.accessKeyId : undefined
}
