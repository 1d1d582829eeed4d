/** The system whose roles are put to the test: deployed as it is, driven batch by batch, with a clock that can be set forward. */
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SNSClient } from "@aws-sdk/client-sns"
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { keyPolicyStatements } from "../../components/keyPolicy.ts"
import { marshall } from "../../handlers/aws/attributeValue.ts"
import { type EmbeddedAws, startEmbeddedAws } from "../../local/EmbeddedAws.ts"
import { type Clock, systemClock } from "../../local/EmbeddedService.ts"
import type { Credentials } from "../../local/iam/Iam.ts"
import { listen } from "../../local/listen.ts"
import { startPaymentGateway } from "../../local/payment/startPaymentGateway.ts"
import type { RegisteredResource } from "../../local/pulumi/ResourceMonitor.ts"
import type { ResourceProviders } from "../../local/pulumi/ResourceProvider.ts"
import { readStackConfig } from "../../local/pulumi/stackConfig.ts"

/** SDK clients with somebody's credentials. */
export interface Clients {
  readonly sqs: SQSClient
  readonly s3: S3Client
  readonly dynamodb: DynamoDBClient
  readonly sns: SNSClient
}

/** A message to send. */
export interface Message {
  readonly body: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly group?: string
}

/** The running system. */
export interface Subject {
  readonly aws: EmbeddedAws
  readonly resources: ReadonlyArray<RegisteredResource>
  /** An output of the stack by name; `places.member` for a member of one. Throws when there is none. */
  readonly output: (name: string) => string
  /** Clients of the administrator. */
  readonly administrator: Clients
  /** Clients of a session of a role, by the role's logical name. */
  readonly as: (role: string) => Clients
  /** Credentials of such a session. */
  readonly credentialsOf: (role: string) => Credentials
  readonly send: (queueArn: string, message: Message) => Promise<string>
  /** Receives a message so often that it counts as received `times` times, and leaves it visible. */
  readonly wearOut: (queueArn: string, times: number) => Promise<void>
  /** `2 visible, 1 in flight`, or `empty`. */
  readonly depth: (queueArn: string) => string
  readonly items: (table: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>
  readonly putItem: (table: string, item: Readonly<Record<string, unknown>>) => Promise<void>
  /** Has a function, by its logical name, start anew at its next invocation. */
  readonly recycle: (functionName: string) => Promise<void>
  /** Sets the clock of the services forward. */
  readonly advance: (seconds: number) => void
  /** The webhook behind the order system's alerts: what it answers, and what it was told. */
  readonly webhook: { status: number; readonly told: Array<string> }
  /** A request to the HTTP API. */
  readonly api: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>
  /** Empties every queue, and forgets the circuit breakers. */
  readonly reset: () => Promise<void>
  readonly close: () => Promise<void>
}

const program = new URL("./program/index.ts", import.meta.url)
const root = fileURLToPath(new URL("../../", import.meta.url))

/** A hold of an hour has to fit into what healing may take. */
const heldForLong = {
  action: "heal",
  backoff: { baseSeconds: 1, factor: 1, capSeconds: 1 },
  maxAttempts: 5,
  maxAgeSeconds: 86_400
}

const textOf = (value: unknown, name: string): string => {
  if (typeof value === "string") return value
  throw new Error(`The stack has no output ${name}.`)
}

const create = (resources: ResourceProviders, type: string, inputs: Readonly<Record<string, unknown>>) => {
  const provider = resources[type]
  if (provider === undefined) throw new Error(`There is no provider of ${type}.`)
  return provider({ urn: `urn:pulumi:local::subject::${type}::key`, name: "key", type, inputs })
}

/** Tests of one process share no module state, but Pulumi programs are evaluated once a process: so is this. */
export const startSubject = async (
  config: Readonly<Record<string, string>> = {},
  programUrl: URL = program
): Promise<Subject> => {
  let ahead = 0
  const clock: Clock = { now: () => systemClock.now() + ahead, schedule: systemClock.schedule }
  const token = "exercise-token"
  const payment = await startPaymentGateway({ port: 0, token })
  const webhook: Subject["webhook"] = { status: 200, told: [] }
  const listening = await listen(
    createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        webhook.told.push(Buffer.concat(chunks).toString("utf8"))
        response.writeHead(webhook.status).end()
      })
    })
  )
  const aws = await startEmbeddedAws({ clock, polling: false, asyncRetryDelays: [1, 1] })
  const { accountId, region } = aws.account
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: keyPolicyStatements({ accountId, region }) })
  const key = await create(aws.kms.resources, "aws:kms/key:Key", { policy })
  const { "aws:region": _, ...values } = readStackConfig(root, "local").values
  const deployed = await aws.deploy({
    program: programUrl,
    stack: "local",
    config: {
      ...values,
      // Longer than a back-off, so that it shows whether one was set.
      visibilityTimeoutSeconds: 60,
      recovery: { ...JSON.parse(values["order-pipeline:recovery"] ?? "{}"), DependencyFailure: heldForLong },
      kmsKeyArn: textOf(key.state["arn"], "kmsKeyArn"),
      paymentUrl: payment.url,
      paymentToken: token,
      alertWebhooks: JSON.stringify([{ kind: "generic", name: "ops", url: listening.url }]),
      ...config
    }
  })
  const { outputs, resources } = deployed
  const opened: Array<Clients> = []
  const clients = (credentials: Credentials): Clients => {
    const options = { endpoint: aws.account.endpoint, region: aws.account.region, credentials, maxAttempts: 1 }
    const made = {
      sqs: new SQSClient(options),
      s3: new S3Client(options),
      dynamodb: new DynamoDBClient(options),
      sns: new SNSClient(options)
    }
    opened.push(made)
    return made
  }
  const close = async (): Promise<void> => {
    for (const each of opened) for (const client of Object.values(each)) client.destroy()
    await aws.close()
    await payment.close()
    await listening.close()
  }
  if (deployed.error !== undefined) {
    await close()
    throw deployed.error
  }
  const administrator = clients(aws.iam.administrator)
  const urlOf = (queueArn: string) => aws.sqs.queueUrl(queueArn)
  const output = (name: string): string => {
    const [first = "", member] = name.split(".")
    const value = outputs[first]
    return textOf(member === undefined ? value : Object(value)[member], name)
  }

  const credentialsOf = (role: string): Credentials => {
    const found = resources.find(({ type, name }) => type === "aws:iam/role:Role" && name === role)
    return aws.iam.assumeRole(textOf(found?.state["arn"], role), "person")
  }

  const purge = async (): Promise<void> => {
    // SQS purges a queue once in 60 seconds.
    ahead += 61_000
    const full = aws.sqs.queueArns().filter((arn) => describe(aws.sqs.depth(arn)) !== "empty")
    await Promise.all(full.map((arn) => administrator.sqs.send(new PurgeQueueCommand({ QueueUrl: urlOf(arn) }))))
  }

  const closeBreakers = async (): Promise<void> => {
    for (const TableName of aws.dynamodb.tableNames())
      for (const { lineageId } of await aws.dynamodb.items(TableName))
        if (typeof lineageId === "string" && lineageId.startsWith("breaker#"))
          await administrator.dynamodb.send(new DeleteItemCommand({ TableName, Key: { lineageId: { S: lineageId } } }))
  }

  return {
    aws,
    resources,
    output,
    administrator,
    as: (role) => clients(credentialsOf(role)),
    credentialsOf,
    send: async (queueArn, { body, attributes = {}, group }) => {
      const { MessageId } = await administrator.sqs.send(
        new SendMessageCommand({
          QueueUrl: urlOf(queueArn),
          MessageBody: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }])
          ),
          ...(group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: crypto.randomUUID() })
        })
      )
      return textOf(MessageId, "MessageId")
    },
    wearOut: async (queueArn, times) => {
      const QueueUrl = urlOf(queueArn)
      for (let time = 0; time < times; time++)
        await administrator.sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))
    },
    depth: (queueArn) => describe(aws.sqs.depth(queueArn)),
    items: aws.dynamodb.items,
    putItem: async (TableName, item) => {
      await administrator.dynamodb.send(new PutItemCommand({ TableName, Item: marshall(item) }))
    },
    recycle: (functionName) => {
      const found = resources.find(({ type, name }) => type === "aws:lambda/function:Function" && name === functionName)
      return aws.lambda.recycle(textOf(found?.state["arn"], functionName))
    },
    webhook,
    advance: (seconds) => {
      ahead += seconds * 1000
    },
    api: async (method, path, body) => {
      const response = await fetch(`${output("apiUrl").replace(/\/$/, "")}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } })
      })
      const text = await response.text()
      return { status: response.status, body: text === "" ? undefined : JSON.parse(text) }
    },
    reset: async () => {
      // An alert of what ran before may still be on its way to the webhook.
      await aws.lambda.idle()
      await Promise.all([purge(), closeBreakers()])
    },
    close
  }
}

const describe = (depth: { readonly visible: number; readonly inFlight: number; readonly delayed: number }): string => {
  const parts = [
    [depth.visible, "visible"],
    [depth.inFlight, "in flight"],
    [depth.delayed, "delayed"]
  ].filter(([count]) => count !== 0)
  return parts.length === 0 ? "empty" : parts.map((part) => part.join(" ")).join(", ")
}
