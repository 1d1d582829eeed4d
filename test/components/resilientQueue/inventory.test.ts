import { describe, expect, it } from "vitest"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { deploy, resolved } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

const inventory = [
  "aws:cloudwatch/dashboard:Dashboard invoices-dashboard",
  "aws:cloudwatch/logGroup:LogGroup invoices-consumer-log",
  "aws:cloudwatch/logGroup:LogGroup invoices-healer-log",
  "aws:cloudwatch/logGroup:LogGroup invoices-replay-log",
  "aws:cloudwatch/logGroup:LogGroup invoices-widget-log",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-breaker-open",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-consumer-crashing",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-consumer-throttled",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-dead-letters-received",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-dead-letters-waiting",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-healer-crashing",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-healer-throttled",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-healing-errors",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-messages-failing",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-messages-late",
  "aws:cloudwatch/metricAlarm:MetricAlarm invoices-messages-parked",
  "aws:dynamodb/resourcePolicy:ResourcePolicy invoices-failures-policy",
  "aws:dynamodb/table:Table invoices-failures",
  "aws:iam/role:Role invoices-consumer-role",
  "aws:iam/role:Role invoices-healer-role",
  "aws:iam/role:Role invoices-replay-role",
  "aws:iam/role:Role invoices-widget-role",
  "aws:iam/rolePolicy:RolePolicy invoices-consumer-policy",
  "aws:iam/rolePolicy:RolePolicy invoices-healer-policy",
  "aws:iam/rolePolicy:RolePolicy invoices-replay-policy",
  "aws:iam/rolePolicy:RolePolicy invoices-widget-policy",
  "aws:lambda/eventSourceMapping:EventSourceMapping invoices-consumer-source",
  "aws:lambda/eventSourceMapping:EventSourceMapping invoices-healer-source",
  "aws:lambda/function:Function invoices-consumer",
  "aws:lambda/function:Function invoices-healer",
  "aws:lambda/function:Function invoices-replay",
  "aws:lambda/function:Function invoices-widget",
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig invoices-consumer-recursion",
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig invoices-healer-recursion",
  "aws:s3/bucket:Bucket invoices-archive",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration invoices-archive-lifecycle",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls invoices-archive-ownership",
  "aws:s3/bucketPolicy:BucketPolicy invoices-archive-policy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock invoices-archive-public-access",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration invoices-archive-encryption",
  "aws:s3/bucketVersioning:BucketVersioning invoices-archive-versioning",
  "aws:sns/topic:Topic invoices-alerts",
  "aws:sns/topicPolicy:TopicPolicy invoices-alerts-policy",
  "aws:sqs/queue:Queue invoices-dead-letter-queue",
  "aws:sqs/queue:Queue invoices-parking-queue",
  "aws:sqs/queue:Queue invoices-queue",
  "aws:sqs/queuePolicy:QueuePolicy invoices-dead-letter-queue-policy",
  "aws:sqs/queuePolicy:QueuePolicy invoices-parking-queue-policy",
  "aws:sqs/queuePolicy:QueuePolicy invoices-queue-policy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy invoices-dead-letter-redrive-allow",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy invoices-parking-redrive-allow",
  "resilient-queue:index:BundledFunction invoices-consumer",
  "resilient-queue:index:BundledFunction invoices-healer",
  "resilient-queue:index:BundledFunction invoices-replay",
  "resilient-queue:index:BundledFunction invoices-widget",
  "resilient-queue:index:ResilientQueue invoices"
]

const typesAndNames = (resources: readonly { readonly type: string; readonly name: string }[]) =>
  resources.map(({ type, name }) => `${type} ${name}`).toSorted()

