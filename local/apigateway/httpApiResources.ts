/** The Pulumi resource types of HTTP APIs: API, authorizer, integration, route, stage. */
import { createHash } from "node:crypto"
import { Schema } from "effect"
import { type Account, arnOf } from "../Account.ts"
import { decodeInputs, inputsSchema, tags } from "../pulumi/decodeInputs.ts"
import { autoName, type CreateRequest, type ResourceProviders } from "../pulumi/ResourceProvider.ts"
import type { Authorization, CorsConfiguration, HttpApi, Throttling } from "./HttpApi.ts"
import { keysOf } from "./jwtAuthorizer.ts"

const Texts = Schema.optional(Schema.Array(Schema.String))
const Text = Schema.optional(Schema.String)
const Flag = Schema.optional(Schema.Boolean)

const ApiInputs = inputsSchema({
  name: Text,
  protocolType: Schema.Literal("HTTP"),
  description: Text,
  version: Text,
  corsConfiguration: Schema.optional(
    Schema.Struct({
      allowCredentials: Flag,
      allowHeaders: Texts,
      allowMethods: Texts,
      allowOrigins: Texts,
      exposeHeaders: Texts,
      maxAge: Schema.optional(Schema.Int)
    })
  ),
  disableExecuteApiEndpoint: Schema.optional(Schema.Literal(false)),
  ipAddressType: Text,
  routeSelectionExpression: Text,
  apiKeySelectionExpression: Text,
  tags,
  tagsAll: tags
})

const IntegrationInputs = inputsSchema({
  apiId: Schema.String,
  integrationType: Schema.Literal("AWS_PROXY"),
  integrationUri: Schema.String,
  integrationMethod: Text,
  connectionType: Schema.optional(Schema.Literal("INTERNET")),
  payloadFormatVersion: Schema.Literal("2.0"),
  timeoutMilliseconds: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 50, maximum: 30_000 }))),
  description: Text
})

