import { readFileSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import { OrderPipeline } from "../../components/orderPipeline/OrderPipeline.ts"
import { readStackConfig } from "../../local/pulumi/stackConfig.ts"
import { policies } from "../../policy/policies.ts"
import { type Deployed, deploy } from "../components/deployed.ts"
import { judge, rulesAt } from "./judge.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** The resources of `index.ts` with the configuration of a stack, as its YAML file has it. */
const stackOf = async (stack: string): Promise<readonly Deployed[]> => {
  const { project, values } = readStackConfig(root, stack)
  const url = `${pathToFileURL(`${root}index.ts`).href}?stack=${stack}`
  const program = async (): Promise<object> => import(url)
  return (await deploy(program, { project, stack, config: values })).resources
}

const dev = await stackOf("dev")
const prod = await stackOf("prod")
const local = await stackOf("local")
const isolated = (
  await deploy(
    () => new OrderPipeline("orders", { stage: "production", api: { auth: { mode: "iam" } }, network: "private" })
  )
).resources

/** The resources of an example program with the configuration of its stack. */
const exampleOf = async (name: string, program: () => Promise<object>): Promise<readonly Deployed[]> => {
  const { project, values } = readStackConfig(`${root}examples/${name}`, "dev")
  return (await deploy(program, { project, stack: "dev", config: values })).resources
}
const invoices = await exampleOf("invoices", () => import("../../examples/invoices/index.ts"))
const adopted = await exampleOf("adopted", () => import("../../examples/adopted/index.ts"))

const payment = { url: "https://pay.example.com", token: "a token" }
const paid = (
  await deploy(() => new OrderPipeline("orders", { stage: "production", api: { auth: { mode: "iam" } }, payment }))
).resources
const shop = (
  await deploy(
    () =>
      new OrderPipeline("orders", {
        stage: "production",
        api: { auth: { mode: "jwt", issuer: "https://issuer.example.com", audiences: ["orders"] } },
        storefront: true
      })
  )
).resources
const webhooks = [{ kind: "slack", url: "https://hooks.slack.com/services/x" }] as const
const notified = (
  await deploy(
    () =>
      new OrderPipeline("orders", {
        ...{ stage: "production", api: { auth: { mode: "iam" } } },
        queue: { alerts: { webhooks } }
      })
  )
).resources
const stacks = { dev, prod, local, isolated, paid, shop, adopted, notified }

describe("our own stacks", () => {
  it.each(Object.entries(stacks))("break no rule that stops a deployment: %s", async (_, resources) => {
    const findings = await judge(resources)
    expect(findings.filter(({ rule }) => rulesAt("mandatory").includes(rule))).toEqual([])
  })

  it("are warned of where the API lets anybody in, which is only where it does", async () => {
    const warnings = async (resources: readonly Deployed[]) =>
      (await judge(resources)).filter(({ rule }) => rulesAt("advisory").includes(rule)).map(({ message }) => message)
    expect(await warnings(dev)).toEqual([
      'aws:apigatewayv2/route:Route "orders-get-order-route": authorizationType is "NONE"; it must be "AWS_IAM", "JWT" or "CUSTOM".',
      'aws:apigatewayv2/route:Route "orders-place-order-route": authorizationType is "NONE"; it must be "AWS_IAM", "JWT" or "CUSTOM".'
    ])
    expect(await warnings(prod)).toEqual([])
  })

  it("break none as a part of another program, whose own resources are judged as well", async () => {
    const findings = await judge(invoices)
    expect(findings.filter(({ rule }) => rulesAt("mandatory").includes(rule))).toEqual([
      {
        rule: "tls-only",
        message:
          'aws:dynamodb/table:Table "invoices": it has no policy; a policy must deny dynamodb:* to everybody where aws:SecureTransport is false.'
      },
      {
        rule: "point-in-time-recovery",
        message: 'aws:dynamodb/table:Table "invoices": pointInTimeRecovery.enabled is missing; it must be true.'
      }
    ])
  })

  it("are encrypted throughout with a key of the account's own, where one is given", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    const { resources } = await deploy(
      () => new OrderPipeline("orders", { stage: "production", api: { auth: { mode: "iam" } }, queue: { kmsKeyArn } })
    )
    expect(await judge(resources, { only: "customer-managed-keys" })).toEqual([])
    expect((await judge(prod, { only: "customer-managed-keys" })).length).toBeGreaterThan(0)
  })

  it("are protected from deletion in production, and there only", async () => {
    const only = "protected-from-deletion"
    expect(await judge(prod, { only })).toEqual([])
    expect((await judge(dev, { only })).length).toBeGreaterThan(0)
  })
})