describe("what a ResilientQueue consists of", () => {
  it("is exactly this, by default", async () => {
    const { resources } = await deploy(() => new ResilientQueue("invoices", { consumer: { entry: consumerEntry } }))
    expect(typesAndNames(resources)).toEqual(inventory)
  })

  it.each([
    ["the replay's function", { replay: false }, /invoices-replay/],
    ["both functions of the dashboard", { failureGroups: false }, /invoices-(replay|widget)/]
  ] as const)("is that without %s, where the dashboard is to have none", async (_, dashboard, left) => {
    const { resources, result, named } = await deploy(
      () => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, dashboard })
    )
    expect(typesAndNames(resources)).toEqual(inventory.filter((each) => !left.test(each)))
    expect(result.replayFunctionArn).toBeUndefined()
    const body = String(named("invoices-dashboard").inputs["dashboardBody"])
    expect(body.includes('"custom"')).toBe(!("failureGroups" in dashboard))
    for (const policy of [result.readerPolicy, result.operatorPolicy])
      expect((await resolved(policy)).includes("lambda:InvokeFunction")).toBe(!("failureGroups" in dashboard))
  })

  it("is that plus the subscriptions that it is given", async () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:first"
    const { resources } = await deploy(
      () =>
        new ResilientQueue("invoices", {
          consumer: { entry: consumerEntry },
          subscriptions: [{ topicArn: topic }, { topicArn: `${topic}-2` }],
          alerts: { email: "on-call@example.com" }
        })
    )
    expect(typesAndNames(resources)).toEqual(
      [
        ...inventory,
        "aws:sns/topicSubscription:TopicSubscription invoices-alert-email",
        "aws:sns/topicSubscription:TopicSubscription invoices-subscription",
        "aws:sns/topicSubscription:TopicSubscription invoices-subscription-2"
      ].toSorted()
    )
  })

  it("carries the component's name and type: children are named after it and live under it", async () => {
    const { resources } = await deploy(() => new ResilientQueue("invoices", { consumer: { entry: consumerEntry } }))
    const children = resources.filter(({ type }) => type !== "resilient-queue:index:ResilientQueue")
    for (const { name, urn, parentUrn } of children) {
      expect(name).toMatch(/^invoices-/)
      expect(`${parentUrn} ${urn}`).toContain("resilient-queue:index:ResilientQueue")
    }
  })

  it("can be had twice in one program", async () => {
    const { resources } = await deploy(() => [
      new ResilientQueue("one", { consumer: { entry: consumerEntry } }),
      new ResilientQueue("two", { consumer: { entry: consumerEntry } })
    ])
    expect(new Set(resources.map(({ urn }) => urn)).size).toBe(2 * inventory.length)
  })

  it("has names, ARNs and URLs of all its parts as outputs", async () => {
    const { result } = await deploy(() => new ResilientQueue("invoices", { consumer: { entry: consumerEntry } }))
    const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`
    const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`
    const { urn: _urn, ...outputs } = Object.fromEntries(
      await Promise.all(
        Object.entries(result).flatMap(([name, value]) =>
          name.startsWith("__") ? [] : [resolved(value).then((known) => [name, known] as const)]
        )
      )
    )
    expect(outputs).toEqual({
      queueUrl: url("invoices-queue"),
      queueArn: arn("sqs", "invoices-queue"),
      queueName: "invoices-queue",
      deadLetterQueueUrl: url("invoices-dead-letter-queue"),
      deadLetterQueueArn: arn("sqs", "invoices-dead-letter-queue"),
      deadLetterQueueName: "invoices-dead-letter-queue",
      parkingQueueUrl: url("invoices-parking-queue"),
      parkingQueueArn: arn("sqs", "invoices-parking-queue"),
      parkingQueueName: "invoices-parking-queue",
      consumerFunctionArn: arn("lambda", "invoices-consumer"),
      consumerFunctionName: "invoices-consumer",
      consumerRoleArn: arn("iam", "invoices-consumer-role"),
      consumerLogGroupName: "invoices-consumer-log",
      healerFunctionArn: arn("lambda", "invoices-healer"),
      healerFunctionName: "invoices-healer",
      healerRoleArn: arn("iam", "invoices-healer-role"),
      healerLogGroupName: "invoices-healer-log",
      failuresTableName: "invoices-failures",
      failuresTableArn: arn("dynamodb", "invoices-failures"),
      archiveBucketName: "invoices-archive",
      archiveBucketArn: "arn:aws:s3:::invoices-archive",
      alertTopicArn: arn("sns", "invoices-alerts"),
      alarmArns: [
        "dead-letters-waiting",
        "dead-letters-received",
        "healing-errors",
        "healer-crashing",
        "healer-throttled",
        "consumer-crashing",
        "consumer-throttled",
        "messages-failing",
        "messages-late",
        "messages-parked",
        "breaker-open"
      ].map((suffix) => arn("cloudwatch", `invoices-${suffix}`)),
      failureGroupsFunctionArn: arn("lambda", "invoices-widget"),
      replayFunctionArn: arn("lambda", "invoices-replay"),
      dashboardName: "test-project-invoices-test-stack",
      dashboardUrl:
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/test-project-invoices-test-stack",
      recoveryPolicy: expect.stringMatching(/^\{/),
      // What is in them is exercised and mutated; see test/privileges.
      readerPolicy: expect.stringContaining('"dynamodb:Query"'),
      operatorPolicy: expect.stringContaining('"sqs:StartMessageMoveTask"'),
      administratorPolicy: expect.stringContaining('"sqs:PurgeQueue"')
    })
  })

  it("is protected from deletion only where data is to be protected", async () => {
    const holdsData = [
      "invoices-archive",
      "invoices-dead-letter-queue",
      "invoices-failures",
      "invoices-parking-queue",
      "invoices-queue"
    ]
    for (const protectData of [true, false]) {
      const { resources, named } = await deploy(
        () => new ResilientQueue("invoices", { consumer: { entry: consumerEntry }, protectData })
      )
      const protectedNames = resources.flatMap(({ name, protect }) => (protect ? [name] : []))
      expect(protectedNames.toSorted()).toEqual(protectData ? holdsData : [])
      expect(named("invoices-failures").inputs["deletionProtectionEnabled"]).toBe(protectData)
      expect(named("invoices-archive").inputs["forceDestroy"]).toBe(!protectData)
    }
  })
})
