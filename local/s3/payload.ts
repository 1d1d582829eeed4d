/**
 * The body of a PutObject as SDK clients send it: plain, or in signed or unsigned chunks with a checksum in the trailer.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
import { createHash } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"
import { crc32 } from "node:zlib"
import { S3Error } from "./S3Error.ts"

const header = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === "string" ? value : undefined
}

const incomplete = () =>
  new S3Error("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")

/** Takes an `aws-chunked` body apart: its content, and the headers in its trailer. */
const unchunk = (body: Buffer): { readonly content: Buffer; readonly trailer: Readonly<Record<string, string>> } => {
  const chunks: Array<Buffer> = []
  let at = 0
  for (;;) {
    const end = body.indexOf("\r\n", at)
    if (end < 0) throw incomplete()
    const size = Number.parseInt(body.toString("latin1", at, end), 16)
    if (Number.isNaN(size)) throw incomplete()
    at = end + 2
    if (size === 0) break
    if (at + size > body.length) throw incomplete()
    chunks.push(body.subarray(at, at + size))
    at += size + 2
  }
  const lines = body
    .toString("latin1", at)
    .split("\r\n")
    .filter((line) => line.includes(":"))
  const trailer = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).trim().toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim()
    ])
  )
  return { content: Buffer.concat(chunks), trailer }
}

const crc32Of = (content: Buffer): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(content))
  return bytes.toString("base64")
}

/** The checksums that are checked; the others (crc32c, crc64nvme) are kept as they came. */
const checksums: Readonly<Record<string, (content: Buffer) => string>> = {
  "x-amz-checksum-crc32": crc32Of,
  "x-amz-checksum-sha1": (content) => createHash("sha1").update(content).digest("base64"),
  "x-amz-checksum-sha256": (content) => createHash("sha256").update(content).digest("base64")
}

/** An object's content and the checksums that came with it. */
export interface Payload {
  readonly content: Buffer
  /** By header name, e.g. `x-amz-checksum-crc32`. */
  readonly checksums: Readonly<Record<string, string>>
}

/** Reads and checks a body. Throws `BadDigest`, `InvalidDigest`, `IncompleteBody`. */
export const readPayload = (headers: IncomingHttpHeaders, body: Buffer): Payload => {
  const chunked = header(headers, "x-amz-content-sha256")?.startsWith("STREAMING-") === true
  const { content, trailer } = chunked ? unchunk(body) : { content: body, trailer: {} }
  const decodedLength = header(headers, "x-amz-decoded-content-length")
  if (decodedLength !== undefined && Number(decodedLength) !== content.length) throw incomplete()
  const md5 = header(headers, "content-md5")
  if (md5 !== undefined && md5 !== createHash("md5").update(content).digest("base64"))
    throw new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.")
  const sent = Object.entries({ ...headers, ...trailer }).filter(
    (entry): entry is [string, string] => /^x-amz-checksum-(crc|sha)/.test(entry[0]) && typeof entry[1] === "string"
  )
  for (const [name, value] of sent) {
    const compute = checksums[name]
    if (compute && compute(content) !== value)
      throw new S3Error(
        "BadDigest",
        `The ${name.slice("x-amz-checksum-".length).toUpperCase()} you specified did not match the calculated checksum.`
      )
  }
  return { content, checksums: Object.fromEntries(sent) }
}
