/**
 * Cross-origin requests, which API Gateway answers by itself when the API is configured so.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
import type { CorsConfiguration } from "./HttpApi.ts"
import type { ProxyRequest } from "./ProxyRequest.ts"
import type { ProxyResponse } from "./ProxyResponse.ts"

const allowedOrigin = ({ allowOrigins, allowCredentials }: CorsConfiguration, origin: string): string | undefined => {
  const allowed = allowOrigins.some(
    (each) =>
      each === "*" ||
      each.toLowerCase() === origin.toLowerCase() ||
      (/^https?:\/\/\*$/.test(each) && origin.startsWith(each.slice(0, -1)))
  )
  if (!allowed) return undefined
  return allowOrigins.includes("*") && !allowCredentials ? "*" : origin
}

const listed = (name: string, values: ReadonlyArray<string>): Record<string, string> =>
  values.length === 0 ? {} : { [name]: values.join(",") }

/** Whether a request asks for permission before the actual one. */
const isPreflight = ({ method, headers }: ProxyRequest): boolean =>
  method === "OPTIONS" && headers["origin"] !== undefined && headers["access-control-request-method"] !== undefined

const originHeaders = (cors: CorsConfiguration, request: ProxyRequest): Record<string, string> | undefined => {
  const origin = allowedOrigin(cors, request.headers["origin"] ?? "")
  if (request.headers["origin"] === undefined || origin === undefined) return undefined
  return {
    "access-control-allow-origin": origin,
    ...(cors.allowCredentials ? { "access-control-allow-credentials": "true" } : {}),
    ...(origin === "*" ? {} : { vary: "origin" })
  }
}

/** The answer to a preflight request; `undefined` for any other request. */
export const preflightResponse = (cors: CorsConfiguration, request: ProxyRequest): ProxyResponse | undefined => {
  if (!isPreflight(request)) return undefined
  const origin = originHeaders(cors, request)
  const headers =
    origin === undefined
      ? {}
      : {
          ...origin,
          ...listed("access-control-allow-methods", cors.allowMethods),
          ...listed("access-control-allow-headers", cors.allowHeaders),
          ...(cors.maxAgeSeconds === undefined ? {} : { "access-control-max-age": String(cors.maxAgeSeconds) })
        }
  return { status: 204, headers, cookies: [], body: Buffer.alloc(0) }
}

/** Puts the configured headers in the place of those that the function has set. */
export const withCors = (cors: CorsConfiguration, request: ProxyRequest, response: ProxyResponse): ProxyResponse => {
  const kept = Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-"))
  const origin = originHeaders(cors, request)
  const added =
    origin === undefined ? {} : { ...origin, ...listed("access-control-expose-headers", cors.exposeHeaders) }
  return { ...response, headers: { ...Object.fromEntries(kept), ...added } }
}
