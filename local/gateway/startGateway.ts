/**
 * The front door of the embedded AWS: one HTTP server on loopback for every service. It finds the caller and the service
 * from the request's SigV4 credential, has IAM decide about everything that the request needs, and only then lets the
 * service handle it.
 */
import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { EmbeddedService, Principal, ServiceRequest, ServiceResponse } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import { listen } from "../listen.ts"
import { commonErrors, credentialScope, type ErrorCode, serviceOfUnsigned } from "./authentication.ts"
import type { Intercept } from "./Interception.ts"

/** The largest request body, in bytes: above the largest request of any service here (1 MiB of message as base64). */
export const maximumBodyBytes = 6 * 1024 * 1024

/** Longer than any SDK client keeps an idle connection, so that none is closed under a request. */
const keepAliveMilliseconds = 75_000

/** How to start a gateway. */
export interface GatewayOptions {
  /** Who may do what. */
  readonly iam: Pick<Iam, "principalOf" | "decide">
  /** @default a free port */
  readonly port?: number | undefined
  /** Injects faults into requests that are allowed. @default none */
  readonly intercept?: Intercept | undefined
}

/** A running gateway. */
export interface Gateway {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  /** Adds a service; requests that are signed for it reach it from then on. */
  readonly register: (service: EmbeddedService) => void
  /** Stops listening and closes every connection. */
  readonly close: () => Promise<void>
}

/** Stands for nobody in a request that is refused before its caller is known. */
const nobody: Principal = { kind: "service", service: "anonymous" }

/** The body, or `undefined` when it is larger than allowed (the rest of it is then read and dropped). */
const readBody = async (incoming: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size <= maximumBodyBytes) chunks.push(chunk)
  }
  return size <= maximumBodyBytes ? Buffer.concat(chunks) : undefined
}

/** Stands for an answer that never arrives: the connection is reset. */
const reset = Symbol("reset")

const after = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The answer when no service is there that could give it in its own shape. */
const withoutService = ({ status, code }: ErrorCode, message: string): ServiceResponse => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-errortype": code },
  body: JSON.stringify({ __type: code, code, message })
})

/** Starts the gateway; services are registered afterwards, as they need its endpoint. */
export const startGateway = async ({ iam, port, intercept }: GatewayOptions): Promise<Gateway> => {
  const services = new Map<string, EmbeddedService>()

  /** Has the service handle the request, unless something befalls it. */
  const handle = async (
    service: EmbeddedService,
    request: ServiceRequest,
    actions: ReadonlyArray<string>
  ): Promise<ServiceResponse | typeof reset> => {
    const interception = intercept?.(service, request, actions)
    if (interception?.kind === "answer") return interception.response
    if (interception?.kind === "reset") return reset
    if (interception?.kind === "delay") await after(interception.milliseconds)
    const response = await service.handle(request)
    return interception?.kind === "lose" ? reset : response
  }

  const answer = async (request: ServiceRequest, tooLarge: boolean): Promise<ServiceResponse | typeof reset> => {
    const scope = credentialScope(request.headers, request.url)
    const name = scope?.service ?? serviceOfUnsigned(request.headers)
    const service = services.get(name ?? "")
    const refuse = ({ status, code }: ErrorCode, message: string): ServiceResponse =>
      service === undefined ? withoutService({ status, code }, message) : service.error(request, status, code, message)

    const errors = commonErrors(name ?? "")
    if (scope === undefined) return refuse(errors.unsigned, "Request is missing Authentication Token")
    if (service === undefined) {
      const known = [...services.keys()].sort().join(", ")
      return refuse(
        { status: 400, code: "UnknownService" },
        `The embedded AWS has no service "${scope.service}"; it has: ${known}.`
      )
    }
    if (request.principal === nobody)
      return refuse(errors.unknownKey, "The security token included in the request is invalid.")
    if (tooLarge) return refuse(errors.tooLarge, `The request body is larger than ${maximumBodyBytes} bytes.`)
    try {
      const permissions = service.authorizations(request)
      for (const permission of permissions) {
        const context = {
          // Loopback stands for TLS, as nothing here leaves the machine; a client may say that it did without.
          "aws:SecureTransport": request.headers["x-forwarded-proto"] === "http" ? "false" : "true",
          "aws:SourceIp": "127.0.0.1",
          "aws:RequestedRegion": scope.region,
          ...permission.context
        }
        const decision = iam.decide(request.principal, { ...permission, context })
        if (!decision.allowed) return refuse(errors.accessDenied, decision.message)
      }
      return await handle(
        service,
        request,
        permissions.map(({ action }) => action)
      )
    } catch (error) {
      if (request.signal.aborted) return refuse(errors.internal, "The client hung up.")
      console.error(`${scope.service}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      return refuse(errors.internal, "The request processing has failed because of an unknown error.")
    }
  }

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const hangUp = new AbortController()
    outgoing.once("close", () => {
      // An abort is an exception with a stack: not worth it for an answer that has arrived.
      if (!outgoing.writableFinished) hangUp.abort()
    })
    const url = new URL(`http://127.0.0.1${incoming.url ?? "/"}`)
    const body = await readBody(incoming)
    const accessKeyId = credentialScope(incoming.headers, url)?.accessKeyId
    const request: ServiceRequest = {
      principal: (accessKeyId === undefined ? undefined : iam.principalOf(accessKeyId)) ?? nobody,
      method: incoming.method ?? "GET",
      url,
      headers: incoming.headers,
      body: body ?? Buffer.alloc(0),
      signal: hangUp.signal
    }
    const response = await answer(request, body === undefined)
    if (outgoing.destroyed) return
    if (response === reset) {
      incoming.socket.resetAndDestroy()
      return
    }
    const requestId = randomUUID()
    outgoing.writeHead(response.status, {
      "x-amzn-requestid": requestId,
      "x-amz-request-id": requestId,
      ...response.headers,
      ...(request.method === "HEAD" ? {} : { "content-length": Buffer.byteLength(response.body) })
    })
    outgoing.end(request.method === "HEAD" ? undefined : response.body)
  }

  const server = createServer((incoming, outgoing) => {
    // Only a broken connection or a malformed request target comes here: there is nobody left to answer.
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  })
  server.keepAliveTimeout = keepAliveMilliseconds
  const listening = await listen(server, port)
  return {
    endpoint: listening.url,
    register: (service) => {
      services.set(service.signingName, service)
    },
    close: listening.close
  }
}
