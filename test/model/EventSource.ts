/**
 * Lambda's event source mapping of one queue: polls, hands batches to processes, and deletes what they have finished. Its
 * own calls to SQS meet faults too: batches that nobody handles, deletes that do not happen, deliveries twice.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { type Context, Effect, Exit } from "effect"
import type { LambdaContext, SqsBatchResponse } from "../../handlers/consumer/SqsEvent.ts"
import type { QueuedMessage } from "./ModelQueue.ts"
import type { Process } from "./Process.ts"
import type { Cloud } from "./ports.ts"
import type { Services } from "./programs.ts"

/** A running environment of the function. */
export interface Environment {
  readonly process: Process
  readonly services: Context.Context<Services>
}

/** One event source mapping. */
export interface EventSourceOptions {
  readonly queue: "main" | "dead-letter"
  readonly batchSize: number
  readonly concurrency: number
  readonly visibilityTimeoutSeconds: number
  readonly environment: (name: string) => Environment
  readonly handle: (event: unknown, context: LambdaContext) => Effect.Effect<SqsBatchResponse, never, Services>
}

/** How long the functions may run. */
const functionTimeoutMilliseconds = 30_000

/** A poll that failed is made again after this time. */
const pollAgainMilliseconds = 1000

const recordOf = (message: QueuedMessage) => ({
  messageId: message.id,
  receiptHandle: message.receiptHandle,
  body: message.message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.message.messageGroupId === undefined ? {} : { MessageGroupId: message.message.messageGroupId })
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.message.attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      {
        dataType,
        stringValue: stringValue ?? null,
        binaryValue: binaryValue === undefined ? null : Buffer.from(binaryValue).toString("base64")
      }
    ])
  )
})

/** Lambda's event source mapping of one queue. */
export class EventSource {
  readonly #cloud: Cloud
  readonly #options: EventSourceOptions
  readonly #idle: Array<Environment> = []
  #environments = 0
  #running = 0
  #invocations = 0
  #pollAfter = 0

  constructor(cloud: Cloud, options: EventSourceOptions) {
    this.#cloud = cloud
    this.#options = options
  }

  get #queue() {
    return this.#cloud.aws.queues[this.#options.queue]
  }

  /** When there is something to poll for, epoch milliseconds; `undefined` when nothing will come or all are busy. */
  get nextPollAt(): number | undefined {
    if (this.#running >= this.#options.concurrency) return undefined
    const visibleAt = this.#queue.nextVisibleAt()
    return visibleAt === undefined ? undefined : Math.max(visibleAt, this.#pollAfter)
  }

  /** Polls once. */
  poll(): void {
    const { time, random, faults, watch } = this.#cloud
    const { queue, batchSize, visibilityTimeoutSeconds } = this.#options
    const fault = faults.next("sqs")
    if (fault === "unavailable" || fault === "refused" || fault === "killed-before") {
      this.#pollAfter = time.now + pollAgainMilliseconds
      return
    }
    const messages = this.#queue.receive(random.between(1, batchSize), visibilityTimeoutSeconds * 1000, time.now)
    if (messages.length === 0) return
    watch.note(
      () =>
        `call ${faults.calls}, Lambda receives from ${queue}: ${messages.map((message) => this.#described(message)).join(", ")}${fault === undefined ? "" : `: ${fault}`}`
    )
    if (fault === "killed-after" || fault === "answer-lost") return
    // Delivered twice: another receive gets them while the first is working.
    if (fault === "repeated" && !this.#queue.options.fifo)
      for (const { id } of messages) {
        const message = this.#queue.messages.get(id)
        if (message !== undefined) message.visibleAt = time.now
      }
    this.#running += 1
    if (fault === "slow") time.after(random.between(1, 250) * 1000, () => this.#invoke(messages))
    else this.#invoke(messages)
  }

  #described({ id, message, receiveCount }: QueuedMessage): string {
    return `message ${this.#cloud.watch.originOf(message.body)?.index} (${id}, receive ${receiveCount})`
  }

  #invoke(messages: ReadonlyArray<QueuedMessage>): void {
    const { time, watch } = this.#cloud
    const environment = this.#idle.pop() ?? this.#newEnvironment()
    const { process, services } = environment
    this.#invocations += 1
    const endsAt = time.now + functionTimeoutMilliseconds
    const callOffTimeout = time.after(functionTimeoutMilliseconds, () => process.kill("timed out"))
    process.onDeath = (why) => {
      watch.note(() => `${process.name} dies: ${why}`)
      if (process.kind === "healer") watch.healerTroubles += 1
      process.onDeath = undefined
      callOffTimeout()
      this.#running -= 1
    }
    const program = this.#options.handle(
      { Records: messages.map(recordOf) },
      {
        awsRequestId: `${this.#options.queue}-${this.#invocations}`,
        logGroupName: "/aws/lambda/model",
        logStreamName: process.name,
        getRemainingTimeInMillis: () => endsAt - time.now
      }
    )
    const fiber = Effect.runForkWith(services)(program, { scheduler: time.scheduler })
    fiber.addObserver((exit) => {
      if (!process.alive) return
      process.onDeath = undefined
      callOffTimeout()
      this.#running -= 1
      this.#idle.push(environment)
      if (Exit.isFailure(exit)) watch.violated(`${process.name} fails: ${exit.cause}`)
      else this.#acknowledge(messages, exit.value)
    })
  }

  #newEnvironment(): Environment {
    this.#environments += 1
    return this.#options.environment(`${this.#options.queue === "main" ? "consumer" : "healer"} ${this.#environments}`)
  }

  #acknowledge(messages: ReadonlyArray<QueuedMessage>, { batchItemFailures }: SqsBatchResponse): void {
    const { aws, time, random, faults, watch } = this.#cloud
    const { queue } = this.#options
    const left = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    for (const message of messages) {
      if (left.has(message.id) || message.receiptHandle === undefined) continue
      const fault = faults.next("sqs")
      watch.note(
        () =>
          `call ${faults.calls}, Lambda deletes from ${queue}: ${this.#described(message)}${fault === undefined ? "" : `: ${fault}`}`
      )
      if (fault === undefined || fault === "slow" || fault === "answer-lost" || fault === "killed-after") {
        aws.delete(queue, message.receiptHandle)
        continue
      }
      // One of SQS's servers has missed the delete: its copy comes back.
      const stays = this.#queue.messages.get(message.id)
      if (fault === "repeated" && stays !== undefined && !this.#queue.options.fifo)
        stays.visibleAt = time.now + random.between(0, 100) * 1000
    }
  }
}
