/** What a queue's attributes mean to its engine: the attributes as SQS stores them (strings), read once a change. */

/** A source queue's redrive policy. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  /** 1 to 1,000. */
  readonly maxReceiveCount: number
}

/** Which source queues may use a queue as their dead-letter queue. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: "allowAll" | "denyAll" | "byQueue"
  readonly sourceQueueArns: ReadonlyArray<string>
}

/** A queue's settings. */
export interface QueueSettings {
  /** The attributes that were set, as strings: what GetQueueAttributes gives back. */
  readonly attributes: Readonly<Record<string, string>>
  readonly visibilityTimeoutSeconds: number
  readonly delaySeconds: number
  readonly messageRetentionSeconds: number
  /** Bytes. */
  readonly maximumMessageSize: number
  readonly receiveWaitSeconds: number
  readonly redrivePolicy: RedrivePolicy | undefined
  readonly redriveAllowPolicy: RedriveAllowPolicy | undefined
  readonly contentBasedDeduplication: boolean
  readonly deduplicationScope: "queue" | "messageGroup"
}

/**
 * The values of a queue whose creator gave none.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export const defaultAttributes = {
  DelaySeconds: "0",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  VisibilityTimeout: "30",
  SqsManagedSseEnabled: "true"
}

/** What a FIFO queue has besides {@link defaultAttributes}. */
export const defaultFifoAttributes = {
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  FifoThroughputLimit: "perQueue"
}

const record = (json: string | undefined): Readonly<Record<string, unknown>> | undefined => {
  if (!json) return undefined
  const value: unknown = JSON.parse(json)
  return typeof value === "object" && value !== null ? { ...value } : undefined
}

const readRedrivePolicy = (json: string | undefined): RedrivePolicy | undefined => {
  const policy = record(json)
  if (!policy) return undefined
  return {
    deadLetterTargetArn: String(policy["deadLetterTargetArn"]),
    maxReceiveCount: Number(policy["maxReceiveCount"])
  }
}

const readRedriveAllowPolicy = (json: string | undefined): RedriveAllowPolicy | undefined => {
  const policy = record(json)
  if (!policy) return undefined
  const permission = policy["redrivePermission"]
  const sources = policy["sourceQueueArns"]
  return {
    redrivePermission: permission === "denyAll" || permission === "byQueue" ? permission : "allowAll",
    sourceQueueArns: Array.isArray(sources) ? sources.map(String) : []
  }
}

/** Reads attributes that were validated already. */
export const readSettings = (fifo: boolean, set: Readonly<Record<string, string>>): QueueSettings => {
  // A queue with a KMS key is not encrypted by SQS's own key as well.
  const encryption = set["KmsMasterKeyId"] ? { SqsManagedSseEnabled: "false", KmsDataKeyReusePeriodSeconds: "300" } : {}
  const attributes: Readonly<Record<string, string>> = {
    ...defaultAttributes,
    ...encryption,
    ...(fifo ? { FifoQueue: "true", ...defaultFifoAttributes } : {}),
    // An empty value takes an attribute such as a policy away.
    ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== ""))
  }
  const seconds = (name: keyof typeof defaultAttributes) => Number(attributes[name] ?? defaultAttributes[name])
  return {
    attributes,
    visibilityTimeoutSeconds: seconds("VisibilityTimeout"),
    delaySeconds: seconds("DelaySeconds"),
    messageRetentionSeconds: seconds("MessageRetentionPeriod"),
    maximumMessageSize: seconds("MaximumMessageSize"),
    receiveWaitSeconds: seconds("ReceiveMessageWaitTimeSeconds"),
    redrivePolicy: readRedrivePolicy(attributes["RedrivePolicy"]),
    redriveAllowPolicy: readRedriveAllowPolicy(attributes["RedriveAllowPolicy"]),
    contentBasedDeduplication: attributes["ContentBasedDeduplication"] === "true",
    deduplicationScope: attributes["DeduplicationScope"] === "messageGroup" ? "messageGroup" : "queue"
  }
}

/** Whether a queue with this redrive-allow policy takes the dead letters of a source queue. */
export const permitsSource = (policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean => {
  if (!policy || policy.redrivePermission === "allowAll") return true
  return policy.redrivePermission === "byQueue" && policy.sourceQueueArns.includes(sourceArn)
}
