/** Resources and policies to try rules on, as little of them as a rule reads. */
import type { Judged } from "../judge.ts"

/** What keeps a rule, and what breaks it. */
export interface RuleCases {
  /** Stacks that keep it. */
  readonly good: readonly (readonly Judged[])[]
  /** Stacks that break it, with what is said about the resource. */
  readonly bad: readonly (readonly [readonly Judged[], string])[]
}

/** Properties by name. */
export type Inputs = Readonly<Record<string, unknown>>

/** Makes resources of a type: outputs are the inputs and what AWS would add. */
export const resource =
  (type: string) =>
  (inputs: Inputs, name = "it"): Judged => ({
    type,
    name,
    inputs,
    state: { arn: `arn:of:${name}`, url: `url-of-${name}`, bucket: name, name, ...inputs }
  })

export const alarm = resource("aws:cloudwatch/metricAlarm:MetricAlarm")
export const bucket = resource("aws:s3/bucket:Bucket")
export const bucketPolicy = resource("aws:s3/bucketPolicy:BucketPolicy")
export const bucketEncryption = resource(
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
export const distribution = resource("aws:cloudfront/distribution:Distribution")
export const endpoint = resource("aws:ec2/vpcEndpoint:VpcEndpoint")
export const eventSource = resource("aws:lambda/eventSourceMapping:EventSourceMapping")
export const lambda = resource("aws:lambda/function:Function")
export const lambdaPermission = resource("aws:lambda/permission:Permission")
export const logGroup = resource("aws:cloudwatch/logGroup:LogGroup")
export const queue = resource("aws:sqs/queue:Queue")
export const queuePolicy = resource("aws:sqs/queuePolicy:QueuePolicy")
export const recursion = resource("aws:lambda/functionRecursionConfig:FunctionRecursionConfig")
export const redriveAllow = resource("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
export const redrive = resource("aws:sqs/redrivePolicy:RedrivePolicy")
export const role = resource("aws:iam/role:Role")
export const rolePolicy = resource("aws:iam/rolePolicy:RolePolicy")
export const table = resource("aws:dynamodb/table:Table")
export const tablePolicy = resource("aws:dynamodb/resourcePolicy:ResourcePolicy")
export const topic = resource("aws:sns/topic:Topic")
export const topicPolicy = resource("aws:sns/topicPolicy:TopicPolicy")

/** A policy document as JSON. */
export const document = (...statements: readonly Inputs[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements })
/** A statement that allows. */
export const allow = (Action: unknown, Resource: unknown, more: Inputs = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more
})
/** What a request without TLS has. */
export const insecure = { Bool: { "aws:SecureTransport": "false" } }
/** A document that denies, under a condition, an action to somebody. */
export const deny = (Action: string, Condition: Inputs = insecure, Principal: unknown = "*") =>
  document({ Effect: "Deny", Principal, Action, Resource: "*", Condition })
/** A queue and its dead-letter queue. */
export const deadLettering = (policy: Inputs, target: Inputs = {}) => [
  queue({ redrivePolicy: JSON.stringify({ deadLetterTargetArn: "arn:of:dead", maxReceiveCount: 3 }), ...policy }),
  queue(target, "dead")
]
