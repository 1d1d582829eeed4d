/** Lambda with its neighbours, for tests: real IAM, a CloudWatch that records, functions made of inline modules. */
import type { Account } from "../../../local/Account.ts"
import type { CloudWatch, Datum, LogEvent } from "../../../local/cloudwatch/CloudWatch.ts"
import { type Clock, systemClock } from "../../../local/EmbeddedService.ts"
import { createIam } from "../../../local/iam/createIam.ts"
import { createLambda } from "../../../local/lambda/createLambda.ts"
import type { ResourceProviders } from "../../../local/pulumi/ResourceProvider.ts"
import type { SqsService } from "../../../local/sqs/SqsService.ts"

export const account: Account = { accountId: "123456789012", region: "eu-central-1", endpoint: "http://127.0.0.1:9" }

/** Creates a resource as the Pulumi engine does. */
export const create = (resources: ResourceProviders, type: string, name: string, inputs: Record<string, unknown>) => {
  const provider = resources[type]
  if (provider === undefined) throw new Error(`no provider of ${type}`)
  return provider({ urn: `urn:pulumi:test::test::${type}::${name}`, name, type, inputs })
}

/** A CloudWatch that only records. */
export const recordingCloudWatch = () => {
  const logs: Array<LogEvent> = []
  const metrics: Array<Datum> = []
  const cloudwatch: CloudWatch = {
    signingName: "monitoring",
    authorizations: () => [],
    handle: async () => ({ status: 404, body: "" }),
    error: (_request, status, _code, body) => ({ status, body }),
    resources: {},
    putMetric: (datum) => void metrics.push(datum),
    putLog: (event) => void logs.push(event),
    logs: (logGroup) => logs.filter((event) => event.logGroup === logGroup),
    values: () => [],
    metricKeys: () => [],
    metrics: (filter) => metrics.filter(({ name }) => name === filter.name),
    alarms: () => [],
    dashboards: () => new Map(),
    watchQueues: () => undefined,
    onLog: () => () => undefined,
    close: () => undefined
  }
  return { cloudwatch, lines: () => logs.map((event) => event.message), metrics }
}

const lambdaTrust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }]
}

const allow = (actions: ReadonlyArray<string>) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] })

export const consumerActions = [
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes"
]

/** Starts Lambda. */
export const startLambda = async (sqs: SqsService, options: { clock?: Clock; maximumEnvironments?: number } = {}) => {
  const iam = createIam(account)
  const recorded = recordingCloudWatch()
  const { clock = systemClock, ...rest } = options
  const lambda = await createLambda({ account, clock, iam, sqs, cloudwatch: recorded.cloudwatch, ...rest })

  const role = async (name: string, actions = consumerActions): Promise<string> => {
    const { state } = await create(iam.resources, "aws:iam/role:Role", name, {
      name,
      assumeRolePolicy: JSON.stringify(lambdaTrust)
    })
    await create(iam.resources, "aws:iam/rolePolicy:RolePolicy", name, { role: name, name, policy: allow(actions) })
    return String(state["arn"])
  }

  /** Deploys a module as a function; answers its ARN. */
  const deploy = async (name: string, source: string, inputs: Record<string, unknown> = {}): Promise<string> => {
    const { state } = await create(lambda.resources, "aws:lambda/function:Function", name, {
      name,
      code: { files: { "index.mjs": Buffer.from(source) } },
      handler: "index.handler",
      runtime: "nodejs24.x",
      role: inputs["role"] ?? (await role(`${name}-role`)),
      timeout: 10,
      ...inputs
    })
    return String(state["arn"])
  }
  return { lambda, iam, role, deploy, ...recorded }
}
