/** The order system on its embedded AWS under a load, level by level. */
import { Worker } from "node:worker_threads"
import { until } from "../../local/demo/until.ts"
import { parseObject } from "../../local/dynamodb/request.ts"
import type { Intercept } from "../../local/gateway/Interception.ts"
import { type System, withSystem } from "../../local/withSystem.ts"
import { quantile } from "../page/statistics.ts"
import type { LoadRequest, SentOrder } from "./load.ts"
import { childCpuSeconds, childCpuSince } from "./processes.ts"

/** What a level has shown. Times in milliseconds. */
export interface PipelineRow {
  readonly name: string
  /** Orders a second. */
  readonly offered: number
  readonly accepted: number
  readonly stored: number
  /** Stored a second, from the first that was sent to the last that was stored. */
  readonly storedPerSecond: number
  /** From the request to the 202. */
  readonly acceptedAfter: Readonly<Record<"p50" | "p95" | "p99", number>>
  /** From the request to the write of the order. */
  readonly storedAfter: Readonly<Record<"p50" | "p95" | "p99", number>>
  /** CPU an order: of the thread that is AWS (gateway, queues, tables, IAM, API, payments), and of the functions' processes. */
  readonly awsCpuMilliseconds: number
  readonly functionCpuMilliseconds: number
  /** Share of the time in which AWS's thread was busy: near 1, it is the limit. */
  readonly awsBusy: number
}

const now = (): number => performance.timeOrigin + performance.now()

const percentiles = (values: ReadonlyArray<number>) =>
  values.length === 0
    ? { p50: 0, p95: 0, p99: 0 }
    : { p50: quantile(values, 0.5), p95: quantile(values, 0.95), p99: quantile(values, 0.99) }

/** Notes when each order is stored: when its write reaches DynamoDB. */
const watchStores = () => {
  const storedAt = new Map<string, number>()
  const intercept: Intercept = (service, request) => {
    if (service.signingName !== "dynamodb" || !String(request.headers["x-amz-target"]).endsWith(".PutItem"))
      return undefined
    const text = request.body.toString("utf8")
    if (!text.includes('"storedAt"')) return undefined
    const { Item: item } = parseObject(text)
    const id = typeof item === "object" && item !== null ? Reflect.get(item, "orderId") : undefined
    const orderId: unknown = typeof id === "object" && id !== null ? Reflect.get(id, "S") : undefined
    if (typeof orderId === "string" && !storedAt.has(orderId)) storedAt.set(orderId, now())
    return undefined
  }
  return { storedAt, intercept }
}

const output = ({ outputs }: System, name: string): string => {
  const value = outputs[name]
  if (typeof value !== "string") throw new Error(`The stack has no output "${name}".`)
  return value
}

/** How long the warm-up lasts at most. */
const warmSeconds = 5

/** How long orders may take to be stored when no more come. */
const drainMilliseconds = 120_000

/** Runs a warm-up, then each rate for so many seconds. */
export const runPipeline = async (
  rates: ReadonlyArray<number>,
  seconds: number
): Promise<ReadonlyArray<PipelineRow>> => {
  const { storedAt, intercept } = watchStores()
  const worker = new Worker(new URL("./load.ts", import.meta.url))
  const load = (request: LoadRequest): Promise<ReadonlyArray<SentOrder>> =>
    new Promise((resolve) => {
      worker.once("message", resolve)
      worker.postMessage(request)
    })
  const faults = { intercept, nextKill: () => undefined }
  const options = {
    program: new URL("../../index.ts", import.meta.url),
    stack: "local",
    faults,
    signal: new AbortController().signal
  }
  try {
    return await withSystem(options, async (system) => {
      const url = `${output(system, "apiUrl").replace(/\/$/, "")}/orders`
      const level = async (ratePerSecond: number, prefix: string, lasts = seconds): Promise<PipelineRow> => {
        const children = childCpuSeconds()
        const own = process.threadCpuUsage()
        const loop = performance.eventLoopUtilization()
        const orders = await load({ url, ratePerSecond, seconds: lasts, prefix })
        const awsBusy = performance.eventLoopUtilization(loop).utilization
        const accepted = orders.filter(({ status }) => status === 202)
        await until(async () => (accepted.every(({ orderId }) => storedAt.has(orderId)) ? true : undefined), {
          milliseconds: drainMilliseconds
        }).catch(() => undefined)
        await system.aws.lambda.idle()
        const { user, system: kernel } = process.threadCpuUsage(own)
        const stored = accepted.flatMap(({ orderId, sentAt }) => {
          const at = storedAt.get(orderId)
          return at === undefined ? [] : [{ after: at - sentAt, at }]
        })
        const first = Math.min(...orders.map(({ sentAt }) => sentAt))
        const last = Math.max(first, ...stored.map(({ at }) => at))
        return {
          name: `${ratePerSecond} a second`,
          offered: ratePerSecond,
          accepted: accepted.length,
          stored: stored.length,
          storedPerSecond: stored.length / Math.max(0.001, (last - first) / 1000),
          acceptedAfter: percentiles(accepted.map(({ sentAt, answeredAt }) => answeredAt - sentAt)),
          storedAfter: percentiles(stored.map(({ after }) => after)),
          awsCpuMilliseconds: (user + kernel) / 1000 / orders.length,
          functionCpuMilliseconds: (childCpuSince(children) * 1000) / orders.length,
          awsBusy
        }
      }
      // As many functions start as the highest rate needs, and their code is compiled.
      await level(Math.max(...rates), "warm", Math.min(seconds, warmSeconds))
      const rows: Array<PipelineRow> = []
      for (const rate of rates) {
        process.stderr.write(`${rate} orders a second …\n`)
        rows.push(await level(rate, `at-${rate}`))
      }
      return rows
    })
  } finally {
    await worker.terminate()
  }
}
