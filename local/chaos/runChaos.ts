/** A chaos run on a running system: orders under faults, then none, then rest, then the accounts. */
import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { bodyKey, type OrderContent, orderKey } from "../demo/conservation.ts"
import { readStores } from "../demo/FinalHomes.ts"
import { until } from "../demo/until.ts"
import type { EmbeddedAws } from "../EmbeddedAws.ts"
import type { Faults } from "../faults/Faults.ts"
import type { System } from "../withSystem.ts"
import { account, type TakenMessage } from "./account.ts"
import type { ChaosArguments } from "./ChaosArguments.ts"
import { orderAt } from "./orderMix.ts"
import { type Answer, placeOrders } from "./placeOrders.ts"
import { readParked } from "./readParked.ts"
import type { ChaosResult } from "./report.ts"

/** How to run it. */
export interface ChaosOptions extends Pick<ChaosArguments, "orders" | "seed"> {
  /** The faults that the system was started with. */
  readonly faults: Faults
  /** How many requests are under way at once. @default 8 */
  readonly concurrency?: number
  /** Takes a line on how it goes. */
  readonly say: (line: string) => void
  /** Ends the sending of orders. */
  readonly signal: AbortSignal
  /** Called when everything has come to rest, before the accounts are made. */
  readonly atRest?: (system: System) => Promise<void>
}

/**
 * Configuration of the stack: time-outs that a busy machine keeps while processes die and start all the time, more
 * attempts than chance uses up, and a life so short that what cannot be healed is archived within a minute or two.
 */
export const chaosConfig = {
  functionTimeoutSeconds: 10,
  visibilityTimeoutSeconds: 10,
  recovery: {
    Timeout: {
      action: "heal",
      backoff: { baseSeconds: 1, factor: 2, capSeconds: 2 },
      maxAttempts: 3,
      maxAgeSeconds: 60
    },
    DependencyFailure: {
      action: "heal",
      backoff: { baseSeconds: 1, factor: 2, capSeconds: 2 },
      maxAttempts: 6,
      maxAgeSeconds: 120
    },
    Unknown: {
      action: "isolate",
      backoff: { baseSeconds: 1, factor: 2, capSeconds: 2 },
      maxAttempts: 4,
      maxAgeSeconds: 120
    }
  }
} as const

/** As long as the healer may run: what a killed healer had in hand is back that soon. */
const deadLetterVisibilitySeconds = 30

/** How long everything may take to come to rest, in milliseconds. */
const restMilliseconds = 600_000

/** Between two lines on how it goes, in milliseconds. */
const progressMilliseconds = 10_000

const output = ({ outputs }: System, name: string): string => {
  const value = outputs[name]
  if (typeof value !== "string") throw new Error(`The stack has no output "${name}".`)
  return value
}

const queueArnOf = (system: System, name: string): string => {
  const url = output(system, name)
  const found = system.aws.sqs.queueArns().find((queueArn) => system.aws.sqs.queueUrl(queueArn) === url)
  if (found === undefined) throw new Error(`There is no queue ${url}.`)
  return found
}

const messagesIn = ({ sqs }: EmbeddedAws, queueArns: ReadonlyArray<string>): number =>
  queueArns
    .map((queueArn) => sqs.depth(queueArn))
    .reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0)

const shortenDeadLetterVisibility = async (system: System): Promise<void> => {
  const { account, iam } = system.aws
  const sqs = new SQSClient({ region: account.region, endpoint: account.endpoint, credentials: iam.administrator })
  try {
    const QueueUrl = output(system, "deadLetterQueueUrl")
    const Attributes = { VisibilityTimeout: String(deadLetterVisibilitySeconds) }
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
  } finally {
    sqs.destroy()
  }
}

const doubleCharges = ({ payment }: System): ReadonlyArray<string> =>
  [...Map.groupBy(payment.authorizations(), ({ orderId }) => orderId)]
    .filter(([, authorizations]) => authorizations.length > 1)
    .map(([orderId]) => orderId)

function* ordersOf({ orders, seed }: Pick<ChaosOptions, "orders" | "seed">): Generator<OrderContent> {
  for (let index = 0; index < orders; index++) yield orderAt(seed, index)
}

/** Runs it. */
export const runChaos = async (system: System, options: ChaosOptions): Promise<ChaosResult> => {
  const { faults, say, signal, concurrency = 8 } = options
  const { aws } = system
  const started = performance.now()
  const elapsed = () => (performance.now() - started) / 1000
  const mainQueue = queueArnOf(system, "orderQueueUrl")
  const parkingQueue = queueArnOf(system, "parkingQueueUrl")
  const working = [mainQueue, queueArnOf(system, "deadLetterQueueUrl")]
  await shortenDeadLetterVisibility(system)

  const taken: Array<TakenMessage> = []
  const stopListening = aws.onQueued(({ queueArn, messageId, body }) => {
    if (queueArn === mainQueue) taken.push({ messageId, key: bodyKey(body) })
  })
  const answers = new Map<string, Answer>()
  let retries = 0
  const progress = setInterval(
    () =>
      say(
        `  ${elapsed().toFixed(0)} s: ${answers.size} orders answered, ${messagesIn(aws, working)} messages in the queues`
      ),
    progressMilliseconds
  )
  try {
    await placeOrders({
      url: `${output(system, "apiUrl").replace(/\/$/, "")}/orders`,
      orders: ordersOf(options),
      concurrency,
      signal,
      onAnswer: (order, answer) => answers.set(orderKey(order), answer),
      onRetry: () => {
        retries++
      }
    })
    const sendingSeconds = elapsed()
    say(
      `${answers.size} orders were sent in ${sendingSeconds.toFixed(1)} s. No more faults: waiting for everything to come to rest.`
    )
    faults.stop()
    // What is in hand may come back, or be passed on: at rest is a system in which nothing is on its way.
    await until(
      async () => {
        await aws.lambda.idle()
        return messagesIn(aws, working) === 0 ? true : undefined
      },
      { milliseconds: restMilliseconds }
    )
    await options.atRest?.(system)
    const stores = await readStores(aws, {
      ordersTableName: output(system, "ordersTableName"),
      failuresTableName: output(system, "failuresTableName"),
      archiveBucketName: output(system, "archiveBucketName")
    })
    const parked = await readParked(aws.sqs, parkingQueue)
    return {
      orders: options.orders,
      seed: options.seed,
      account: account({ ...stores, answers, taken, parked }),
      refused: [...answers.values()].filter((answer) => answer === "refused").length,
      retries,
      faultsInjected: faults.injected(),
      queued: messagesIn(aws, working),
      doubleCharges: doubleCharges(system),
      sendingSeconds,
      seconds: elapsed(),
      interrupted: signal.aborted
    }
  } finally {
    clearInterval(progress)
    stopListening()
  }
}
