/**
 * The event that an HTTP API hands to a function, payload format 2.0.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { Account } from "../Account.ts"
import type { HttpApi, Stage } from "./HttpApi.ts"
import type { RouteMatch } from "./matchRoute.ts"
import type { ProxyRequest } from "./ProxyRequest.ts"

/** Where a request has arrived. */
export interface RoutedRequest {
  readonly account: Account
  readonly api: HttpApi
  readonly stage: Stage
  readonly match: RouteMatch
  readonly request: ProxyRequest
  /** What authorization has found out of the caller, if anything. */
  readonly authorizer?: Readonly<Record<string, unknown>> | undefined
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** A time as in web server logs: `12/Mar/2020:19:03:58 +0000`. */
export const requestTime = (at: number): string => {
  const [date = "", time = ""] = new Date(at).toISOString().split("T")
  const [year, month, day] = date.split("-")
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`
}

/** Content types whose body is handed over as text; any other is Base64. A body without a type is text. */
const isText = (headers: ProxyRequest["headers"]): boolean => {
  if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity") return false
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? ""
  return type === "" || /^(text\/.*|application\/(json|javascript|xml|.*\+json|.*\+xml))$/.test(type)
}

const queryParameters = (query: string): Record<string, string> => {
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    const before = Object.hasOwn(parameters, name) ? `${parameters[name]},` : ""
    Object.defineProperty(parameters, name, {
      value: before + value,
      enumerable: true,
      configurable: true,
      writable: true
    })
  }
  return parameters
}

const unlessEmpty = <Value extends object>(key: string, value: Value): Record<string, Value> =>
  Object.keys(value).length === 0 ? {} : { [key]: value }

/** The event of a request. */
export const proxyEvent = ({
  account,
  api,
  stage,
  match,
  request,
  authorizer
}: RoutedRequest): Record<string, unknown> => {
  const { cookie, ...headers } = request.headers
  const { hostname } = new URL(api.endpoint)
  const base64 = !isText(request.headers)
  return {
    version: "2.0",
    routeKey: match.route.routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/).filter((each) => each !== "") }),
    headers: {
      ...headers,
      "x-forwarded-for":
        headers["x-forwarded-for"] === undefined
          ? request.sourceIp
          : `${headers["x-forwarded-for"]}, ${request.sourceIp}`,
      "x-forwarded-port": new URL(api.endpoint).port,
      "x-forwarded-proto": "http"
    },
    ...unlessEmpty("queryStringParameters", queryParameters(request.query)),
    requestContext: {
      accountId: account.accountId,
      apiId: api.id,
      ...(authorizer === undefined ? {} : { authorizer }),
      domainName: hostname,
      domainPrefix: api.id,
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? ""
      },
      requestId: request.requestId,
      routeKey: match.route.routeKey,
      stage: stage.name,
      time: requestTime(request.receivedAt),
      timeEpoch: request.receivedAt
    },
    ...unlessEmpty("pathParameters", match.pathParameters),
    ...unlessEmpty("stageVariables", stage.variables),
    ...(request.body.length === 0 ? {} : { body: request.body.toString(base64 ? "base64" : "utf8") }),
    isBase64Encoded: base64 && request.body.length > 0
  }
}