const RouteInputs = inputsSchema({
  apiId: Schema.String,
  routeKey: Schema.String.check(Schema.isPattern(/^(\$default|(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \/(\S*))$/)),
  target: Schema.String.check(Schema.isPattern(/^integrations\/.+$/)),
  authorizationType: Schema.optional(Schema.Literals(["NONE", "AWS_IAM", "JWT"])),
  authorizerId: Text,
  authorizationScopes: Texts,
  apiKeyRequired: Schema.optional(Schema.Literal(false)),
  operationName: Text
})

const AuthorizerInputs = inputsSchema({
  apiId: Schema.String,
  name: Text,
  authorizerType: Schema.Literal("JWT"),
  identitySources: Schema.Tuple([Schema.String.check(Schema.isPattern(/^\$request\.(header|querystring)\.[\w-]+$/))]),
  jwtConfiguration: Schema.Struct({ issuer: Schema.String, audiences: Schema.NonEmptyArray(Schema.String) })
})

const throttling = {
  throttlingBurstLimit: Schema.optional(Schema.Int),
  throttlingRateLimit: Schema.optional(Schema.Number),
  detailedMetricsEnabled: Flag
}

const StageInputs = inputsSchema({
  apiId: Schema.String,
  name: Schema.optional(Schema.String.check(Schema.isPattern(/^(\$default|[A-Za-z0-9_-]{1,128})$/))),
  autoDeploy: Schema.Literal(true),
  description: Text,
  accessLogSettings: Schema.optional(Schema.Struct({ destinationArn: Schema.String, format: Schema.String })),
  defaultRouteSettings: Schema.optional(Schema.Struct(throttling)),
  routeSettings: Schema.optional(Schema.Array(Schema.Struct({ routeKey: Schema.String, ...throttling }))),
  stageVariables: Schema.optional(Schema.Record(Schema.String, Schema.String)),
  tags,
  tagsAll: tags
})

/** What the resource types fill. */
export interface HttpApiResourcesOptions {
  readonly account: Account
  readonly apis: Map<string, HttpApi>
  /** Starts an API's server; the answer is its endpoint. */
  readonly serve: (apiId: string) => Promise<string>
}

/** An id as API Gateway makes them, but the same for the same resource in every run. */
const idOf = ({ urn }: CreateRequest, length: number): string =>
  BigInt(`0x${createHash("sha256").update(urn).digest("hex")}`)
    .toString(36)
    .slice(0, length)

const corsOf = (cors: (typeof ApiInputs.Type)["corsConfiguration"]): CorsConfiguration | undefined =>
  cors === undefined
    ? undefined
    : {
        allowOrigins: cors.allowOrigins ?? [],
        allowMethods: cors.allowMethods ?? [],
        allowHeaders: cors.allowHeaders ?? [],
        exposeHeaders: cors.exposeHeaders ?? [],
        allowCredentials: cors.allowCredentials ?? false,
        maxAgeSeconds: cors.maxAge
      }

const throttlingOf = (
  settings:
    | { readonly throttlingRateLimit?: number | undefined; readonly throttlingBurstLimit?: number | undefined }
    | undefined
): Throttling => ({
  rateLimit: settings?.throttlingRateLimit,
  burstLimit: settings?.throttlingBurstLimit
})

/** A function's ARN, given itself or as part of its `invokeArn`. */
const functionArnOf = (uri: string): string | undefined => /arn:aws:lambda:[^:]+:\d+:function:[^/]+/.exec(uri)?.[0]

/** Who may take a route. Throws what API Gateway refuses: an authorizer that is missing, or that no one asks. */
const authorizationOf = (inputs: typeof RouteInputs.Type, api: HttpApi): Authorization => {
  const { authorizationType: type = "NONE", authorizerId, authorizationScopes: scopes = [] } = inputs
  if (type !== "JWT") {
    if (authorizerId === undefined && scopes.length === 0) return { type }
    throw new Error(`BadRequestException: Authorizers and scopes are for the authorization type JWT, not ${type}.`)
  }
  if (authorizerId === undefined || !api.authorizers.has(authorizerId)) {
    throw new Error(`BadRequestException: Invalid authorizer ID specified ${authorizerId ?? ""}.`)
  }
  return { type, authorizerId, scopes }
}

/** APIs, authorizers, integrations, routes, stages. */
export const httpApiResources = ({ account, apis, serve }: HttpApiResourcesOptions): ResourceProviders => {
  const { region } = account
  const find = (apiId: string): HttpApi => {
    const api = apis.get(apiId)
    if (api === undefined) throw new Error(`NotFoundException: Invalid API identifier specified ${apiId}`)
    return api
  }

  return {
    "aws:apigatewayv2/api:Api": async (request) => {
      const inputs = decodeInputs(request, ApiInputs)
      const id = idOf(request, 10)
      const name = inputs.name ?? request.name
      const endpoint = await serve(id)
      const empty = { authorizers: new Map(), integrations: new Map(), routes: new Map(), stages: new Map() }
      apis.set(id, { id, name, endpoint, cors: corsOf(inputs.corsConfiguration), ...empty })
      return {
        id,
        state: {
          routeSelectionExpression: "$request.method $request.path",
          ...request.inputs,
          name,
          apiEndpoint: endpoint,
          arn: `arn:aws:apigateway:${region}::/apis/${id}`,
          executionArn: arnOf(account, "execute-api", id)
        }
      }
    },

    "aws:apigatewayv2/integration:Integration": async (request) => {
      const inputs = decodeInputs(request, IntegrationInputs)
      const id = idOf(request, 7)
      const functionArn = functionArnOf(inputs.integrationUri)
      if (functionArn === undefined) {
        throw new Error(
          `${request.type} "${request.name}": property "integrationUri": not a Lambda function: "${inputs.integrationUri}".`
        )
      }
      const timeoutMilliseconds = inputs.timeoutMilliseconds ?? 30_000
      find(inputs.apiId).integrations.set(id, { id, functionArn, timeoutMilliseconds })
      return { id, state: { connectionType: "INTERNET", ...request.inputs, timeoutMilliseconds } }
    },

    "aws:apigatewayv2/route:Route": async (request) => {
      const inputs = decodeInputs(request, RouteInputs)
      const { routeKey } = inputs
      const api = find(inputs.apiId)
      const id = idOf(request, 7)
      const integrationId = inputs.target.slice("integrations/".length)
      if (!api.integrations.has(integrationId))
        throw new Error(`NotFoundException: Invalid Integration identifier specified ${integrationId}`)
      if ([...api.routes.values()].some((route) => route.routeKey === routeKey)) {
        throw new Error(`ConflictException: Route with key ${routeKey} already exists for this API`)
      }
      const authorization = authorizationOf(inputs, api)
      api.routes.set(id, { id, routeKey, integrationId, authorization })
      return { id, state: { ...request.inputs, authorizationType: authorization.type } }
    },

    "aws:apigatewayv2/stage:Stage": async (request) => {
      const inputs = decodeInputs(request, StageInputs)
      const api = find(inputs.apiId)
      const name = inputs.name ?? request.name
      if (api.stages.has(name)) throw new Error(`ConflictException: Stage already exists: ${name}`)
      const { accessLogSettings: accessLog } = inputs
      api.stages.set(name, {
        name,
        variables: inputs.stageVariables ?? {},
        defaultThrottling: throttlingOf(inputs.defaultRouteSettings),
        routeThrottling: new Map((inputs.routeSettings ?? []).map((each) => [each.routeKey, throttlingOf(each)])),
        accessLog:
          accessLog === undefined
            ? undefined
            : { logGroup: accessLog.destinationArn.replace(/^.*:log-group:|:\*$/g, ""), format: accessLog.format }
      })
      return {
        id: name,
        state: {
          ...request.inputs,
          name,
          arn: `arn:aws:apigateway:${region}::/apis/${api.id}/stages/${name}`,
          executionArn: arnOf(account, "execute-api", `${api.id}/${name}`),
          invokeUrl: `${api.endpoint}/${name === "$default" ? "" : name}`
        }
      }
    },

    "aws:apigatewayv2/authorizer:Authorizer": async (request) => {
      const inputs = decodeInputs(request, AuthorizerInputs)
      const api = find(inputs.apiId)
      const id = idOf(request, 6)
      const { issuer, audiences } = inputs.jwtConfiguration
      const [identitySource] = inputs.identitySources
      api.authorizers.set(id, { id, identitySource, issuer, audiences, keys: await keysOf(issuer) })
      return { id, state: { ...request.inputs, name: inputs.name ?? autoName(request) } }
    }
  }
}
