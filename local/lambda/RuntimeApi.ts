/**
 * The Lambda Runtime API, over HTTP on loopback: the processes of all execution environments ask it for events and hand
 * it their results. Each environment has a path prefix of its own.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { listen } from "../listen.ts"

/** An event for the runtime. */
export interface RuntimeEvent {
  readonly requestId: string
  readonly functionArn: string
  /** Epoch milliseconds. */
  readonly deadline: number
  readonly traceId: string
  /** JSON. */
  readonly body: string
}

/** An error as a runtime reports it. */
export interface RuntimeError {
  readonly errorType: string
  readonly errorMessage: string
  readonly stackTrace?: ReadonlyArray<string>
}

/** The environment's side of the Runtime API. */
export interface RuntimeSession {
  /** The runtime is ready for an event; `deliver` may be called later. */
  readonly onNext: (deliver: (event: RuntimeEvent) => void) => void
  readonly onResponse: (requestId: string, body: string) => void
  readonly onError: (requestId: string, error: RuntimeError) => void
  readonly onInitError: (error: RuntimeError) => void
}

/** The Runtime API's server. */
export interface RuntimeApi {
  /** Registers an environment; the answer is its `AWS_LAMBDA_RUNTIME_API`. */
  readonly register: (environmentId: string, session: RuntimeSession) => string
  readonly unregister: (environmentId: string) => void
  readonly close: () => Promise<void>
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body))
}

/** Reads what a runtime posted as an error. A body that is not JSON makes an error without a message. */
export const parseRuntimeError = (body: string, errorType: string): RuntimeError => {
  let posted: { errorType?: unknown; errorMessage?: unknown; trace?: unknown; stackTrace?: unknown } | null = null
  try {
    posted = JSON.parse(body)
  } catch {
    // A runtime may post anything; the header still tells the type.
  }
  const trace = posted?.trace ?? posted?.stackTrace
  return {
    errorType: typeof posted?.errorType === "string" ? posted.errorType : errorType,
    errorMessage: typeof posted?.errorMessage === "string" ? posted.errorMessage : "",
    ...(Array.isArray(trace) ? { stackTrace: trace.map(String) } : {})
  }
}

const header = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? "")

const deliverTo =
  (response: ServerResponse) =>
  (event: RuntimeEvent): void => {
    response
      .writeHead(200, {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": event.requestId,
        "Lambda-Runtime-Deadline-Ms": String(event.deadline),
        "Lambda-Runtime-Invoked-Function-Arn": event.functionArn,
        "Lambda-Runtime-Trace-Id": event.traceId
      })
      .end(event.body)
  }

const route = async (session: RuntimeSession, path: string, request: IncomingMessage, response: ServerResponse) => {
  if (request.method === "GET" && path === "/invocation/next") return session.onNext(deliverTo(response))
  const [, requestId = "", kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
  const body = await readBody(request)
  if (kind === undefined && path !== "/init/error") return answer(response, 404, { errorType: "NotFound" })
  // Answered first: a process that dies right after its report must not wait for what we make of it.
  answer(response, 202, { status: "OK" })
  if (kind === "response") return session.onResponse(requestId, body)
  const error = parseRuntimeError(body, header(request, "lambda-runtime-function-error-type"))
  return kind === "error" ? session.onError(requestId, error) : session.onInitError(error)
}

/** Starts the Runtime API on a free port of 127.0.0.1. */
export const startRuntimeApi = async (): Promise<RuntimeApi> => {
  const sessions = new Map<string, RuntimeSession>()
  const server = createServer((request, response) => {
    const [, environmentId = "", path = ""] = /^\/([^/]+)\/2018-06-01\/runtime(\/.*)$/.exec(request.url ?? "") ?? []
    const session = sessions.get(environmentId)
    if (session === undefined) return answer(response, 403, { errorType: "InvalidEnvironment" })
    route(session, path, request, response).catch(() => response.destroy())
  })
  // A runtime's connection rests while its handler works: closing it would race with the answer.
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  const listening = await listen(server)
  return {
    register: (environmentId, session) => {
      sessions.set(environmentId, session)
      return `127.0.0.1:${listening.port}/${environmentId}`
    },
    unregister: (environmentId) => void sessions.delete(environmentId),
    close: listening.close
  }
}
