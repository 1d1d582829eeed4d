/** Runs a scenario on an embedded AWS of its own and counts every call of it. */

import { startBenchAws } from "../system/BenchAws.ts"
import { CallCounter } from "../system/CallCounter.ts"
import { messagesIn, pollOnce } from "../system/eventSource.ts"
import { type FunctionOptions, type OrderFunctions, ourFunctions } from "../system/ourFunctions.ts"
import { SteppedTime } from "../system/SteppedTime.ts"
import { billOf, type Dollars } from "./bill.ts"
import { metricsOf } from "./customMetrics.ts"
import { type FunctionName, type Part, PartMeter } from "./PartMeter.ts"
import { referenceFunctions } from "./referenceFunctions.ts"
import { ordersOf, type Scenario, troubled } from "./scenarios.ts"

/** A way to build an order system. */
export interface Build {
  readonly name: string
  /** Messages a batch, of both queues. */
  readonly batchSize: 1 | 10
  readonly functions: (options: FunctionOptions & { readonly now: () => number }) => OrderFunctions
}

/** Ours, and the reference systems', each in full batches and one message at a time. */
export const builds: ReadonlyArray<Build> = [
  { name: "ours, batches of 10", batchSize: 10, functions: ourFunctions },
  { name: "reference, batches of 10", batchSize: 10, functions: referenceFunctions },
  { name: "ours, one by one", batchSize: 1, functions: ourFunctions },
  { name: "reference, one by one", batchSize: 1, functions: referenceFunctions }
]

/** What a run has counted. */
export interface Counted {
  readonly build: string
  readonly scenario: string
  readonly orders: number
  readonly stored: number
  /** Orders that something was wrong with; where one crashes, its neighbours go to the dead-letter queue with it. */
  readonly troubled: number
  /** How often the healer was given a message. */
  readonly deadLetters: number
  /** By service and action. */
  readonly calls: Readonly<Record<string, number>>
  readonly totalCalls: number
  /** What each function has done, its event source included. */
  readonly parts: Readonly<Record<FunctionName, Part>>
  readonly logBytes: number
  /** Distinct custom metrics, by name and dimensions. */
  readonly customMetrics: number
  readonly dollars: Dollars
}

/** So slow that what is retried meets orders that succeed, as it does where orders never end. */
export const ordersPerSecond = 10

/** How many orders there are from one look into the dead-letter queue to the next: about one is in trouble. */
const ordersPerLook = 100

/** How far the time moves while messages wait. */
const waitMilliseconds = 5000

/** Whatever is healed is healed by then. */
const longestMilliseconds = 6 * 3_600_000

/** Runs a scenario. Rejects if an order ends nowhere. */
export const runScenario = async (build: Build, scenario: Scenario, orders: number): Promise<Counted> => {
  const time = new SteppedTime()
  const counter = new CallCounter()
  let counting = false
  let logBytes = 0
  const bench = await startBenchAws({
    clock: time,
    intercept: (service, request) => {
      if (counting) counter.request(service, request)
      return undefined
    }
  })
  Object.assign(process.env, bench.clientEnvironment)
  const meter = new PartMeter(counter)
  const customMetrics = new Set<string>()
  let deadLetters = 0
  const functions = build.functions({
    environment: bench.environment,
    attempt: ({ itemName }, receiveCount, healAttempts) =>
      itemName === troubled ? scenario.attempt(receiveCount, healAttempts) : "stores",
    log: (line) => {
      logBytes += Buffer.byteLength(line) + 1
      meter.logged(Buffer.byteLength(line) + 1)
      for (const metric of metricsOf(line)) customMetrics.add(metric)
    },
    time: time.layer,
    now: time.now
  })
  const { sqs } = bench.aws
  const onRequest = (name: string) => counter.count(name)
  const source = { sqs, batchSize: build.batchSize, onRequest }
  const consume = () =>
    meter.during("consume", () =>
      pollOnce({
        ...source,
        queueArn: bench.mainQueueArn,
        invoke: (event) => {
          meter.invoked(event.Records.length)
          return functions.consume(event)
        }
      })
    )
  const heal = () =>
    meter.during("heal", () =>
      pollOnce({
        ...source,
        queueArn: bench.deadLetterQueueArn,
        invoke: (event) => {
          meter.invoked(event.Records.length)
          deadLetters += event.Records.length
          return functions.heal(event)
        }
      })
    )
  const place = (order: Parameters<typeof functions.place>[0]) =>
    meter.during("place", () => {
      meter.invoked(1)
      return functions.place(order)
    })
  const drain = async (poll: () => Promise<number>) => {
    while ((await poll()) > 0);
  }
  try {
    counting = true
    const placed = ordersOf(scenario, orders)
    for (const [index, order] of placed.entries()) {
      if ((await place(order)) !== 202) throw new Error(`The order ${order.orderId} was not accepted.`)
      time.advance(1000 / ordersPerSecond)
      if ((index + 1) % build.batchSize === 0) await consume()
      if ((index + 1) % ordersPerLook === 0) await drain(heal)
    }
    const end = time.now() + longestMilliseconds
    while (messagesIn(sqs, bench.mainQueueArn) + messagesIn(sqs, bench.deadLetterQueueArn) > 0) {
      if (time.now() > end) throw new Error(`Messages are left in a queue: ${build.name}, ${scenario.name}.`)
      time.advance(waitMilliseconds)
      await drain(consume)
      await drain(heal)
    }
    counting = false
    const stored = (await bench.aws.dynamodb.items("orders")).filter(
      (item) => item["storedAt"] !== undefined || item["quantity"] !== undefined
    ).length
    const calls = Object.fromEntries(counter.calls)
    const { parts } = meter
    return {
      build: build.name,
      scenario: scenario.name,
      orders,
      stored,
      troubled: placed.filter(({ itemName }) => itemName === troubled).length,
      deadLetters,
      calls,
      totalCalls: counter.total,
      parts,
      logBytes,
      customMetrics: customMetrics.size,
      dollars: billOf({
        counter,
        apiRequests: parts.place.invocations,
        functions: Object.values(parts)
      })
    }
  } finally {
    await functions.close()
    await bench.close()
  }
}
