import { readdirSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { configKeys } from "../components/orderPipeline/stackConfig.ts"
import { decodeRecoveryPolicy } from "../handlers/recovery/recoveryPolicyCodec.ts"
import { readStackConfig } from "../local/pulumi/stackConfig.ts"
import { type Deployment, deploy, resolved } from "./components/deployed.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const pageFiles = readdirSync(`${root}/web`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

const deployments = new Map<string, Promise<Deployment<object>>>()

/** `index.ts` with the configuration of a stack, as its YAML file has it; run once a stack. */
const deployStack = (stack: string): Promise<Deployment<object>> => {
  const known = deployments.get(stack)
  if (known !== undefined) return known
  const { project, values } = readStackConfig(root, stack)
  // The query makes it a module of its own for each stack, while the components are loaded once.
  const url = `${pathToFileURL(`${root}index.ts`).href}?stack=${stack}`
  const program = async (): Promise<object> => import(url)
  const deployment = deploy(program, { project, stack, config: values })
  deployments.set(stack, deployment)
  return deployment
}

/** Where an order page is wanted. */
const withStorefront = ["local"]

const outputs = [
  "administratorPolicy",
  "alertTopicArn",
  "apiUrl",
  "archiveBucketName",
  "consumerLogGroupName",
  "dashboardUrl",
  "deadLetterQueueUrl",
  "failuresTableName",
  "healerLogGroupName",
  "operatorPolicy",
  "orderQueueUrl",
  "orderTopicArn",
  "ordersTableName",
  "parkingQueueUrl",
  "readerPolicy",
  "recoveryPolicy",
  "storefrontDistributionDomainName",
  "storefrontUrl",
  "undeliveredAlertsQueueUrl"
]

/** What an order page adds. */
const storefrontCounts = {
  "aws:cloudfront/distribution:Distribution": 1,
  "aws:cloudfront/originAccessControl:OriginAccessControl": 1,
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": 1,
  "aws:s3/bucket:Bucket": 1,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
  "aws:s3/bucketObjectv2:BucketObjectv2": pageFiles.length,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
  "aws:s3/bucketPolicy:BucketPolicy": 1,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
  "aws:s3/bucketVersioning:BucketVersioning": 1
}

/** How many resources there are of each type in every stack, but for the order page. */
const counts = {
  "aws:apigatewayv2/api:Api": 1,
  "aws:apigatewayv2/integration:Integration": 2,
  "aws:apigatewayv2/route:Route": 2,
  "aws:apigatewayv2/stage:Stage": 1,
  "aws:cloudwatch/dashboard:Dashboard": 1,
  "aws:cloudwatch/logGroup:LogGroup": 7,
  "aws:cloudwatch/metricAlarm:MetricAlarm": 11,
  "aws:dynamodb/resourcePolicy:ResourcePolicy": 2,
  "aws:dynamodb/table:Table": 2,
  "aws:iam/role:Role": 6,
  "aws:iam/rolePolicy:RolePolicy": 6,
  "aws:lambda/eventSourceMapping:EventSourceMapping": 2,
  "aws:lambda/function:Function": 6,
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": 2,
  "aws:lambda/permission:Permission": 2,
  "aws:s3/bucket:Bucket": 1,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
  "aws:s3/bucketPolicy:BucketPolicy": 1,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
  "aws:s3/bucketVersioning:BucketVersioning": 1,
  "aws:sns/topic:Topic": 2,
  "aws:sns/topicPolicy:TopicPolicy": 2,
  "aws:sns/topicSubscription:TopicSubscription": 1,
  "aws:sqs/queue:Queue": 3,
  "aws:sqs/queuePolicy:QueuePolicy": 3,
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": 2,
  "resilient-queue:index:BundledFunction": 6,
  "resilient-queue:index:OrderPipeline": 1,
  "resilient-queue:index:ResilientQueue": 1
}

const countByType = ({ resources }: Deployment<object>) => {
  const found: Record<string, number> = {}
  for (const { type } of resources) found[type] = (found[type] ?? 0) + 1
  return found
}

describe("the stack program", () => {
  it.each(["dev", "prod", "local"])(
    "makes the same resources and outputs in stack %s, but for the order page",
    async (stack) => {
      const deployed = await deployStack(stack)
      const hasStorefront = withStorefront.includes(stack)
      const added: Readonly<Record<string, number>> = hasStorefront ? storefrontCounts : {}
      const expected: Record<string, number> = { ...counts }
      for (const [type, count] of Object.entries(added)) expected[type] = (expected[type] ?? 0) + count
      expect(countByType(deployed)).toEqual(expected)
      expect(Object.keys(deployed.result).toSorted()).toEqual(outputs)
      for (const [name, output] of Object.entries(deployed.result)) {
        // What is not there: no stack has webhooks.
        if (name === "undeliveredAlertsQueueUrl" || (name.startsWith("storefront") && !hasStorefront))
          expect(output).toBeNull()
        else if (name === "recoveryPolicy")
          expect(Result.isSuccess(decodeRecoveryPolicy(String(await resolved(output))))).toBe(true)
        else expect(await resolved(output)).toMatch(/^(https:\/\/|arn:aws:sns:|orders-|\{"Version":"2012-10-17",)/)
      }
    }
  )

  it("is short of time in stack local, and only there", async () => {
    const times = async (stack: string) => {
      const { named } = await deployStack(stack)
      return {
        timeout: named("orders-consumer", "aws:lambda/function:Function").inputs["timeout"],
        visibility: named("orders-queue").inputs["visibilityTimeoutSeconds"]
      }
    }
    expect(await times("local")).toEqual({ timeout: 4, visibility: 4 })
    expect(await times("dev")).toEqual({ timeout: 30, visibility: 180 })
    expect(await times("prod")).toEqual({ timeout: 30, visibility: 181 })
  })

  it("protects what holds data in stack prod, and nothing in the others", async () => {
    const guarded = async (stack: string) =>
      (await deployStack(stack)).resources.flatMap(({ name, protect }) => (protect ? [name] : [])).toSorted()
    expect(await guarded("prod")).toEqual([
      "orders-archive",
      "orders-dead-letter-queue",
      "orders-failures",
      "orders-parking-queue",
      "orders-queue",
      "orders-table"
    ])
    expect(await guarded("dev")).toEqual([])
  })

  it.each(["dev", "prod", "local"])("knows every key of stack %s, and each is explained above it", async (stack) => {
    const lines = (await readFile(`${root}/Pulumi.${stack}.yaml`, "utf8")).split("\n")
    const keys = lines.flatMap((line) => /^ {2}order-pipeline:(\w+):/.exec(line)?.[1] ?? [])
    expect(keys.filter((key) => !configKeys.some((known) => known === key))).toEqual([])
    const groups = lines
      .join("\n")
      .split(/\n(?= {2}#|\n)/)
      .filter((group) => group.includes("order-pipeline:"))
    const unexplained = groups.filter((group) => !group.includes("#") && !/order-pipeline:(stage|auth)/.test(group))
    expect(unexplained).toEqual([])
  })
})
