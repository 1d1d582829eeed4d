/** API Gateway's HTTP APIs inside the process, each served over HTTP on a port of 127.0.0.1. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { Account } from "../Account.ts"
import type { CloudWatch } from "../cloudwatch/CloudWatch.ts"
import { type Clock, systemClock } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import type { LambdaService } from "../lambda/LambdaService.ts"
import { type Listening, listen } from "../listen.ts"
import type { ResourceProviders } from "../pulumi/ResourceProvider.ts"
import type { HttpApi } from "./HttpApi.ts"
import { httpApiResources } from "./httpApiResources.ts"
import { readRequest } from "./ProxyRequest.ts"
import { gatewayResponses, type ProxyResponse } from "./ProxyResponse.ts"
import { type ServeRequest, serveApi } from "./serveApi.ts"

/** What HTTP APIs are made of. */
export interface HttpApiOptions {
  readonly account: Account
  readonly lambda: LambdaService
  readonly iam: Iam
  readonly cloudwatch: CloudWatch
  /** The first API's port; every further API gets a free one. @default a free one */
  readonly port?: number | undefined
  /** Tells the time of requests and refills throttling. @default the machine's clock */
  readonly clock?: Clock
}

/** API Gateway inside the process. */
export interface HttpApiService {
  readonly resources: ResourceProviders
  /** Stops listening and closes every connection. */
  readonly close: () => Promise<void>
}

const send = (outgoing: ServerResponse, response: ProxyResponse): void => {
  if (outgoing.destroyed) return
  outgoing.statusCode = response.status
  for (const [name, value] of Object.entries(response.headers)) {
    // How the body travels is the server's business, whatever the function says.
    if (!["content-length", "transfer-encoding", "connection"].includes(name)) outgoing.setHeader(name, value)
  }
  if (response.cookies.length > 0) outgoing.setHeader("set-cookie", [...response.cookies])
  if (response.status !== 204 && response.status !== 304) outgoing.setHeader("content-length", response.body.length)
  outgoing.end(response.body)
}

/**
 * Starts API Gateway: the port is taken at once, its API comes with the program.
 * Rejects with code `EADDRINUSE` when the port is taken.
 */
export const createHttpApi = async (options: HttpApiOptions): Promise<HttpApiService> => {
  const { account, lambda, iam, cloudwatch, clock = systemClock } = options
  const host = { account, lambda, iam, cloudwatch, now: clock.now }
  const apis = new Map<string, HttpApi>()
  const handlers = new Map<string, ServeRequest>()

  const handlerOf = (apiId: string | undefined): ServeRequest | undefined => {
    const api = apis.get(apiId ?? "")
    if (api === undefined) return undefined
    const handler = handlers.get(api.id) ?? serveApi(host, api)
    handlers.set(api.id, handler)
    return handler
  }

  const answer = async (apiId: string | undefined, incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = await readRequest(incoming, clock.now())
    const handler = handlerOf(apiId)
    send(outgoing, handler === undefined ? gatewayResponses.notFound : await handler(request))
  }

  const start = (apiId: () => string | undefined, port?: number): Promise<Listening> => {
    const server = createServer((incoming, outgoing) => {
      // Only a client that has gone away gets here.
      answer(apiId(), incoming, outgoing).catch(() => outgoing.destroy())
    })
    server.keepAliveTimeout = 75_000
    return listen(server, port)
  }

  let firstApi: string | undefined
  const first = await start(() => firstApi, options.port)
  const listening = [first]

  return {
    resources: httpApiResources({
      account,
      apis,
      serve: async (apiId) => {
        if (firstApi === undefined) {
          firstApi = apiId
          return first.url
        }
        const next = await start(() => apiId)
        listening.push(next)
        return next.url
      }
    }),
    close: async () => {
      await Promise.all(listening.map((each) => each.close()))
    }
  }
}
