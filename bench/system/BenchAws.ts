/** An embedded AWS with the resources of the order system, for functions that run in the bench's own process. */
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns"
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs"
import { ledgerIndexes } from "../../handlers/ledger/FailureLedger.ts"
import { ledgerProjections } from "../../handlers/ledger/ledgerProjections.ts"
import { type EmbeddedAws, startEmbeddedAws } from "../../local/EmbeddedAws.ts"
import type { Clock } from "../../local/EmbeddedService.ts"
import type { Intercept } from "../../local/gateway/Interception.ts"

const region = "us-east-1"

/** How to start it. */
export interface BenchAwsOptions {
  /** @default the machine's */
  readonly clock?: Clock | undefined
  /** Sees each request. @default nobody */
  readonly intercept?: Intercept | undefined
  /** Receives after which SQS moves a message to the dead-letter queue itself. @default 3 */
  readonly maxReceiveCount?: number | undefined
}

/** A running one. */
export interface BenchAws {
  readonly aws: EmbeddedAws
  readonly mainQueueArn: string
  readonly deadLetterQueueArn: string
  /** The functions' configuration, by name: what the components put into their environment. */
  readonly environment: Readonly<Record<string, string>>
  /** What the SDK's clients read from the process's environment. */
  readonly clientEnvironment: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

const required = (value: string | undefined): string => {
  if (value === undefined) throw new Error("The embedded AWS has left something out of an answer.")
  return value
}

/** The ledger's table, as `components/resilientQueue/failuresTable.ts` makes it. */
const failuresTable = (): CreateTableCommand => {
  const indexes = [
    { IndexName: ledgerIndexes.byClass, key: "class" },
    { IndexName: ledgerIndexes.byStatus, key: "status" },
    { IndexName: ledgerIndexes.byCorrelationId, key: "correlationId" }
  ]
  return new CreateTableCommand({
    TableName: "failures",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "lineageId", KeyType: "HASH" }],
    AttributeDefinitions: ["lineageId", "lastFailureAt", ...indexes.map(({ key }) => key)].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S"
    })),
    GlobalSecondaryIndexes: indexes.map(({ IndexName, key }) => ({
      IndexName,
      KeySchema: [
        { AttributeName: key, KeyType: "HASH" },
        { AttributeName: "lastFailureAt", KeyType: "RANGE" }
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...ledgerProjections[IndexName]] }
    }))
  })
}

/** Starts it, with its queues, tables, topics and bucket. */
export const startBenchAws = async ({
  clock,
  intercept,
  maxReceiveCount = 3
}: BenchAwsOptions = {}): Promise<BenchAws> => {
  const aws = await startEmbeddedAws({
    region,
    clock,
    ...(intercept === undefined ? {} : { faults: { intercept, nextKill: () => undefined } })
  })
  const { endpoint } = aws.account
  const options = { region, endpoint, credentials: aws.iam.administrator }
  const [sqs, sns, s3, dynamodb] = [
    new SQSClient(options),
    new SNSClient(options),
    new S3Client(options),
    new DynamoDBClient(options)
  ]
  try {
    const arnOf = (queueName: string) => `arn:aws:sqs:${region}:${aws.account.accountId}:${queueName}`
    const queue = async (QueueName: string, Attributes: Record<string, string>) =>
      required((await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl)
    const deadLetterQueueUrl = await queue("orders-dead-letters", { VisibilityTimeout: "180" })
    const parkingQueueUrl = await queue("orders-parking", {})
    const mainQueueUrl = await queue("orders", {
      VisibilityTimeout: "30",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("orders-dead-letters"), maxReceiveCount }),
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: arnOf("orders")
        }
      })
    })
    const topic = async (Name: string) => required((await sns.send(new CreateTopicCommand({ Name }))).TopicArn)
    const orderTopicArn = await topic("orders")
    const alertTopicArn = await topic("alerts")
    await sns.send(
      new SubscribeCommand({
        TopicArn: orderTopicArn,
        Protocol: "sqs",
        Endpoint: arnOf("orders"),
        Attributes: { RawMessageDelivery: "true" }
      })
    )
    await s3.send(new CreateBucketCommand({ Bucket: "archive" }))
    await dynamodb.send(failuresTable())
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "orders",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "orderId", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "orderId", AttributeType: "S" }]
      })
    )
    return {
      aws,
      mainQueueArn: arnOf("orders"),
      deadLetterQueueArn: arnOf("orders-dead-letters"),
      environment: {
        AUTH: "none",
        QUEUE_NAME: "orders",
        MAIN_QUEUE_URL: mainQueueUrl,
        DLQ_URL: deadLetterQueueUrl,
        PARKING_QUEUE_URL: parkingQueueUrl,
        ARCHIVE_BUCKET: "archive",
        FAILED_TABLE: "failures",
        ORDERS_TABLE: "orders",
        ORDER_TOPIC_ARN: orderTopicArn,
        ALERT_TOPIC_ARN: alertTopicArn,
        ALERT_WINDOW_SECONDS: "900",
        CORRELATION_FIELD: "orderId",
        MAX_RECEIVE_COUNT: String(maxReceiveCount),
        AWS_REGION: region
      },
      clientEnvironment: {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: aws.iam.administrator.accessKeyId,
        AWS_SECRET_ACCESS_KEY: aws.iam.administrator.secretAccessKey
      },
      close: aws.close
    }
  } finally {
    for (const client of [sqs, sns, s3, dynamodb]) client.destroy()
  }
}
