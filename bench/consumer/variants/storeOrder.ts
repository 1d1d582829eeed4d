/**
 * What someone who uses no framework of ours writes for himself, whatever else he uses: the conditional write, which class
 * a failure is of, and the dead letter with its reason. Shared by all variants but ours, so that they differ only in what
 * they are compared for.
 */
import { createHash } from "node:crypto"
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"

/** The classes of failures. */
export type FailureClass =
  | "AuthFailure"
  | "ValidationError"
  | "BadPayload"
  | "Timeout"
  | "DependencyFailure"
  | "Unknown"

/** A failure of a known class. */
export class Failure extends Error {
  readonly class: FailureClass

  constructor(failureClass: FailureClass, reason: string, cause?: unknown) {
    super(reason, { cause })
    this.class = failureClass
  }
}

/** An order that is valid. */
export interface Order {
  readonly orderId: string
  readonly userId: string
  readonly itemName: string
  readonly quantity: number
  readonly status: string
  readonly timestamp?: string | undefined
}

/** A record of a batch, as far as it is used. */
export interface QueueRecord {
  readonly messageId: string
  readonly body: string
  readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string }
  readonly messageAttributes?: Readonly<
    Record<string, { readonly dataType: string; readonly stringValue?: string | null | undefined }>
  >
}

/** What Lambda gives beside the event, as far as it is used. */
export interface InvocationContext {
  readonly awsRequestId: string
  readonly getRemainingTimeInMillis: () => number
}

const requestHandler = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true }
const dynamoDb = new DynamoDBClient({ maxAttempts: 3, requestHandler })
const sqs = new SQSClient({ maxAttempts: 3, requestHandler })

const tableName = process.env["ORDERS_TABLE"] ?? ""
const deadLetterQueueUrl = process.env["DLQ_URL"] ?? ""
const maxReceiveCount = Number(process.env["MAX_RECEIVE_COUNT"] ?? "3")

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "UnknownError")

/** Which class an error is of. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof Failure) return error
  const name = nameOf(error)
  const reason = error instanceof Error ? `${name}: ${error.message}` : String(error)
  if (/AccessDenied|ExpiredToken|UnrecognizedClient|InvalidSignature|NotAuthorized/.test(name))
    return new Failure("AuthFailure", reason, error)
  if (/Timeout|AbortError/.test(name)) return new Failure("Timeout", reason, error)
  if (/Throttl|ProvisionedThroughput|TooManyRequests|LimitExceeded|Internal|Unavailable|ECONN|ENOTFOUND/.test(reason))
    return new Failure("DependencyFailure", reason, error)
  return new Failure("Unknown", reason, error)
}

const isTransient = (failure: Failure): boolean =>
  failure.class === "Timeout" || failure.class === "DependencyFailure" || failure.class === "Unknown"

/** Stores an order once; a second delivery of the same order is a success. */
export const storeOrder = async (order: Order, sentAt: number, abortSignal: AbortSignal): Promise<void> => {
  const contentHash = createHash("sha256")
    .update(JSON.stringify([order.userId, order.itemName, order.quantity]))
    .digest("hex")
  try {
    await dynamoDb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          orderId: { S: order.orderId },
          userId: { S: order.userId },
          itemName: { S: order.itemName },
          quantity: { N: String(order.quantity) },
          status: { S: order.status },
          timestamp: { S: order.timestamp ?? new Date(sentAt).toISOString() },
          storedAt: { S: new Date().toISOString() },
          contentHash: { S: contentHash }
        },
        ConditionExpression: "attribute_not_exists(storedAt)"
      }),
      { abortSignal }
    )
  } catch (error) {
    if (nameOf(error) !== "ConditionalCheckFailedException") throw error
    const { Item } = await dynamoDb.send(
      new GetItemCommand({ TableName: tableName, Key: { orderId: { S: order.orderId } }, ConsistentRead: true }),
      { abortSignal }
    )
    if (Item?.["contentHash"]?.S === contentHash) return
    throw new Failure("ValidationError", "another order is stored under this orderId")
  }
}

/** Deals with a failed record; answers whether it is finished: it is in the DLQ with its reason, or is to be retried. */
export const settleFailure = async (
  record: QueueRecord,
  error: unknown,
  context: InvocationContext
): Promise<boolean> => {
  const failure = failureOf(error)
  const receiveCount = Number(record.attributes.ApproximateReceiveCount)
  if (isTransient(failure) && receiveCount < maxReceiveCount) return false
  try {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MessageBody: record.body,
        MessageAttributes: {
          ...Object.fromEntries(
            Object.entries(record.messageAttributes ?? {}).map(([name, { dataType, stringValue }]) => [
              name,
              { DataType: dataType, StringValue: stringValue ?? "" }
            ])
          ),
          failure: {
            DataType: "String",
            StringValue: JSON.stringify({
              class: failure.class,
              reason: failure.message.slice(0, 256),
              receiveCount,
              requestId: context.awsRequestId,
              at: Date.now()
            })
          }
        }
      })
    )
    return true
  } catch {
    return false
  }
}

/** A signal for a batch: aborted when the function's time is about to run out. */
export const deadlineOf = (
  context: InvocationContext
): { readonly signal: AbortSignal; readonly clear: () => void } => {
  const controller = new AbortController()
  const remaining = context.getRemainingTimeInMillis()
  const margin = Math.min(5000, Math.max(300, remaining / 5))
  const timer = setTimeout(() => controller.abort(), remaining - margin)
  return { signal: controller.signal, clear: () => clearTimeout(timer) }
}
