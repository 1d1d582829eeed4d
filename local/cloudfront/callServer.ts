/** Sends a request on to a web server on loopback, as a distribution does with a custom origin. */
import { request as httpRequest } from "node:http"
import type { Origin } from "./Distribution.ts"
import { type Answer, ownAnswer, type ViewerRequest } from "./Exchange.ts"

/** Headers of one connection, which do not go on to the next. */
const ofConnection: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"],
  ...["transfer-encoding", "upgrade", "host", "content-length", "expect"]
])

const passedOn = <Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name)))

/** The server's answer; 502 when it cannot be reached, 504 when it takes too long. */
export const callServer = (
  origin: Extract<Origin, { readonly kind: "http" }>,
  viewer: ViewerRequest,
  forwardsViewer: boolean
): Promise<Answer> =>
  new Promise((resolve) => {
    const target = new URL(`http://${origin.host}`)
    const own = { "user-agent": "Amazon CloudFront", "content-length": String(viewer.body.length) }
    const outgoing = httpRequest(
      {
        host: target.hostname,
        port: target.port,
        method: viewer.method,
        // As sent: the server decodes it, not we.
        path: `${origin.path}${viewer.path}${forwardsViewer && viewer.query !== "" ? `?${viewer.query}` : ""}`,
        headers: {
          ...own,
          ...(forwardsViewer ? passedOn(viewer.headers) : {}),
          "x-forwarded-for": [viewer.headers["x-forwarded-for"], viewer.sourceIp].filter(Boolean).join(", "),
          via: "1.1 embedded (CloudFront)"
        },
        timeout: origin.readTimeoutMilliseconds
      },
      (incoming) => {
        const chunks: Array<Buffer> = []
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
        incoming.on("error", () => resolve(unreachable))
        incoming.on("end", () => {
          const headers: Record<string, string | ReadonlyArray<string>> = {}
          for (const [name, value] of Object.entries(passedOn(incoming.headers)))
            if (value !== undefined) headers[name] = value
          resolve({ status: incoming.statusCode ?? 502, headers, body: Buffer.concat(chunks) })
        })
      }
    )
    outgoing.on("timeout", () => {
      resolve(ownAnswer(504, "The origin did not answer in time."))
      outgoing.destroy()
    })
    outgoing.on("error", () => resolve(unreachable))
    outgoing.end(viewer.body)
  })

const unreachable = ownAnswer(502, "CloudFront wasn't able to connect to the origin.")
