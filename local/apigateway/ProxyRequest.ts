/** A request as it reached an API, before it is routed. */
import { randomBytes } from "node:crypto"
import type { IncomingMessage } from "node:http"

/** A request, with what API Gateway adds. */
export interface ProxyRequest {
  /** e.g. `JKJaXmPLvHcESHA=`. */
  readonly requestId: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
  readonly method: string
  /** As sent, still percent-encoded. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly protocol: string
  readonly sourceIp: string
  /** Lower-case names; values of one name joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** API Gateway's limit of a request's body, in bytes. */
export const bodyLimitBytes = 10 * 1024 * 1024

/** Reads a body; `undefined` when it is over the limit. What comes after the limit is read and forgotten. */
const readBody = async (message: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size <= bodyLimitBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  return size > bodyLimitBytes ? undefined : Buffer.concat(chunks)
}

const headersOf = (message: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    // Cookies that were sent in several headers are one list, which a semicolon separates.
    if (values !== undefined) headers[name] = values.join(name === "cookie" ? "; " : ",")
  }
  return headers
}

/** Reads a request to its end. Its body is `undefined` when it is over the limit. Rejects when the client goes away. */
export const readRequest = async (
  message: IncomingMessage,
  receivedAt: number
): Promise<Omit<ProxyRequest, "body"> & { readonly body: Buffer | undefined }> => {
  const target = message.url ?? "/"
  const relative = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?]*/i, "")
  const mark = relative.indexOf("?")
  const path = mark < 0 ? relative : relative.slice(0, mark)
  return {
    requestId: randomBytes(11).toString("base64url").concat("="),
    receivedAt,
    method: message.method ?? "GET",
    path: path === "" ? "/" : path,
    query: mark < 0 ? "" : relative.slice(mark + 1),
    protocol: `HTTP/${message.httpVersion}`,
    sourceIp: message.socket.remoteAddress ?? "127.0.0.1",
    headers: headersOf(message),
    body: await readBody(message)
  }
}
