/** The healer of adopted queues, as its bundle runs: a queue with a redrive policy, and a function. */
import { once } from "node:events"
import { createServer } from "node:http"
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb"
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient
} from "@aws-sdk/client-sqs"
import { afterAll, expect, it } from "vitest"
import { startEmbeddedAws } from "../../local/EmbeddedAws.ts"
import { listen } from "../../local/listen.ts"

/** What the function was invoked with. */
const ear = createServer((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    response.end()
    ear.emit("heard", Buffer.concat(chunks).toString("utf8"))
  })
})
const listening = await listen(ear)
const aws = await startEmbeddedAws()
const { outputs, resources, error } = await aws.deploy({
  program: new URL("./pulumi/programs/adopted.ts", import.meta.url),
  stack: "local",
  config: { earUrl: listening.url }
})
if (error !== undefined) throw error
const client = {
  endpoint: aws.account.endpoint,
  region: aws.account.region,
  credentials: aws.iam.administrator
}
const sqs = new SQSClient(client)
const dynamoDb = new DynamoDBClient(client)

afterAll(async () => {
  sqs.destroy()
  dynamoDb.destroy()
  await aws.close()
  await listening.close()
})

const output = (name: string): string => String(outputs[name])

/** The next message, waited for by long polling. */
const receive = async (QueueUrl: string): Promise<Message> => {
  while (true) {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageAttributeNames: ["All"] })
    )
    if (Messages?.[0] !== undefined) return Messages[0]
  }
}

const ledgerItem = async (TableName: string, lineageId: string) =>
  (await dynamoDb.send(new GetItemCommand({ TableName, Key: { lineageId: { S: lineageId } } }))).Item

it("registers what it puts out, by which the command line explains: recovery policy, ledger, archive", () => {
  const healer = resources.find(
    ({ type, name }) => type === "resilient-queue:index:DeadLetterHealer" && name === "shipments"
  )
  expect(healer?.state).toMatchObject({
    failuresTableName: output("shipmentsFailures"),
    archiveBucketName: expect.stringContaining("shipments-archive"),
    recoveryPolicy: expect.stringContaining('"maxAttempts":1')
  })
})

it("what SQS moved to the dead-letter queue comes back byte for byte, and is known", async () => {
  const QueueUrl = output("shipmentsQueueUrl")
  const body = '{ "shipmentId": "S-1",\r\n "weight": 1.10 }'
  const { MessageId: lineageId = "" } = await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageAttributes: {
        tenant: { DataType: "String", StringValue: "blue" },
        raw: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 128, 255) }
      }
    })
  )
  // Its owner's consumer takes it, and crashes: after the only allowed receive SQS moves it.
  expect((await receive(QueueUrl)).MessageId).toBe(lineageId)
  const back = await receive(QueueUrl)
  expect(back.MessageId).not.toBe(lineageId)
  expect(back.Body).toBe(body)
  const { resilience, ...attributes } = back.MessageAttributes ?? {}
  expect(attributes).toEqual({
    tenant: { DataType: "String", StringValue: "blue" },
    raw: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 128, 255) }
  })
  expect(JSON.parse(resilience?.StringValue ?? "")).toMatchObject({ lineageId })
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: back.ReceiptHandle }))
  // The healer notes what it has sent after it was sent.
  await aws.lambda.idle()
  expect(await ledgerItem(output("shipmentsFailures"), lineageId)).toMatchObject({
    status: { S: "healing" },
    class: { S: "Unknown" },
    attempts: { N: "1" },
    correlationId: { S: "S-1" }
  })
})

it("a function is invoked anew with the payload that its on-failure destination got", async () => {
  const payload = { picture: "p-1", width: 640 }
  const heard = once(ear, "heard")
  const { MessageId: lineageId = "" } = await sqs.send(
    new SendMessageCommand({
      QueueUrl: output("failedQueueUrl"),
      MessageBody: JSON.stringify({
        version: "1.0",
        timestamp: "2019-11-14T18:16:05.568Z",
        requestContext: {
          requestId: "e4b46cbf-b738-4a2b-8880-a18cdf61200e",
          functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:thumbnails:$LATEST",
          condition: "RetriesExhausted",
          approximateInvokeCount: 3
        },
        requestPayload: payload,
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        responsePayload: { errorMessage: "Process exited before completing request" }
      })
    })
  )
  const [text] = await heard
  expect(JSON.parse(text)).toEqual(payload)
  await aws.lambda.idle()
  expect(await ledgerItem(output("thumbnailsFailures"), lineageId)).toMatchObject({
    status: { S: "healing" },
    class: { S: "Unknown" },
    attempts: { N: "1" }
  })
})
