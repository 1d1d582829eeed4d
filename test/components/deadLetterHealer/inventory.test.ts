import { describe, expect, it } from "vitest"
import { recoveryPolicy } from "../../../handlers/recovery/RecoveryPolicy.ts"
import { resolved } from "../deployed.ts"
import { adopted, arn, toFunction, toQueue } from "./adopted.ts"

const inventory = [
  "aws:cloudwatch/dashboard:Dashboard legacy-dashboard",
  "aws:cloudwatch/eventRule:EventRule legacy-settling",
  "aws:cloudwatch/eventTarget:EventTarget legacy-settling-target",
  "aws:cloudwatch/logGroup:LogGroup legacy-healer-log",
  "aws:cloudwatch/logGroup:LogGroup legacy-widget-log",
  "aws:cloudwatch/metricAlarm:MetricAlarm legacy-breaker-open",
  "aws:cloudwatch/metricAlarm:MetricAlarm legacy-dead-letters-received",
  "aws:cloudwatch/metricAlarm:MetricAlarm legacy-dead-letters-waiting",
  "aws:cloudwatch/metricAlarm:MetricAlarm legacy-healer-crashing",
  "aws:cloudwatch/metricAlarm:MetricAlarm legacy-healer-throttled",
  "aws:cloudwatch/metricAlarm:MetricAlarm legacy-healing-errors",
  "aws:cloudwatch/metricAlarm:MetricAlarm legacy-messages-parked",
  "aws:dynamodb/resourcePolicy:ResourcePolicy legacy-failures-policy",
  "aws:dynamodb/table:Table legacy-failures",
  "aws:iam/role:Role legacy-healer-role",
  "aws:iam/role:Role legacy-widget-role",
  "aws:iam/rolePolicy:RolePolicy legacy-healer-policy",
  "aws:iam/rolePolicy:RolePolicy legacy-widget-policy",
  "aws:lambda/eventSourceMapping:EventSourceMapping legacy-healer-source",
  "aws:lambda/function:Function legacy-healer",
  "aws:lambda/function:Function legacy-widget",
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig legacy-healer-recursion",
  "aws:lambda/permission:Permission legacy-settling-invoke",
  "aws:s3/bucket:Bucket legacy-archive",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration legacy-archive-lifecycle",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls legacy-archive-ownership",
  "aws:s3/bucketPolicy:BucketPolicy legacy-archive-policy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock legacy-archive-public-access",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration legacy-archive-encryption",
  "aws:s3/bucketVersioning:BucketVersioning legacy-archive-versioning",
  "aws:sns/topic:Topic legacy-alerts",
  "aws:sns/topicPolicy:TopicPolicy legacy-alerts-policy",
  "aws:sqs/queue:Queue legacy-parking-queue",
  "aws:sqs/queuePolicy:QueuePolicy legacy-parking-queue-policy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy legacy-parking-redrive-allow",
  "resilient-queue:index:BundledFunction legacy-healer",
  "resilient-queue:index:BundledFunction legacy-widget",
  "resilient-queue:index:DeadLetterHealer legacy"
]

describe("what a DeadLetterHealer consists of", () => {
  it.each([
    ["a queue", toQueue],
    ["a function", toFunction]
  ])("is exactly this, and nothing of what belongs to others, where healed messages go to %s", async (_to, args) => {
    const { resources } = await adopted(args)
    expect(resources.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual(inventory)
    for (const { type, urn, parentUrn } of resources) {
      if (type !== "resilient-queue:index:DeadLetterHealer")
        expect(`${parentUrn} ${urn}`).toContain("resilient-queue:index:DeadLetterHealer")
    }
  })

  it("has no schedule where it is to settle only while dead letters arrive", async () => {
    const { resources } = await adopted({ ...toQueue, settleOnSchedule: false })
    expect(resources.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual(
      inventory.filter((each) => !each.includes("legacy-settling"))
    )
  })

  it("has no function for its dashboard where it is to have none", async () => {
    const { resources, result } = await adopted({ ...toQueue, dashboard: { failureGroups: false } })
    expect(resources.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual(
      inventory.filter((each) => !each.includes("legacy-widget"))
    )
    expect(result.failureGroupsFunctionArn).toBeUndefined()
  })

  it("has names, ARNs and URLs of all its parts as outputs", async () => {
    const recovery = recoveryPolicy({ OutOfStock: { action: "archive" } })
    const { result, named } = await adopted({ ...toQueue, recovery })
    const { urn: _urn, ...outputs } = Object.fromEntries(
      await Promise.all(
        Object.entries(result).flatMap(([name, value]) =>
          name.startsWith("__") ? [] : [resolved(value).then((known) => [name, known] as const)]
        )
      )
    )
    expect(outputs).toEqual({
      parkingQueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/legacy-parking-queue",
      parkingQueueArn: arn("sqs", "legacy-parking-queue"),
      parkingQueueName: "legacy-parking-queue",
      healerFunctionArn: arn("lambda", "legacy-healer"),
      healerFunctionName: "legacy-healer",
      healerRoleArn: arn("iam", "legacy-healer-role"),
      healerLogGroupName: "legacy-healer-log",
      failuresTableName: "legacy-failures",
      failuresTableArn: arn("dynamodb", "legacy-failures"),
      archiveBucketName: "legacy-archive",
      archiveBucketArn: "arn:aws:s3:::legacy-archive",
      alertTopicArn: arn("sns", "legacy-alerts"),
      alarmArns: [
        "dead-letters-waiting",
        "dead-letters-received",
        "healing-errors",
        "healer-crashing",
        "healer-throttled",
        "messages-parked",
        "breaker-open"
      ].map((suffix) => arn("cloudwatch", `legacy-${suffix}`)),
      failureGroupsFunctionArn: arn("lambda", "legacy-widget"),
      dashboardName: "test-project-legacy-test-stack",
      dashboardUrl:
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/test-project-legacy-test-stack",
      recoveryPolicy: '{"OutOfStock":{"action":"archive"}}'
    })
    const { environment } = named("legacy-healer", "aws:lambda/function:Function").inputs
    expect(environment).toMatchObject({ variables: { RECOVERY_POLICY: outputs["recoveryPolicy"] } })
  })

  it("protects what it keeps where data is to be protected", async () => {
    const { resources } = await adopted({ ...toQueue, protectData: true })
    expect(resources.flatMap(({ name, protect }) => (protect ? [name] : [])).toSorted()).toEqual([
      "legacy-archive",
      "legacy-failures",
      "legacy-parking-queue"
    ])
  })
})
