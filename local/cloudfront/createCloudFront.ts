/** CloudFront inside the process: each distribution is served over HTTP on a port of 127.0.0.1. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { Account } from "../Account.ts"
import { readRequest } from "../apigateway/ProxyRequest.ts"
import { type Listening, listen, onPreferredPort } from "../listen.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"
import { cloudFrontResources } from "./cloudFrontResources.ts"
import type { Distribution } from "./Distribution.ts"
import { type Answer, ownAnswer } from "./Exchange.ts"
import type { BucketHost } from "./readBucket.ts"
import { serveDistribution } from "./serveDistribution.ts"

/** What CloudFront is made of. */
export interface CloudFrontOptions extends BucketHost {
  readonly account: Account
  /** Preferred port of the first distribution; a free one when it is taken. @default a free port */
  readonly port?: number | undefined
}

/** CloudFront inside the process. */
export interface CloudFrontService {
  readonly resources: ResourceProviders
  /** Stops listening and closes every connection. */
  readonly close: () => Promise<void>
}

const send = (incoming: IncomingMessage, outgoing: ServerResponse, { status, headers, body }: Answer): void => {
  if (outgoing.destroyed) return
  outgoing.statusCode = status
  for (const [name, value] of Object.entries(headers))
    if (name !== "content-length") outgoing.setHeader(name, typeof value === "string" ? value : [...value])
  const isWithoutBody = incoming.method === "HEAD" || status === 204 || status === 304
  if (!isWithoutBody) outgoing.setHeader("content-length", body.length)
  else if (incoming.method === "HEAD" && headers["content-length"] !== undefined)
    outgoing.setHeader("content-length", String(headers["content-length"]))
  outgoing.end(isWithoutBody ? undefined : body)
}

/** Starts CloudFront without distributions; nothing listens before there is one. */
export const createCloudFront = (options: CloudFrontOptions): CloudFrontService => {
  const listening: Array<Listening> = []

  const serve = async (distribution: Distribution): Promise<string> => {
    const answer = serveDistribution(options, distribution)
    const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
      const { body, ...request } = await readRequest(incoming, Date.now())
      const tooLarge = ownAnswer(413, "The request is larger than CloudFront takes.")
      send(incoming, outgoing, body === undefined ? tooLarge : await answer({ ...request, body }))
    }
    const start = (port: number): Promise<Listening> => {
      const server = createServer((incoming, outgoing) => {
        // Only a client that has gone away gets here.
        handle(incoming, outgoing).catch(() => outgoing.destroy())
      })
      return listen(server, port)
    }
    const started = await onPreferredPort(listening.length === 0 ? options.port : undefined, start)
    listening.push(started)
    return started.url
  }

  return {
    resources: cloudFrontResources({ account: options.account, serve }),
    close: async () => {
      await Promise.all(listening.map((each) => each.close()))
    }
  }
}
