/** The system under test: the stack `local` on an embedded AWS of its own, with a payment gateway that does as it is told. */
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import type { PolicyDocument } from "../EmbeddedService.ts"
import { replayInstance } from "../replayInstance.ts"
import type { System } from "../withSystem.ts"
import { bodyKey } from "./conservation.ts"
import { takeSnapshot } from "./FinalHomes.ts"
import type { Ending, RunningSystem } from "./RunningSystem.ts"
import { readAlert, withoutAction } from "./readAws.ts"
import { until } from "./until.ts"

/** How long a message may take to reach its final home. */
const longestWayMilliseconds = 90_000

/** The system under test, with what the conservation check needs. */
export interface DemoSystem extends RunningSystem {
  /** Keys of all that was accepted so far. */
  readonly accepted: () => ReadonlyArray<string>
  readonly snapshot: () => ReturnType<typeof takeSnapshot>
  /** Waits until no queue holds a message and no function runs, or until the time is up. */
  readonly quiet: (milliseconds: number) => Promise<void>
  /** Messages in all queues. */
  readonly queued: () => number
  /** Orders that were charged more than once. */
  readonly doubleCharges: () => ReadonlyArray<string>
  readonly close: () => void
}

const text = (value: unknown, name: string): string => {
  if (typeof value === "string") return value
  throw new Error(`The stack has no output "${name}".`)
}

/** The scenarios' view of a running system. `signal` ends their waiting. */
export const demoSystem = async (system: System, signal: AbortSignal): Promise<DemoSystem> => {
  const { aws, payment, outputs, resources } = system
  const output = (name: string) => text(outputs[name], name)
  const places = {
    ordersTableName: output("ordersTableName"),
    failuresTableName: output("failuresTableName"),
    archiveBucketName: output("archiveBucketName")
  }
  const apiUrl = output("apiUrl").replace(/\/$/, "")
  const client = {
    region: aws.account.region,
    endpoint: aws.account.endpoint,
    credentials: aws.iam.administrator
  }
  const sqs = new SQSClient(client)
  const sns = new SNSClient(client)
  // The consumer's role, found as a person would: the one whose policy lets it write to the orders table.
  const consumerRole = resources.find(({ type, name }) => type === "aws:iam/role:Role" && name.includes("consumer"))
  const roleName = text(consumerRole?.state["name"], "the consumer's role")

  const accepted: Array<string> = []
  let latest = await takeSnapshot(aws, places)
  let reading: Promise<void> | undefined
  const refresh = (): Promise<void> => {
    // One look serves everyone who waits.
    reading ??= takeSnapshot(aws, places).then((snapshot) => {
      latest = snapshot
      reading = undefined
    })
    return reading
  }
  const queued = () =>
    aws.sqs
      .queueArns()
      .map((queueArn) => aws.sqs.depth(queueArn))
      .reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0)

  const request = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${apiUrl}${path}`, init)
    const body = await response.text()
    const json = response.headers.get("content-type")?.includes("json") === true
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(body) : body }
  }

  return {
    placeOrder: async (order, headers = {}) => {
      const body = Buffer.isBuffer(order) ? Uint8Array.from(order) : JSON.stringify(order)
      const answer = await request("/orders", {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers }
      })
      if (answer.status === 202 && typeof body === "string")
        accepted.push(bodyKey(JSON.stringify({ ...JSON.parse(body), orderId: Object(answer.body).orderId })))
      return answer
    },
    getOrder: (orderId) => request(`/orders/${encodeURIComponent(orderId)}`),
    publish: async (message) => {
      await sns.send(new PublishCommand({ TopicArn: output("orderTopicArn"), Message: message }))
      accepted.push(bodyKey(message))
    },
    send: async (body, attributeCount = 0) => {
      const names = Array.from({ length: attributeCount }, (_, index) => `a${index + 1}`)
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: output("orderQueueUrl"),
          MessageBody: body,
          MessageAttributes: Object.fromEntries(names.map((name) => [name, { DataType: "String", StringValue: name }]))
        })
      )
      accepted.push(bodyKey(body))
    },
    ending: async (body) => {
      const key = bodyKey(body)
      const found = await until(
        async (): Promise<Ending | undefined> => {
          await refresh()
          return latest.homes.find((home) => home.key === key)
        },
        { milliseconds: longestWayMilliseconds, signal }
      )
      if (found === undefined) throw new Error(`${key} was in no final home after ${longestWayMilliseconds / 1000} s`)
      return found
    },
    archivedAttributes: (body) => latest.homes.find(({ key }) => key === bodyKey(body))?.attributes ?? [],
    storedOrder: (orderId) => latest.orders.find((order) => order["orderId"] === orderId),
    storedCount: (orderId) => latest.orders.filter((order) => order["orderId"] === orderId).length,
    alerts: () => aws.sns.published().flatMap((message) => readAlert(message.attributes) ?? []),
    scriptPayment: (orderId, answers, { forever = false } = {}) => payment.script({ answers, forever }, orderId),
    mendPayment: (orderIds) => {
      for (const orderId of orderIds) payment.script({ answers: [] }, orderId)
    },
    replay: async (failureClass) => {
      const summary = await replayInstance(
        { ...aws.account, administrator: aws.iam.administrator, outputs },
        { criteria: { class: failureClass }, messagesPerSecond: 100 }
      )
      await refresh()
      await refresh()
      return summary.replayed
    },
    revokeFromConsumer: (action) => {
      const before = [...aws.iam.rolePolicies(roleName)]
      for (const [name, document] of before) aws.iam.putRolePolicy(roleName, name, withoutAction(document, action))
      return () => {
        for (const [name, document] of before) aws.iam.putRolePolicy(roleName, name, document satisfies PolicyDocument)
      }
    },
    accepted: () => accepted,
    snapshot: () => takeSnapshot(aws, places),
    queued,
    quiet: async (milliseconds) => {
      await until(async () => (queued() === 0 ? true : undefined), { milliseconds })
      await aws.lambda.idle()
    },
    doubleCharges: () => {
      const counts = new Map<string, number>()
      for (const { orderId } of payment.authorizations()) counts.set(orderId, (counts.get(orderId) ?? 0) + 1)
      return [...counts].filter(([, count]) => count > 1).map(([orderId]) => orderId)
    },
    close: () => {
      sqs.destroy()
      sns.destroy()
    }
  }
}
