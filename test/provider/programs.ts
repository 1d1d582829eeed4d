/** The programs that are held against the provider: every stack of ours, every example, every option that adds resources. */
import { readdirSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import { DeadLetterHealer } from "../../components/deadLetterHealer/DeadLetterHealer.ts"
import type { WebhookArgs } from "../../components/notifier/args.ts"
import type { OrderPipelineArgs } from "../../components/orderPipeline/args.ts"
import { OrderPipeline } from "../../components/orderPipeline/OrderPipeline.ts"
import { ResilientQueue } from "../../components/resilientQueue/ResilientQueue.ts"
import { readStackConfig } from "../../local/pulumi/stackConfig.ts"
import { type Deployment, deploy } from "../components/deployed.ts"
import { consumerEntry } from "../components/resilientQueue/consumerEntry.ts"
import { account, region, stateInAccount } from "./account.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const kmsKeyArn = `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const queueArn = `arn:aws:sqs:${region}:${account}:orders`
const deadLetterQueueArn = `arn:aws:sqs:${region}:${account}:orders-dead`
const roleArn = `arn:aws:iam::${account}:role/deployer`

const webhooks: readonly WebhookArgs[] = [
  { kind: "slack", url: "https://hooks.slack.com/services/T0/B0/x" },
  { kind: "pagerduty", routingKey: "0123456789abcdef0123456789abcdef" },
  { kind: "generic", name: "audit", url: "https://audit.example.com/alerts" }
]

/** Where a program runs. */
export interface Place {
  readonly project: string
  readonly stack: string
}

/** A program, and the places that it is made for. */
export interface Program {
  readonly title: string
  readonly run: (place?: Partial<Place>) => Promise<Deployment<unknown>>
}

let runs = 0

const stackProgram = (folder: string, stack: string): Program => ({
  title: `${folder === root ? "" : `${folder.slice(root.length)} `}stack ${stack}`,
  run: (place) => {
    const { project, values } = readStackConfig(folder, stack)
    runs += 1
    // The query makes it a module of its own for each run, while the components are loaded once.
    const url = `${pathToFileURL(`${folder}/index.ts`).href}?run=${runs}`
    return deploy(async (): Promise<unknown> => import(url), {
      project: place?.project ?? project,
      stack: place?.stack ?? stack,
      config: values,
      stateOf: stateInAccount
    })
  }
})

/** Each stack of the programs in this folder. */
const stacksIn = (folder: string): ReadonlyArray<Program> =>
  readdirSync(folder).flatMap((file) => {
    const stack = /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1]
    return stack === undefined ? [] : [stackProgram(folder, stack)]
  })

const component = (title: string, make: () => unknown): Program => ({
  title,
  run: (place = {}) => deploy(make, { project: "test-project", stack: "test", ...place, stateOf: stateInAccount })
})

const examples = ["adopted", "invoices"].map((name) => `${root}examples/${name}`)

/** An order pipeline under a name. */
export const pipeline = (title: string, args: Partial<OrderPipelineArgs> = {}, name = "orders"): Program =>
  component(title, () => new OrderPipeline(name, { stage: "development", api: { auth: { mode: "none" } }, ...args }))

/** A queue under a name. */
export const queue = (title: string, name = "invoices"): Program =>
  component(title, () => new ResilientQueue(name, { consumer: { entry: consumerEntry } }))

/** A healer of somebody else's dead-letter queue, under a name. */
export const healer = (title: string, name = "legacy"): Program =>
  component(title, () => new DeadLetterHealer(name, { deadLetterQueueArn, redriveTo: { queueArn } }))

/** Every program. */
export const programs: ReadonlyArray<Program> = [
  ...stacksIn(root),
  ...examples.flatMap(stacksIn),
  queue("a queue of defaults"),
  component(
    "a queue with every option",
    () =>
      new ResilientQueue("invoices", {
        consumer: { entry: consumerEntry, batchSize: 100, maximumBatchingWindowSeconds: 5, maximumConcurrency: 1000 },
        healer: { timeoutSeconds: 900 },
        alerts: { email: "on-call@example.com", windowSeconds: 86_400, webhooks },
        archive: { glacierAfterDays: 1, expireAfterDays: 3650 },
        correlationField: "invoiceId",
        trustedRoleArns: [roleArn],
        protectData: true,
        kmsKeyArn,
        delaySeconds: 900,
        subscriptions: [
          { topicArn: `arn:aws:sns:${region}:${account}:invoices`, filterPolicy: { kind: ["paid", { prefix: "re" }] } }
        ],
        breaker: { consecutiveFailures: 3 }
      })
  ),
  component(
    "a FIFO queue",
    () =>
      new ResilientQueue("ledger", {
        fifo: true,
        consumer: { entry: consumerEntry },
        contentBasedDeduplication: true,
        deduplicationScope: "messageGroup",
        fifoThroughputLimit: "perMessageGroupId",
        kmsKeyArn
      })
  ),
  healer("a healer of a queue"),
  component(
    "a healer of a FIFO queue with a key",
    () =>
      new DeadLetterHealer("legacy", {
        fifo: true,
        kmsKeyArn,
        deadLetterQueueArn: `${deadLetterQueueArn}.fifo`,
        redriveTo: { queueArn: `${queueArn}.fifo` },
        alerts: { email: "on-call@example.com", webhooks },
        protectData: true
      })
  ),
  component(
    "a healer of a function's dead letters",
    () =>
      new DeadLetterHealer("legacy", {
        deadLetterQueueArn,
        redriveTo: { functionArn: `arn:aws:lambda:${region}:${account}:function:thumbnails:live` },
        settleOnSchedule: false
      })
  ),
  pipeline("a pipeline with tokens, keys and payments", {
    stage: "production",
    api: {
      auth: {
        mode: "jwt",
        issuer: "https://issuer.example.com/",
        audiences: ["orders"],
        scopes: { placeOrder: ["orders/write"], getOrder: ["orders/read"] }
      },
      corsAllowOrigins: ["https://shop.example.com"],
      throttlingRateLimit: 1000,
      throttlingBurstLimit: 2000
    },
    payment: { url: "https://payments.example.com/authorise", token: "secret" },
    queue: { kmsKeyArn, alerts: { email: "on-call@example.com" } }
  }),
  pipeline("a pipeline with a storefront under a name of its own", {
    stage: "production",
    api: { auth: { mode: "jwt", issuer: "https://issuer.example.com/", audiences: ["orders"] } },
    queue: { kmsKeyArn },
    storefront: {
      domainName: "orders.example.com",
      certificateArn: `arn:aws:acm:us-east-1:${account}:certificate/1234abcd-12ab-34cd-56ef-1234567890ab`,
      priceClass: "PriceClass_All",
      webAclArn: `arn:aws:wafv2:us-east-1:${account}:global/webacl/orders/1234abcd-12ab-34cd-56ef-1234567890ab`
    }
  }),
  pipeline("a pipeline with a storefront of defaults", { storefront: true }),
  pipeline("a pipeline in a private network", { network: "private" })
]
