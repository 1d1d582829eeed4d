/**
 * Access log lines in a stage's own format.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
import type { Account } from "../Account.ts"
import type { HttpApi, Stage } from "./HttpApi.ts"
import type { ProxyRequest } from "./ProxyRequest.ts"
import type { ProxyResponse } from "./ProxyResponse.ts"
import { requestTime } from "./proxyEvent.ts"

/** How the integration ended. */
export interface IntegrationOutcome {
  /** The function's answer's status, or 5xx without an answer. */
  readonly status: number
  readonly latencyMilliseconds: number
  readonly requestId: string | undefined
  readonly errorMessage: string | undefined
}

/** Everything that a line may tell of. */
export interface AccessLogEntry {
  readonly account: Account
  readonly api: HttpApi
  readonly stage: Stage
  readonly routeKey: string | undefined
  readonly request: ProxyRequest
  readonly response: ProxyResponse
  readonly integration: IntegrationOutcome | undefined
  readonly latencyMilliseconds: number
  /** API Gateway's own error, e.g. `Not Found`. */
  readonly errorMessage: string | undefined
  /** Why a caller was sent away. */
  readonly authorizerError?: string | undefined
}

const valuesOf = (entry: AccessLogEntry): Readonly<Record<string, string | number | undefined>> => {
  const { account, api, stage, request, response, integration } = entry
  return {
    accountId: account.accountId,
    apiId: api.id,
    domainName: new URL(api.endpoint).hostname,
    domainPrefix: api.id,
    stage: stage.name,
    requestId: request.requestId,
    extendedRequestId: request.requestId,
    requestTime: requestTime(request.receivedAt),
    requestTimeEpoch: request.receivedAt,
    httpMethod: request.method,
    path: request.path,
    protocol: request.protocol,
    routeKey: entry.routeKey,
    status: response.status,
    responseLength: response.body.length,
    responseLatency: Math.round(entry.latencyMilliseconds),
    dataProcessed: request.body.length + response.body.length,
    "identity.sourceIp": request.sourceIp,
    "identity.userAgent": request.headers["user-agent"],
    "authorizer.error": entry.authorizerError,
    "error.message": entry.errorMessage,
    "error.messageString": entry.errorMessage === undefined ? undefined : JSON.stringify(entry.errorMessage),
    "error.responseType": entry.errorMessage === undefined ? undefined : `DEFAULT_${response.status < 500 ? 4 : 5}XX`,
    integrationErrorMessage: integration?.errorMessage,
    integrationLatency: integration === undefined ? undefined : Math.round(integration.latencyMilliseconds),
    integrationStatus: integration === undefined ? undefined : 200,
    "integration.error": integration?.errorMessage,
    "integration.latency": integration === undefined ? undefined : Math.round(integration.latencyMilliseconds),
    "integration.integrationStatus": integration === undefined ? undefined : 200,
    "integration.status": integration?.status,
    "integration.requestId": integration?.requestId
  }
}

/** A line in the given format; a variable without a value is a hyphen. In a JSON format, values are escaped. */
export const accessLogLine = (format: string, entry: AccessLogEntry): string => {
  const values = valuesOf(entry)
  const isJson = format.trimStart().startsWith("{")
  return format.replaceAll(/\$context\.([A-Za-z.]*[A-Za-z])/g, (_variable, name: string) => {
    const text = String(values[name] ?? "-")
    return isJson && name !== "error.messageString" ? JSON.stringify(text).slice(1, -1) : text
  })
}