describe("the configuration that the documentation shows", () => {
  const page = readFileSync(`${root}docs/security/policy-pack.md`, "utf8")
  const [, json = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? []
  const config: Readonly<Record<string, unknown>> = JSON.parse(json)

  it("names rules only that there are", () => {
    const names = policies.map(({ name }) => name)
    expect(Object.keys(config).filter((name) => !names.includes(name))).toEqual([])
  })

  it("is met by our production stack, and not by the one for development", async () => {
    const broken = async (resources: readonly Deployed[]) => {
      const findings = await Promise.all(
        Object.entries(config).map(([only, value]) =>
          judge(resources, {
            only,
            config: typeof value === "object" && value !== null ? { [only]: { ...value } } : {}
          })
        )
      )
      return [...new Set(findings.flat().map(({ rule }) => rule))]
    }
    expect(await broken(prod)).toEqual([])
    expect(await broken(dev)).toEqual(["api-authorized", "protected-from-deletion", "log-retention"])
  })
})

describe("a rule", () => {
  /** The stack without a resource, or with one changed: what a later mistake would do. */
  const without = (name: string) => {
    expect(prod.map((each) => each.name)).toContain(name)
    return prod.filter((each) => each.name !== name)
  }
  const changed = (name: string, type: string, changes: Readonly<Record<string, unknown>>, base = prod) => {
    expect(base.map((each) => `${each.type} ${each.name}`)).toContain(`${type} ${name}`)
    return base.map((each) =>
      each.name === name && each.type === type
        ? { ...each, inputs: { ...each.inputs, ...changes }, state: { ...each.state, ...changes } }
        : each
    )
  }
  const queueType = "aws:sqs/queue:Queue"
  const functionType = "aws:lambda/function:Function"
  const changedDistribution = (changes: Readonly<Record<string, unknown>>) =>
    changed("orders-storefront", "aws:cloudfront/distribution:Distribution", changes, shop)
  const allowAll = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] })

  const mistakes: Readonly<Record<string, readonly Deployed[]>> = {
    "queue-encrypted": changed("orders-queue", queueType, { sqsManagedSseEnabled: false }),
    "bucket-encrypted": without("orders-archive-encryption"),
    "customer-managed-keys": prod,
    "tls-only": without("orders-parking-queue-policy"),
    "tls-subscriptions": changed("orders-subscription", "aws:sns/topicSubscription:TopicSubscription", {
      protocol: "http"
    }),
    "distribution-https": changedDistribution({ defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" } }),
    "distribution-tls": changedDistribution({ viewerCertificate: { minimumProtocolVersion: "TLSv1" } }),
    "distribution-origin-tls": changedDistribution({
      origins: [{ customOriginConfig: { originProtocolPolicy: "http-only" } }]
    }),
    "distribution-origin-access": changedDistribution({ origins: [{ originId: "files" }] }),
    "bucket-not-public": without("orders-archive-public-access"),
    "bucket-without-acl": changed("orders-archive", "aws:s3/bucket:Bucket", { acl: "public-read" }),
    "no-public-principal": changed("orders-queue-policy", "aws:sqs/queuePolicy:QueuePolicy", {
      policy: allowAll({ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" })
    }),
    "function-not-public": changed("orders-get-order-invoke", "aws:lambda/permission:Permission", {
      principal: "*"
    }).map(({ inputs: { sourceArn, ...inputs }, ...rest }) => ({ ...rest, inputs })),
    "no-open-security-group": changed(
      "orders-network-functions-group",
      "aws:ec2/securityGroup:SecurityGroup",
      { ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }] },
      isolated
    ),
    "endpoint-policy": changed("orders-network-s3", "aws:ec2/vpcEndpoint:VpcEndpoint", { policy: undefined }, isolated),
    "exact-actions": changed("orders-healer-policy", "aws:iam/rolePolicy:RolePolicy", {
      policy: allowAll({ Effect: "Allow", Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:123456789012:orders" })
    }),
    "exact-resources": changed("orders-healer-policy", "aws:iam/rolePolicy:RolePolicy", {
      policy: allowAll({ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" })
    }),
    "no-broad-managed-policies": changed("orders-healer-role", "aws:iam/role:Role", {
      managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]
    }),
    "exact-trust": changed("orders-healer-role", "aws:iam/role:Role", {
      assumeRolePolicy: allowAll({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" })
    }),
    "consumed-queue-redrives": changed("orders-queue", queueType, { redrivePolicy: undefined }),
    "dead-letter-retention": changed("orders-dead-letter-queue", queueType, { messageRetentionSeconds: 3600 }),
    "dead-letter-redrive-allow": without("orders-dead-letter-redrive-allow"),
    "batch-item-failures": changed("orders-consumer-source", "aws:lambda/eventSourceMapping:EventSourceMapping", {
      functionResponseTypes: []
    }),
    "healing-loop-decided": without("orders-consumer-recursion"),
    "dead-letter-alarm": without("orders-dead-letters-waiting"),
    "late-message-alarm": without("orders-messages-late"),
    "alarm-complete": changed("orders-breaker-open", "aws:cloudwatch/metricAlarm:MetricAlarm", { alarmActions: [] }),
    "alarms-get-through": changed("orders-alerts", "aws:sns/topic:Topic", { kmsMasterKeyId: "alias/aws/sns" }),
    "log-retention": changed("orders-healer-log", "aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 0 }),
    "point-in-time-recovery": changed("orders-table", "aws:dynamodb/table:Table", { pointInTimeRecovery: undefined }),
    "bucket-versioned": without("orders-archive-versioning"),
    "bucket-expires": without("orders-archive-lifecycle"),
    "protected-from-deletion": dev,
    "function-tracing": changed("orders-consumer", functionType, { tracingConfig: undefined }),
    "function-log-group": changed("orders-consumer", functionType, { loggingConfig: { logFormat: "JSON" } }),
    "no-secrets-in-environment": changed("orders-consumer", functionType, {
      environment: { variables: { PAYMENT_TOKEN: "hush" } }
    }),
    "api-throttled": changed("orders-api-stage", "aws:apigatewayv2/stage:Stage", { defaultRouteSettings: {} }),
    "api-logged": changed("orders-api-stage", "aws:apigatewayv2/stage:Stage", { accessLogSettings: undefined }),
    "api-authorized": dev
  }

  it("is known by one name, with a description and the page that it follows", () => {
    const names = policies.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, description, url, severity } of policies) {
      expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/)
      expect(description).toMatch(/\.$/)
      expect(url).toMatch(/^https:\/\/(?:docs\.aws\.amazon\.com|www\.pulumi\.com)\//)
      expect(severity).toBeDefined()
    }
  })

  it("is tried by a mistake of its own", () => {
    expect(Object.keys(mistakes).toSorted()).toEqual(policies.map(({ name }) => name).toSorted())
  })

  it.each(Object.keys(mistakes))("%s finds a mistake in a stack that was good", async (rule) => {
    const findings = await judge(mistakes[rule] ?? [], { only: rule })
    expect(findings).not.toEqual([])
    for (const { message } of findings) expect(message).toMatch(/^[\w:/]+ "[\w-]+": .+; .+\.$/)
  })
})
