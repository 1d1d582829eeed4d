/** What an HTTP API does with a request: stage, route, throttling, caller, permission, function, answer. */
import { type Account, arnOf } from "../Account.ts"
import type { CloudWatch } from "../cloudwatch/CloudWatch.ts"
import type { Iam } from "../iam/Iam.ts"
import type { InvocationResult, LambdaService } from "../lambda/LambdaService.ts"
import { accessLogLine, type IntegrationOutcome } from "./accessLog.ts"
import { authorize } from "./authorize.ts"
import { preflightResponse, withCors } from "./cors.ts"
import type { HttpApi, Integration, Stage } from "./HttpApi.ts"
import { matchRoute, type RouteMatch } from "./matchRoute.ts"
import type { ProxyRequest } from "./ProxyRequest.ts"
import { gatewayResponses, type ProxyResponse, readAnswer } from "./ProxyResponse.ts"
import { proxyEvent, type RoutedRequest } from "./proxyEvent.ts"
import { type TakeToken, tokenBucket } from "./tokenBucket.ts"

/** What an API needs. */
export interface ApiHost {
  readonly account: Account
  readonly lambda: Pick<LambdaService, "invoke" | "resourcePolicy">
  readonly iam: Pick<Iam, "credentialsOf" | "decide" | "principalOf">
  readonly cloudwatch: Pick<CloudWatch, "putLog" | "putMetric">
  readonly now: () => number
}

/** What became of a request. */
interface Served {
  readonly response: ProxyResponse
  readonly routeKey?: string
  readonly integration?: IntegrationOutcome
  readonly errorMessage?: string
  readonly authorizerError?: string
}

/** An API's side of a request whose body is within the limit; `undefined`: it was over it. */
export type ServeRequest = (
  request: Omit<ProxyRequest, "body"> & { readonly body: Buffer | undefined }
) => Promise<ProxyResponse>

const noPermission =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again."

/** The stage of a path, and the path that its routes see. */
const stageOf = (api: HttpApi, path: string): { readonly stage: Stage; readonly path: string } | undefined => {
  const [, first = "", ...rest] = path.split("/")
  const named = api.stages.get(first)
  if (named !== undefined && first !== "$default") return { stage: named, path: `/${rest.join("/")}` }
  const stage = api.stages.get("$default")
  return stage === undefined ? undefined : { stage, path }
}

/** What the function's policy is asked for, e.g. `…:abc123/$default/POST/orders`. */
const sourceArn = ({ account, api, stage, match, request }: RoutedRequest): string => {
  const { routeKey } = match.route
  const path = routeKey === "$default" ? "/$default" : `/${request.method}${routeKey.slice(routeKey.indexOf(" ") + 1)}`
  return arnOf(account, "execute-api", `${api.id}/${stage.name}${path}`)
}

const withTimeout = (
  invocation: Promise<InvocationResult>,
  milliseconds: number
): Promise<InvocationResult | "timeout"> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<"timeout">((resolve) => {
    timer = setTimeout(resolve, milliseconds, "timeout")
  })
  return Promise.race([invocation, timeout]).finally(() => clearTimeout(timer))
}

