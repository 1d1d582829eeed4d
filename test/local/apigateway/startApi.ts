/** An HTTP API before a function that the test plays. */
import { afterEach } from "vitest"
import { createHttpApi } from "../../../local/apigateway/createHttpApi.ts"
import { createIam } from "../../../local/iam/createIam.ts"
import type { InvocationResult, LambdaService } from "../../../local/lambda/LambdaService.ts"
import { account, create, recordingCloudWatch } from "../lambda/lambdaHarness.ts"

const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:api"

/** What the function answers. */
export type Answer = (event: Record<string, unknown>) => Partial<InvocationResult> | Promise<Partial<InvocationResult>>

/** Lambda with one function, which answers as the test says. */
const lambdaThat = (answer: Answer, sourceArn: string): LambdaService => ({
  signingName: "lambda",
  authorizations: () => [],
  handle: async () => ({ status: 404, body: "" }),
  error: (_request, status, _code, body) => ({ status, body }),
  resources: {},
  invoke: async (_arn, event) => ({ requestId: "1", durationMilliseconds: 1, ...(await answer(Object(event))) }),
  invokeAsync: () => "1",
  resourcePolicy: () => ({
    Statement: {
      Effect: "Allow",
      Principal: { Service: "apigateway.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: functionArn,
      Condition: { ArnLike: { "aws:SourceArn": sourceArn } }
    }
  }),
  deliver: async () => 0,
  recycle: async () => undefined,
  idle: async () => undefined,
  close: async () => undefined
})

interface Setup {
  /** Of every route. */
  readonly route?: Record<string, unknown>
  readonly authorizer?: Record<string, unknown>
  readonly routes?: ReadonlyArray<string>
  readonly api?: Record<string, unknown>
  readonly integration?: Record<string, unknown>
  readonly stage?: Record<string, unknown>
  readonly sourceArn?: string
}

const closing: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An API before a function that answers as `answer` says. */
export const startApi = async (answer: Answer, setup: Setup = {}) => {
  const { cloudwatch, lines, metrics } = recordingCloudWatch()
  const iam = createIam(account)
  let now = 1_700_000_000_000
  const clock = { now: () => now, schedule: () => () => undefined }
  const sourceArn = setup.sourceArn ?? "arn:aws:execute-api:eu-central-1:123456789012:*"
  const httpApi = await createHttpApi({
    account,
    lambda: lambdaThat(answer, sourceArn),
    iam,
    cloudwatch,
    clock
  })
  closing.push(httpApi.close)
  const make = (kind: string, name: string, inputs: Record<string, unknown>) => {
    const type = `aws:apigatewayv2/${kind.toLowerCase()}:${kind}`
    return create(httpApi.resources, type, name, inputs)
  }
  const api = await make("Api", "api", { protocolType: "HTTP", ...setup.api })
  const integration = await make("Integration", "integration", {
    apiId: api.id,
    integrationType: "AWS_PROXY",
    integrationUri: functionArn,
    payloadFormatVersion: "2.0",
    ...setup.integration
  })
  const authorizer =
    setup.authorizer === undefined
      ? undefined
      : await make("Authorizer", "authorizer", {
          apiId: api.id,
          authorizerType: "JWT",
          identitySources: ["$request.header.Authorization"],
          ...setup.authorizer
        })
  const guarded = authorizer === undefined ? {} : { authorizationType: "JWT", authorizerId: authorizer.id }
  for (const routeKey of setup.routes ?? ["ANY /{proxy+}"]) {
    await make("Route", routeKey, {
      apiId: api.id,
      routeKey,
      target: `integrations/${integration.id}`,
      ...guarded,
      ...setup.route
    })
  }
  const stage = await make("Stage", "stage", { apiId: api.id, name: "$default", autoDeploy: true, ...setup.stage })
  const url = String(api.state["apiEndpoint"])
  return {
    api,
    iam,
    now: () => now,
    stage,
    url,
    lines,
    metrics,
    make,
    get: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init),
    pass: (milliseconds: number) => {
      now += milliseconds
    }
  }
}

/** Answers the event itself. */
export const echo: Answer = (event) => ({ payload: event })
