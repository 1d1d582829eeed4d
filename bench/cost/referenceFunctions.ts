/**
 * The order system as the reference systems build it: three receives for whatever fails, a dead-letter queue that SQS
 * moves it to, a healer that classifies by the text of the error, and one call a message. Nothing is confirmed, counted
 * or de-duplicated, and nothing guards against a repeat.
 */
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import type { FunctionOptions, OrderFunctions } from "../system/ourFunctions.ts"

interface Body {
  readonly orderId: string
  readonly userId: string
  readonly itemName: string
  readonly quantity: number
  readonly healed?: number
}

const bodyOf = (text: string): Body => JSON.parse(text)

const required = (environment: Readonly<Record<string, string>>, name: string): string => {
  const value = environment[name]
  if (value === undefined) throw new Error(`${name} is missing.`)
  return value
}

/** Functions of the reference systems. */
export const referenceFunctions = (options: FunctionOptions & { readonly now: () => number }): OrderFunctions => {
  const { environment, log, now, attempt = () => "stores" as const } = options
  const clients = {
    sqs: new SQSClient({}),
    sns: new SNSClient({}),
    s3: new S3Client({}),
    dynamodb: new DynamoDBClient({})
  }
  const of = (name: string): string => required(environment, name)
  const line = (message: string, more: Readonly<Record<string, unknown>>) =>
    log(JSON.stringify({ timestamp: new Date(now()).toISOString(), level: "INFO", message, ...more }))
  /** What failed last, by message: a person reads it in the log; the healer of R2 gets it from the consumer. */
  const failures = new Map<string, string>()

  return {
    place: async (order) => {
      await clients.sns.send(
        new PublishCommand({ TopicArn: of("ORDER_TOPIC_ARN"), Message: JSON.stringify({ ...order, status: "new" }) })
      )
      line("order placed", { orderId: order.orderId })
      return 202
    },
    consume: async ({ Records }) => {
      const failed: Array<string> = []
      for (const { messageId, body, attributes } of Records) {
        const order = bodyOf(body)
        const happens = attempt(
          { ...order, status: "new" },
          Number(attributes["ApproximateReceiveCount"]),
          order.healed ?? 0
        )
        if (happens === "crashes") return Records.map((record) => record.messageId)
        if (happens !== "stores") {
          failures.set(order.orderId, happens._tag)
          line("order failed", { orderId: order.orderId, error: happens._tag, reason: happens.reason })
          failed.push(messageId)
          continue
        }
        await clients.dynamodb.send(
          new PutItemCommand({
            TableName: of("ORDERS_TABLE"),
            Item: {
              orderId: { S: order.orderId },
              userId: { S: order.userId },
              itemName: { S: order.itemName },
              quantity: { N: String(order.quantity) },
              status: { S: "new" },
              timestamp: { S: new Date(now()).toISOString() }
            }
          })
        )
        line("order stored", { orderId: order.orderId })
      }
      return failed
    },
    heal: async ({ Records }) => {
      for (const { messageId, body } of Records) {
        const order = bodyOf(body)
        const failure = failures.get(order.orderId) ?? "Unknown"
        const heals = (failure === "Timeout" || failure === "DependencyFailure") && (order.healed ?? 0) < 3
        if (heals)
          await clients.sqs.send(
            new SendMessageCommand({
              QueueUrl: of("MAIN_QUEUE_URL"),
              MessageBody: JSON.stringify({ ...order, healed: (order.healed ?? 0) + 1 }),
              DelaySeconds: 30
            })
          )
        else if (failure === "AuthFailure")
          await clients.sns.send(
            new PublishCommand({ TopicArn: of("ALERT_TOPIC_ARN"), Subject: failure, Message: body })
          )
        else
          await clients.s3.send(
            new PutObjectCommand({
              Bucket: of("ARCHIVE_BUCKET"),
              Key: `${failure}/${messageId}.json`,
              Body: JSON.stringify({ body, failure, at: new Date(now()).toISOString() })
            })
          )
        await clients.dynamodb.send(
          new PutItemCommand({
            // A table without indexes, as theirs is.
            TableName: of("ORDERS_TABLE"),
            Item: {
              orderId: { S: `failed#${messageId}` },
              failure: { S: failure },
              status: { S: heals ? "healed" : "archived" },
              at: { S: new Date(now()).toISOString() }
            }
          })
        )
        line("dead letter handled", { messageId, failure, healed: heals })
      }
      return []
    },
    close: async () => {
      for (const client of Object.values(clients)) client.destroy()
    }
  }
}
