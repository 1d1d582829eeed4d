import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns"
import { CreateQueueCommand, GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type EmbeddedAws, type QueuedMessage, startEmbeddedAws } from "../../local/EmbeddedAws.ts"

let one: EmbeddedAws
let other: EmbeddedAws

beforeAll(async () => {
  const started = await Promise.all([startEmbeddedAws(), startEmbeddedAws({ region: "us-east-1" })])
  one = started[0]
  other = started[1]
})

afterAll(() => Promise.all([one.close(), other.close()]))

const clientOptions = ({ account, iam }: EmbeddedAws) => ({
  endpoint: account.endpoint,
  region: account.region,
  credentials: iam.administrator
})

describe("two embedded AWS in one process", () => {
  it("keep their queues, tables and regions apart", async () => {
    const sqs = [one, other].map((aws) => new SQSClient(clientOptions(aws)))
    const dynamodb = [one, other].map((aws) => new DynamoDBClient(clientOptions(aws)))
    await sqs[0]?.send(new CreateQueueCommand({ QueueName: "orders" }))
    await dynamodb[0]?.send(
      new CreateTableCommand({
        TableName: "orders",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "orderId", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "orderId", AttributeType: "S" }]
      })
    )
    const queues = await Promise.all(sqs.map((client) => client.send(new ListQueuesCommand())))
    const tables = await Promise.all(dynamodb.map((client) => client.send(new ListTablesCommand())))
    expect(queues.map(({ QueueUrls }) => QueueUrls ?? [])).toEqual([
      [`${one.account.endpoint}/123456789012/orders`],
      []
    ])
    expect(tables.map(({ TableNames }) => TableNames)).toEqual([["orders"], []])
    expect(one.sqs.queueArns()).toEqual(["arn:aws:sqs:eu-west-1:123456789012:orders"])
    expect(other.account.region).toBe("us-east-1")
    for (const client of [...sqs, ...dynamodb]) client.destroy()
  })
})

describe("an embedded AWS", () => {
  it("answers for every service at one endpoint, and tells of what SNS puts into a queue", async () => {
    const queued: Array<QueuedMessage> = []
    const stop = other.onQueued((message) => queued.push(message))
    const [sqs, sns, s3] = [SQSClient, SNSClient, S3Client].map((Client) => new Client(clientOptions(other)))
    if (!(sqs instanceof SQSClient) || !(sns instanceof SNSClient) || !(s3 instanceof S3Client))
      throw new Error("clients")
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: "orders",
        Attributes: {
          Policy: JSON.stringify({
            Statement: {
              Effect: "Allow",
              Principal: { Service: "sns.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: "arn:aws:sqs:us-east-1:123456789012:orders"
            }
          })
        }
      })
    )
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }))
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "orders" }))
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: Attributes?.QueueArn,
        Attributes: { RawMessageDelivery: "true" }
      })
    )
    other.sns.publish(TopicArn, { message: "hello" })
    stop()
    other.sns.publish(TopicArn, { message: "unheard" })
    expect(queued.map(({ queueArn, body }) => [queueArn, body])).toEqual([[Attributes?.QueueArn, "hello"]])
    expect((await s3.send(new ListBucketsCommand())).Buckets ?? []).toEqual([])
    for (const client of [sqs, sns, s3]) client.destroy()
  })

  it("prefers the ports it is given, and takes free ones when they are taken", async () => {
    const first = await startEmbeddedAws()
    const port = Number(new URL(first.account.endpoint).port)
    const second = await startEmbeddedAws({ port, apiPort: port })
    expect(second.account.endpoint).not.toBe(first.account.endpoint)
    await Promise.all([first.close(), second.close()])
    const third = await startEmbeddedAws({ port })
    expect(third.account.endpoint).toBe(first.account.endpoint)
    await third.close()
  })

  it("deploys and runs a function, and leaves nothing that keeps the process alive when it is closed", async () => {
    const script = fileURLToPath(new URL("./startAndClose.ts", import.meta.url))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script])
    expect(stderr).toBe("")
    expect(JSON.parse(stdout)).toBe("hello, you")
  })

  it("deploys a program into its own region, whatever the program's configuration says", async () => {
    const { outputs, error, resources } = await other.deploy({
      program: new URL("./pulumi/programs/roles.ts", import.meta.url),
      stack: "local",
      config: { count: 7 }
    })
    expect(error).toBeUndefined()
    expect(outputs).toEqual({
      region: "us-east-1",
      count: "7",
      roleName: "consumer",
      arn: "arn:aws:iam::123456789012:role/consumer"
    })
    expect(resources.map(({ type }) => type)).toContain("aws:iam/role:Role")
    expect([...other.iam.rolePolicies("consumer").keys()]).toEqual(["send"])
    expect(() => one.iam.rolePolicies("consumer")).toThrow(/^NoSuchEntity/)
  })
})