/** Makes an API's handler. */
export const serveApi = (host: ApiHost, api: HttpApi): ServeRequest => {
  const { account, cloudwatch, iam, lambda, now } = host
  const buckets = new Map<string, TakeToken>()

  const takeToken = (stage: Stage, routeKey: string): boolean => {
    const key = `${stage.name} ${routeKey}`
    const bucket = buckets.get(key) ?? tokenBucket(stage.routeThrottling.get(routeKey) ?? stage.defaultThrottling, now)
    buckets.set(key, bucket)
    return bucket()
  }

  const isPermitted = (routed: RoutedRequest, functionArn: string): boolean =>
    iam.decide(
      { kind: "service", service: "apigateway.amazonaws.com" },
      {
        action: "lambda:InvokeFunction",
        resource: functionArn,
        resourcePolicy: lambda.resourcePolicy(functionArn),
        context: { "aws:SourceArn": sourceArn(routed), "aws:SourceAccount": account.accountId }
      }
    ).allowed

  const callFunction = async (routed: RoutedRequest, integration: Integration): Promise<Served> => {
    const started = performance.now()
    const ended = (response: ProxyResponse, errorMessage?: string, requestId?: string): Served => ({
      response,
      routeKey: routed.match.route.routeKey,
      integration: {
        status: response.status,
        latencyMilliseconds: performance.now() - started,
        requestId,
        errorMessage
      },
      ...(errorMessage === undefined ? {} : { errorMessage: String(JSON.parse(response.body.toString()).message) })
    })
    try {
      if (!isPermitted(routed, integration.functionArn))
        return ended(gatewayResponses.internalServerError, noPermission)
      const invocation = lambda.invoke(integration.functionArn, proxyEvent(routed))
      const result = await withTimeout(invocation, integration.timeoutMilliseconds)
      if (result === "timeout") {
        const seconds = integration.timeoutMilliseconds / 1000
        return ended(gatewayResponses.serviceUnavailable, `The integration did not answer within ${seconds} seconds.`)
      }
      const { error, requestId } = result
      if (result.throttled) return ended(gatewayResponses.serviceUnavailable, error?.errorMessage, requestId)
      if (error !== undefined) {
        return ended(gatewayResponses.internalServerError, `${error.errorType}: ${error.errorMessage}`, requestId)
      }
      const answer = readAnswer(result.payload)
      return answer === undefined
        ? ended(gatewayResponses.internalServerError, "The function's answer is malformed.", requestId)
        : ended(answer, undefined, requestId)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const tooLarge = message.startsWith("RequestEntityTooLarge")
      return ended(tooLarge ? gatewayResponses.tooLarge : gatewayResponses.internalServerError, message)
    }
  }

  const refused = (response: ProxyResponse, routeKey?: string): Served => ({
    response,
    errorMessage: String(JSON.parse(response.body.toString()).message),
    ...(routeKey === undefined ? {} : { routeKey })
  })

  const serve = async (
    request: ProxyRequest,
    found: { readonly stage: Stage; readonly path: string }
  ): Promise<Served> => {
    const preflight = api.cors === undefined ? undefined : preflightResponse(api.cors, request)
    if (preflight !== undefined) return { response: preflight }
    let match: RouteMatch | undefined
    try {
      match = matchRoute(api.routes.values(), request.method, found.path)
    } catch {
      return refused(gatewayResponses.badRequest)
    }
    const integration = api.integrations.get(match?.route.integrationId ?? "")
    if (match === undefined || integration === undefined) return refused(gatewayResponses.notFound)
    const { routeKey } = match.route
    if (!takeToken(found.stage, routeKey)) return refused(gatewayResponses.tooManyRequests, routeKey)
    const routed = { account, api, stage: found.stage, match, request }
    const authorized = await authorize(host, api, routed)
    if (authorized.kind === "refused") {
      return { ...refused(authorized.response, routeKey), authorizerError: authorized.error }
    }
    const authorizer = authorized.kind === "open" ? undefined : authorized.authorizer
    return callFunction({ ...routed, authorizer }, integration)
  }

  const record = (stage: Stage, request: ProxyRequest, served: Served, latencyMilliseconds: number): void => {
    const { response, integration } = served
    const metric = (name: string, value: number) =>
      cloudwatch.putMetric({ namespace: "AWS/ApiGateway", name, dimensions: { ApiId: api.id }, value, at: now() })
    metric("Count", 1)
    metric("4xx", response.status >= 400 && response.status < 500 ? 1 : 0)
    metric("5xx", response.status >= 500 ? 1 : 0)
    metric("Latency", latencyMilliseconds)
    if (integration !== undefined) metric("IntegrationLatency", integration.latencyMilliseconds)
    if (stage.accessLog === undefined) return
    const { routeKey, errorMessage, authorizerError } = served
    const answer = { response, integration, latencyMilliseconds, errorMessage, authorizerError }
    const entry = { account, api, stage, routeKey, request, ...answer }
    const { logGroup, format } = stage.accessLog
    cloudwatch.putLog({
      logGroup,
      logStream: `${api.id}-${stage.name}`,
      at: now(),
      message: accessLogLine(format, entry)
    })
  }

  return async (incoming) => {
    const started = performance.now()
    const request: ProxyRequest = { ...incoming, body: incoming.body ?? Buffer.alloc(0) }
    const found = stageOf(api, request.path)
    if (found === undefined) return gatewayResponses.notFound
    const served = incoming.body === undefined ? refused(gatewayResponses.tooLarge) : await serve(request, found)
    const response =
      api.cors === undefined || request.method === "OPTIONS"
        ? served.response
        : withCors(api.cors, request, served.response)
    record(found.stage, request, { ...served, response }, performance.now() - started)
    return { ...response, headers: { ...response.headers, "apigw-requestid": request.requestId } }
  }
}
