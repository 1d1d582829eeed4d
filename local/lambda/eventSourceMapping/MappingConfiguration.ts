/** An event source mapping's configuration, and the checks that Lambda makes before it creates one. */
import { Schema } from "effect"
import type { PolicyDocument, Principal } from "../../EmbeddedService.ts"
import type { Iam } from "../../iam/Iam.ts"
import { decodeInputs, inputsSchema, tags } from "../../pulumi/decodeInputs.ts"
import type { CreateRequest } from "../../pulumi/ResourceProvider.ts"
import type { SqsService } from "../../sqs/SqsService.ts"

/** A mapping of a queue to a function. */
export interface MappingConfiguration {
  readonly queueArn: string
  /** Name or ARN. */
  readonly functionName: string
  readonly enabled: boolean
  /** 1 – 10,000; more than 10 only with a window. @default 10 */
  readonly batchSize: number
  /** 0 – 300. How long to gather a batch from its first message on. @default 0 */
  readonly windowSeconds: number
  /** 2 – 1,000; `undefined`: as far as Lambda scales. */
  readonly maximumConcurrency: number | undefined
  readonly reportBatchItemFailures: boolean
}

const Inputs = inputsSchema({
  eventSourceArn: Schema.String,
  functionName: Schema.String,
  enabled: Schema.optional(Schema.Boolean),
  batchSize: Schema.optional(Schema.Int),
  maximumBatchingWindowInSeconds: Schema.optional(Schema.Int),
  functionResponseTypes: Schema.optional(Schema.Array(Schema.Literal("ReportBatchItemFailures"))),
  scalingConfig: Schema.optional(Schema.Struct({ maximumConcurrency: Schema.optional(Schema.Int) })),
  tags,
  tagsAll: tags
})

const refuse = (message: string): never => {
  throw new Error(`InvalidParameterValueException: ${message}`)
}

const checkRange = (path: string, value: number | undefined, minimum: number, maximum: number): void => {
  if (value === undefined || (value >= minimum && value <= maximum)) return
  const limit = value < minimum ? `greater than or equal to ${minimum}` : `less than or equal to ${maximum}`
  throw new Error(
    `ValidationException: 1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must have value ${limit}`
  )
}

/** Reads a mapping's inputs. Throws one sentence for what Lambda, or the embedded AWS, does not take. */
export const mappingConfiguration = (request: CreateRequest): MappingConfiguration => {
  if (request.inputs["filterCriteria"] !== undefined) {
    throw new Error(
      `${request.type} "${request.name}": the embedded AWS does not filter events: leave "filterCriteria" out.`
    )
  }
  const inputs = decodeInputs(request, Inputs)
  const configuration: MappingConfiguration = {
    queueArn: inputs.eventSourceArn,
    functionName: inputs.functionName,
    enabled: inputs.enabled ?? true,
    batchSize: inputs.batchSize ?? 10,
    windowSeconds: inputs.maximumBatchingWindowInSeconds ?? 0,
    maximumConcurrency: inputs.scalingConfig?.maximumConcurrency,
    reportBatchItemFailures: inputs.functionResponseTypes?.includes("ReportBatchItemFailures") ?? false
  }
  const { batchSize, windowSeconds, maximumConcurrency, queueArn } = configuration
  if (!queueArn.startsWith("arn:aws:sqs:")) {
    throw new Error(`${request.type} "${request.name}": the embedded AWS reads SQS queues only, not "${queueArn}".`)
  }
  checkRange("batchSize", batchSize, 1, 10_000)
  checkRange("maximumBatchingWindowInSeconds", windowSeconds, 0, 300)
  checkRange("scalingConfig.maximumConcurrency", maximumConcurrency, 2, 1000)
  if (queueArn.endsWith(".fifo")) {
    if (windowSeconds > 0) refuse("Batching window is not supported for FIFO queues.")
    if (batchSize > 10) refuse("Batch size must be less than or equal to 10 for FIFO queues.")
  }
  if (batchSize > 10 && windowSeconds === 0) {
    refuse("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
  }
  return configuration
}

/** What a function's role must be allowed to do with the queue. */
const requiredActions = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"] as const

/** Whether a role's session may do something to a queue, now. */
export const mayUseQueue = (
  iam: Iam,
  sqs: SqsService,
  principal: Principal,
  queueArn: string,
  action: (typeof requiredActions)[number]
): boolean => {
  const policy = sqs.attributes(queueArn)["Policy"]
  const resourcePolicy: PolicyDocument | undefined = policy ? JSON.parse(policy) : undefined
  return iam.decide(principal, {
    action: `sqs:${action}`,
    resource: queueArn,
    resourcePolicy,
    context: { "aws:SecureTransport": "true" }
  }).allowed
}

/**
 * The checks of a mapping against its queue, its function and the function's role, in AWS's own sentences.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const checkMapping = (
  { queueArn }: MappingConfiguration,
  target: { readonly timeoutSeconds: number; readonly principal: Principal },
  { iam, sqs }: { readonly iam: Iam; readonly sqs: SqsService }
): void => {
  if (!sqs.queueArns().includes(queueArn)) {
    refuse(
      `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist. (${queueArn})`
    )
  }
  for (const action of requiredActions) {
    if (!mayUseQueue(iam, sqs, target.principal, queueArn, action)) {
      refuse(`The provided execution role does not have permissions to call ${action} on SQS`)
    }
  }
  const visibility = Number(sqs.attributes(queueArn)["VisibilityTimeout"])
  if (visibility < target.timeoutSeconds) {
    refuse(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${target.timeoutSeconds} seconds`
    )
  }
}
