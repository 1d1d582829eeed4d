/**
 * HTTP APIs of API Gateway, payload format 2.0: what a function is given and what it answers, problem documents
 * included.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
import { Cause, Effect, Schema } from "effect"
import { redactSecrets } from "../failure/redact.ts"

/** What an API's JWT authorizer found in a token. Claims are texts; what else a token may hold there is not looked at. */
const Authorizer = Schema.Struct({
  jwt: Schema.optionalKey(
    Schema.Struct({ claims: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))) })
  )
})

/** A request. */
export const HttpRequest = Schema.Struct({
  requestContext: Schema.optionalKey(Schema.Struct({ authorizer: Schema.optionalKey(Authorizer) })),
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  pathParameters: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.String))),
  body: Schema.optionalKey(Schema.NullOr(Schema.String)),
  isBase64Encoded: Schema.optionalKey(Schema.Boolean)
})

/** A request. */
export type HttpRequest = typeof HttpRequest.Type

/** A response. */
export interface HttpResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a function of an HTTP API uses of Lambda's context. */
export interface HttpContext {
  readonly awsRequestId: string
  readonly getRemainingTimeInMillis: () => number
}

/**
 * What a browser is told of every answer: orders are personal data, so no cache on the way keeps them; nothing in them is
 * a page, a script or a frame, whatever they hold; and this host is spoken to over TLS alone.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
const securityHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
} as const

/** A response with a JSON body. */
export const jsonResponse = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {}
): HttpResponse => ({
  statusCode,
  headers: { "content-type": "application/json", ...securityHeaders, ...headers },
  body: JSON.stringify(body)
})

const titles = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable"
} as const

/** A statement about one field of a request. */
export interface FieldProblem {
  /** Path of the field, e.g. `quantity`. */
  readonly field: string
  readonly message: string
}

/** A kind of problem of its own: a page about it, and its name. */
export interface ProblemType {
  /** The address of a page about it. */
  readonly type: string
  /** Its name, the same each time. */
  readonly title: string
}

/** A problem document. */
export const problem = (
  status: keyof typeof titles,
  detail: string,
  more: {
    /** @default none: what the status says */
    readonly type?: ProblemType | undefined
    readonly errors?: ReadonlyArray<FieldProblem> | undefined
    readonly headers?: Readonly<Record<string, string>> | undefined
  } = {}
): HttpResponse =>
  jsonResponse(
    status,
    {
      ...(more.type ?? { type: "about:blank", title: titles[status] }),
      status,
      detail,
      ...(more.errors === undefined ? {} : { errors: more.errors })
    },
    { ...more.headers, "content-type": "application/problem+json" }
  )

/** Seconds after which a client may try again when a dependency is in trouble. */
export const defaultRetryAfterSeconds = 5

/** 503 with `Retry-After`, in whole seconds. */
export const unavailable = (detail: string, retryAfterSeconds: number = defaultRetryAfterSeconds): HttpResponse =>
  problem(503, detail, { headers: { "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))) } })

/** The value of a header; payload format 2.0 has their names in lower case. */
export const header = (request: HttpRequest, name: string): string | undefined => {
  const headers = request.headers ?? {}
  if (Object.hasOwn(headers, name)) return headers[name]
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

const decodeRequest = Schema.decodeUnknownEffect(HttpRequest)

/** Kept back from the function's remaining time, so that the client gets an answer and not a gateway's 500. */
const marginMilliseconds = 500

/**
 * A function of an HTTP API that always answers: a defect is a 500 without details (they are in the log), running out
 * of time a 503.
 */
export const answering =
  <R>(answer: (request: HttpRequest) => Effect.Effect<HttpResponse, never, R>) =>
  (event: unknown, context: HttpContext): Effect.Effect<HttpResponse, never, R> =>
    decodeRequest(event).pipe(
      Effect.orDie,
      Effect.flatMap(answer),
      Effect.timeoutOrElse({
        duration: Math.max(0, context.getRemainingTimeInMillis() - marginMilliseconds),
        orElse: () =>
          Effect.as(Effect.logError("no time was left to answer"), unavailable("The service did not answer in time."))
      }),
      Effect.catchCause((cause) =>
        Effect.as(
          Effect.logError("request failed").pipe(Effect.annotateLogs({ cause: redactSecrets(Cause.pretty(cause)) })),
          problem(500, "The request could not be handled.")
        )
      ),
      Effect.annotateLogs({ requestId: context.awsRequestId })
    )
