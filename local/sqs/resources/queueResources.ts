/** The resource types of SQS: queues and their policies, with the properties of the AWS provider. */
import {
  autoName,
  type CreateRequest,
  type CreateResource,
  type ResourceProviders
} from "../../pulumi/ResourceProvider.ts"
import type { QueueRegistry } from "../QueueRegistry.ts"

/** The queue attribute behind each property of `aws:sqs/queue:Queue`. */
const attributeOfProperty: Readonly<Record<string, string>> = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deduplicationScope: "DeduplicationScope",
  delaySeconds: "DelaySeconds",
  fifoQueue: "FifoQueue",
  fifoThroughputLimit: "FifoThroughputLimit",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redriveAllowPolicy: "RedriveAllowPolicy",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout"
}

/**
 * What the AWS provider sends where the program gives nothing and SQS would choose otherwise: SQS's default is 1 MiB. Its
 * other defaults (no delay, four days, no waiting, 30 seconds) are SQS's own.
 *
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/sqs/queue/#maxmessagesize_nodejs
 */
const providerDefaults: Readonly<Record<string, string>> = { MaximumMessageSize: "262144" }

const refusal = ({ type, name }: CreateRequest, problem: string) => new Error(`${type} "${name}": ${problem}`)

/** The properties that were given, after a check that the type has them all. */
const given = (request: CreateRequest, known: ReadonlyArray<string>): Readonly<Record<string, unknown>> => {
  const entries = Object.entries(request.inputs).filter(([, value]) => value !== undefined && value !== null)
  const unknown = entries.find(([property]) => !known.includes(property))
  if (unknown) throw refusal(request, `the property ${unknown[0]} is not supported.`)
  return Object.fromEntries(entries)
}

const text = (request: CreateRequest, property: string, value: unknown): string => {
  switch (typeof value) {
    case "string":
      return value
    case "number":
    case "boolean":
      return String(value)
    case "object":
      return JSON.stringify(value)
    default:
      throw refusal(request, `the property ${property} has no usable value.`)
  }
}

/** Says which resource it was that SQS refused. */
const naming = <Answer>(request: CreateRequest, run: () => Answer): Answer => {
  try {
    return run()
  } catch (error) {
    throw refusal(request, error instanceof Error ? error.message : String(error))
  }
}

const tagsOf = (request: CreateRequest, value: unknown): Readonly<Record<string, string>> => {
  if (value === undefined) return {}
  if (typeof value !== "object" || value === null) throw refusal(request, "the property tags must be a map.")
  return Object.fromEntries(Object.entries(value).map(([key, tag]) => [key, text(request, `tags.${key}`, tag)]))
}

const nameOf = (request: CreateRequest, inputs: Readonly<Record<string, unknown>>, fifo: boolean): string => {
  const { name, namePrefix } = inputs
  const suffix = fifo ? ".fifo" : ""
  if (name !== undefined && namePrefix !== undefined) throw refusal(request, "name and namePrefix exclude each other.")
  if (name !== undefined) return text(request, "name", name)
  if (namePrefix === undefined) return autoName(request, suffix)
  const unique = autoName({ ...request, name: "" }, suffix).slice(1)
  return `${text(request, "namePrefix", namePrefix)}${unique}`
}

const createQueue =
  (registry: QueueRegistry): CreateResource =>
  async (request) => {
    const known = [...Object.keys(attributeOfProperty), "name", "namePrefix", "region", "tags"]
    const inputs = given(request, known)
    const attributes: Record<string, string> = { ...providerDefaults }
    for (const [property, attribute] of Object.entries(attributeOfProperty)) {
      // `fifoQueue: false` says what is so anyway; SQS itself refuses it as an attribute.
      if (inputs[property] === undefined || (property === "fifoQueue" && inputs[property] !== true)) continue
      attributes[attribute] = text(request, property, inputs[property])
    }
    const name = nameOf(request, inputs, inputs["fifoQueue"] === true)
    const tags = tagsOf(request, inputs["tags"])
    const queue = naming(request, () => registry.create(name, attributes, tags))
    const { settings } = queue
    const url = registry.urlOf(queue)
    return {
      id: url,
      state: {
        fifoQueue: queue.fifo,
        contentBasedDeduplication: settings.contentBasedDeduplication,
        delaySeconds: settings.delaySeconds,
        maxMessageSize: settings.maximumMessageSize,
        messageRetentionSeconds: settings.messageRetentionSeconds,
        receiveWaitTimeSeconds: settings.receiveWaitSeconds,
        visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
        sqsManagedSseEnabled: settings.attributes["SqsManagedSseEnabled"] === "true",
        region: registry.account.region,
        tagsAll: tags,
        ...inputs,
        name,
        arn: queue.arn,
        url
      }
    }
  }

/** A policy of a queue as a resource of its own: sets one attribute. */
const setAttribute =
  (registry: QueueRegistry, property: string, attribute: string): CreateResource =>
  async (request) => {
    const inputs = given(request, ["queueUrl", property, "region"])
    const queueUrl = text(request, "queueUrl", inputs["queueUrl"])
    const queue = registry.byUrl(queueUrl)
    if (!queue) throw refusal(request, `the queue of queueUrl, ${queueUrl}, does not exist.`)
    const value = text(request, property, inputs[property])
    naming(request, () => registry.configure(queue, { [attribute]: value }))
    return { id: queueUrl, state: { region: registry.account.region, ...inputs } }
  }

/** The resource types of SQS. */
export const queueResources = (registry: QueueRegistry): ResourceProviders => ({
  "aws:sqs/queue:Queue": createQueue(registry),
  "aws:sqs/queuePolicy:QueuePolicy": setAttribute(registry, "policy", "Policy"),
  "aws:sqs/redrivePolicy:RedrivePolicy": setAttribute(registry, "redrivePolicy", "RedrivePolicy"),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": setAttribute(registry, "redriveAllowPolicy", "RedriveAllowPolicy")
})
