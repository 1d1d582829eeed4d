/** Finding one's way in a stack: which resource belongs to which. */
import type { Subject } from "./rule.ts"
import { jsonOf, textOf, textsOf } from "./values.ts"

/** The type tokens of the resources that rules are about. */
export const types = {
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  bucket: "aws:s3/bucket:Bucket",
  bucketEncryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  bucketLifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  bucketOwnership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  bucketPublicAccess: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  bucketVersioning: "aws:s3/bucketVersioning:BucketVersioning",
  distribution: "aws:cloudfront/distribution:Distribution",
  eventSource: "aws:lambda/eventSourceMapping:EventSourceMapping",
  function: "aws:lambda/function:Function",
  functionRecursion: "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
  functionPermission: "aws:lambda/permission:Permission",
  functionUrl: "aws:lambda/functionUrl:FunctionUrl",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  queue: "aws:sqs/queue:Queue",
  queuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  redriveAllowPolicy: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  redrivePolicy: "aws:sqs/redrivePolicy:RedrivePolicy",
  route: "aws:apigatewayv2/route:Route",
  secretPolicy: "aws:secretsmanager/secretPolicy:SecretPolicy",
  stage: "aws:apigatewayv2/stage:Stage",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
  table: "aws:dynamodb/table:Table",
  tablePolicy: "aws:dynamodb/resourcePolicy:ResourcePolicy",
  topic: "aws:sns/topic:Topic",
  topicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  vpcEndpoint: "aws:ec2/vpcEndpoint:VpcEndpoint"
} as const

/** The resources of a type. */
export const ofType = (stack: readonly Subject[], type: string): readonly Subject[] =>
  stack.filter((subject) => subject.type === type)

/**
 * A property as the program gave it. In a preview, what AWS is going to make up is not known, must not be looked at, and
 * comes from no resource; what comes from one and is not known yet puts the rule off until the update.
 */
export const given = (subject: Subject, property: string): unknown => {
  try {
    return subject.props[property]
  } catch (unknown) {
    if ((subject.propertyDependencies?.[property] ?? []).length > 0) throw unknown
    return undefined
  }
}

/** What others may call a resource by. */
const names = ["arn", "url", "id", "bucket", "name"] as const

/**
 * Whether a property of a resource is, or is made of, an identifier of another: by the engine's own knowledge of what it
 * comes from, which holds in a preview as well; without that, by its value.
 */
export const refersTo = (subject: Subject, property: string, target: Subject): boolean => {
  const sources = subject.propertyDependencies?.[property] ?? []
  if (sources.length > 0) return sources.some(({ urn }) => urn === target.urn)
  const value = given(subject, property)
  const texts = typeof value === "object" && value !== null ? textsOf(Object.values(value)) : textsOf(value)
  if (texts.length === 0) return false
  return names.some((name) => {
    const identifier = given(target, name)
    return typeof identifier === "string" && identifier !== "" && texts.includes(identifier)
  })
}

/** A queue and the queue that takes what it cannot get rid of, if that is in the stack. */
export interface DeadLettering {
  readonly source: Subject
  readonly target: Subject
}

/** Each redrive policy between queues of the stack. */
export const deadLetterings = (stack: readonly Subject[]): readonly DeadLettering[] => {
  const queues = ofType(stack, types.queue)
  const redrives = [
    ...queues.map((source) => ({ source, policy: source })),
    ...ofType(stack, types.redrivePolicy).flatMap((policy) =>
      queues.filter((queue) => refersTo(policy, "queueUrl", queue)).map((source) => ({ source, policy }))
    )
  ]
  return redrives.flatMap(({ source, policy }) =>
    queues
      .filter((target) => target.urn !== source.urn && redrivesTo(policy, target))
      .map((target) => ({ source, target }))
  )
}

const redrivesTo = (policy: Subject, target: Subject): boolean => {
  const sources = policy.propertyDependencies?.["redrivePolicy"] ?? []
  if (sources.length > 0) return sources.some(({ urn }) => urn === target.urn)
  const arn = textOf(jsonOf(given(policy, "redrivePolicy"))?.["deadLetterTargetArn"])
  return arn !== undefined && arn === given(target, "arn")
}
