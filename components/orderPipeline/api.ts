/** The HTTP API: two routes, throttled and access-logged. */
import { Api } from "@pulumi/aws/apigatewayv2/api.js"
import { Authorizer } from "@pulumi/aws/apigatewayv2/authorizer.js"
import { Integration } from "@pulumi/aws/apigatewayv2/integration.js"
import { Route } from "@pulumi/aws/apigatewayv2/route.js"
import { Stage } from "@pulumi/aws/apigatewayv2/stage.js"
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js"
import { Permission } from "@pulumi/aws/lambda/permission.js"
import * as pulumi from "@pulumi/pulumi"
import type { BundledFunction } from "../function/BundledFunction.ts"
import { defaultLogRetentionDays } from "../function/defaults.ts"
import type { ApiArgs, Auth, OrderPipelineArgs } from "./args.ts"
import { apiFunctionTimeoutSeconds, throttlingLimit } from "./settings.ts"

/** The functions behind the routes. */
export interface ApiFunctions {
  readonly placeOrder: BundledFunction
  readonly getOrder: BundledFunction
}

/** Makes the API; the answer is its URL, without a slash at the end. */
export const createApi = (
  name: string,
  parent: pulumi.Resource,
  args: OrderPipelineArgs,
  functions: ApiFunctions
): pulumi.Output<string> => {
  const api = new Api(`${name}-api`, { protocolType: "HTTP", ...cors(args.api) }, { parent })
  const authorization = createAuthorization(name, parent, api, args.api.auth)
  const { placeOrder = [], getOrder = [] } = args.api.auth.mode === "jwt" ? (args.api.auth.scopes ?? {}) : {}
  createRoute(
    `${name}-place-order`,
    parent,
    api,
    { ...authorization, ...withScopes(placeOrder) },
    "POST /orders",
    functions.placeOrder
  )
  createRoute(
    `${name}-get-order`,
    parent,
    api,
    { ...authorization, ...withScopes(getOrder) },
    "GET /orders/{orderId}",
    functions.getOrder
  )
  createStage(name, parent, api, args)
  return api.apiEndpoint
}

/** Browsers get no CORS headers unless origins are configured. */
const cors = ({ corsAllowOrigins = [] }: ApiArgs) =>
  corsAllowOrigins.length === 0
    ? {}
    : {
        corsConfiguration: {
          allowOrigins: [...corsAllowOrigins],
          allowMethods: ["GET", "POST"],
          allowHeaders: ["authorization", "content-type", "idempotency-key"],
          exposeHeaders: ["location", "retry-after"],
          maxAge: 3600
        }
      }

interface Authorization {
  readonly authorizationType: string
  readonly authorizerId?: pulumi.Output<string>
  readonly authorizationScopes?: pulumi.Input<string>[]
}

const withScopes = (scopes: readonly pulumi.Input<string>[]): Pick<Authorization, "authorizationScopes"> =>
  scopes.length === 0 ? {} : { authorizationScopes: [...scopes] }

const createAuthorization = (name: string, parent: pulumi.Resource, api: Api, auth: Auth): Authorization => {
  if (auth.mode === "none") return { authorizationType: "NONE" }
  if (auth.mode === "iam") return { authorizationType: "AWS_IAM" }
  const authorizer = new Authorizer(
    `${name}-authorizer`,
    {
      apiId: api.id,
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: auth.issuer, audiences: [...auth.audiences] }
    },
    { parent }
  )
  return { authorizationType: "JWT", authorizerId: authorizer.id }
}

const createRoute = (
  name: string,
  parent: pulumi.Resource,
  api: Api,
  authorization: Authorization,
  routeKey: string,
  target: BundledFunction
): void => {
  const integration = new Integration(
    `${name}-integration`,
    {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: target.function.invokeArn,
      payloadFormatVersion: "2.0",
      // A second more than the function has: its own answer, not the gateway's, tells of a time-out.
      timeoutMilliseconds: (apiFunctionTimeoutSeconds + 1) * 1000
    },
    { parent }
  )
  new Route(
    `${name}-route`,
    { apiId: api.id, routeKey, target: pulumi.interpolate`integrations/${integration.id}`, ...authorization },
    { parent }
  )
  const path = routeKey.replace(" ", "")
  new Permission(
    `${name}-invoke`,
    {
      action: "lambda:InvokeFunction",
      function: target.functionName,
      principal: "apigateway.amazonaws.com",
      // This stage, this route: STAGE/METHOD/PATH.
      sourceArn: pulumi.interpolate`${api.executionArn}/$default/${path}`
    },
    { parent }
  )
}

/** What the access log tells of a request. No address and no identity: neither is needed to find a fault. */
const accessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  routeKey: "$context.routeKey",
  status: "$context.status",
  responseLength: "$context.responseLength",
  responseLatency: "$context.responseLatency",
  integrationLatency: "$context.integrationLatency",
  integrationError: "$context.integrationErrorMessage",
  authorizerError: "$context.authorizer.error"
})

const createStage = (name: string, parent: pulumi.Resource, api: Api, args: OrderPipelineArgs): void => {
  const kmsKeyArn = args.queue?.kmsKeyArn
  const logGroup = new LogGroup(
    `${name}-api-access`,
    {
      retentionInDays: args.logRetentionDays ?? defaultLogRetentionDays,
      ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn })
    },
    { parent }
  )
  new Stage(
    `${name}-api-stage`,
    {
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
      accessLogSettings: { destinationArn: logGroup.arn, format: accessLogFormat },
      defaultRouteSettings: {
        detailedMetricsEnabled: true,
        throttlingRateLimit: throttlingLimit(name, "throttlingRateLimit", args.api.throttlingRateLimit),
        throttlingBurstLimit: throttlingLimit(name, "throttlingBurstLimit", args.api.throttlingBurstLimit)
      }
    },
    { parent }
  )
}
