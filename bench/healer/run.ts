/** Runs of the healer: over HTTP on the embedded AWS, and on ports in its own process. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Worker } from "node:worker_threads"
import { evidenceAttributeName } from "../../handlers/failure/Evidence.ts"
import { startBenchAws } from "../system/BenchAws.ts"
import { CallCounter, type Calls } from "../system/CallCounter.ts"
import { type Batch, pollOnce } from "../system/eventSource.ts"
import { batchOf, deadLetterAt, unlimited } from "./deadLetters.ts"
import { startInProcessHealer } from "./inProcess.ts"
import type { ThreadAnswer } from "./thread.ts"

/** What a run has measured. */
export interface HealerRow {
  readonly name: string
  readonly deadLetters: number
  readonly seconds: number
  /** Dead letters a second, one batch after the other. */
  readonly perSecond: number
  /** Dead letters a second of the healer's own CPU. */
  readonly perCoreSecond: number
  /** Milliseconds of CPU of the embedded AWS a dead letter; 0 where there is none. */
  readonly awsCpuMilliseconds: number
  /** Calls a dead letter by service and action. */
  readonly calls: Readonly<Record<string, number>>
  readonly callsPerDeadLetter: number
  /** Live heap of the process after the run above that before it, after a full collection, in MiB. */
  readonly heapGrowthMebibytes: number
}

const batchSize = 10

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

const liveHeap = (): number => {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

const mebibyte = 1024 * 1024

const microseconds = ({ user, system }: { readonly user: number; readonly system: number }): number => user + system

const callsOf = (counted: Calls, deadLetters: number) => ({
  calls: Object.fromEntries([...counted].map(([name, calls]) => [name, calls / deadLetters])),
  callsPerDeadLetter: [...counted.values()].reduce((sum, calls) => sum + calls, 0) / deadLetters
})

/** Batches of the mix on ports in the process. Rejects if any message is left. */
export const runInProcess = async (deadLetters: number): Promise<HealerRow> => {
  const healer = startInProcessHealer()
  const run = async (from: number, count: number) => {
    for (let index = from; index < from + count; index += batchSize)
      await healer.heal(batchOf(index, Math.min(batchSize, from + count - index), Date.now()))
  }
  // Compiled code and pools are no growth.
  await run(deadLetters, Math.min(1000, deadLetters))
  const before = liveHeap()
  const warm = healer.counter.calls
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  await run(0, deadLetters)
  const cpuSeconds = microseconds(process.cpuUsage(cpu)) / 1e6
  const seconds = (performance.now() - startedAt) / 1000
  const heapGrowthMebibytes = (liveHeap() - before) / mebibyte
  const counted = healer.counter.since(warm)
  await healer.close()
  return {
    name: `in process, ${deadLetters}`,
    deadLetters,
    seconds,
    perSecond: deadLetters / seconds,
    perCoreSecond: deadLetters / cpuSeconds,
    awsCpuMilliseconds: 0,
    ...callsOf(counted, deadLetters),
    heapGrowthMebibytes
  }
}

/** Batches of the mix from the DLQ of an embedded AWS, over HTTP; the healer is in a thread of its own. */
export const runEmbedded = async (deadLetters: number): Promise<HealerRow> => {
  const counter = new CallCounter()
  const bench = await startBenchAws({
    intercept: (service, request) => {
      counter.request(service, request)
      return undefined
    }
  })
  const { environment, clientEnvironment, deadLetterQueueArn: queueArn } = bench
  const worker = new Worker(new URL("./thread.ts", import.meta.url), {
    workerData: { environment: { ...environment, ...unlimited }, clientEnvironment }
  })
  const ask = (batch: Batch): Promise<ThreadAnswer> =>
    new Promise((resolve, reject) => {
      worker.once("error", reject)
      worker.once("message", (answer: ThreadAnswer) => {
        worker.off("error", reject)
        resolve(answer)
      })
      worker.postMessage(batch)
    })
  const { sqs } = bench.aws
  let last: ThreadAnswer = { left: [], cpuMicroseconds: 0 }
  const send = (from: number, count: number) => {
    for (let index = from; index < from + count; index++) {
      const { body, attribute } = deadLetterAt(index, Date.now())
      sqs.send(queueArn, { body, messageAttributes: { [evidenceAttributeName]: attribute } })
    }
  }
  const drain = async (onRequest: (name: string) => void) => {
    const invoke = async (batch: Batch) => {
      last = await ask(batch)
      return last.left
    }
    while ((await pollOnce({ sqs, queueArn, batchSize, invoke, onRequest })) > 0);
  }
  try {
    // Warm, and connected.
    send(deadLetters, 100)
    await drain(() => undefined)
    send(0, deadLetters)
    const warm = counter.calls
    const before = last.cpuMicroseconds
    const heap = liveHeap()
    const own = process.threadCpuUsage()
    const startedAt = performance.now()
    await drain((name) => counter.count(name))
    const seconds = (performance.now() - startedAt) / 1000
    const awsSeconds = microseconds(process.threadCpuUsage(own)) / 1e6
    const counted = counter.since(warm)
    return {
      name: `embedded AWS, ${deadLetters}`,
      deadLetters,
      seconds,
      perSecond: deadLetters / seconds,
      perCoreSecond: deadLetters / ((last.cpuMicroseconds - before) / 1e6),
      awsCpuMilliseconds: (awsSeconds * 1000) / deadLetters,
      ...callsOf(counted, deadLetters),
      heapGrowthMebibytes: (liveHeap() - heap) / mebibyte
    }
  } finally {
    await worker.terminate()
    await bench.close()
  }
}
