/** The healer in a thread of its own, so that its CPU is told from that of the embedded AWS. */
import { parentPort, workerData } from "node:worker_threads"
import type { Batch } from "../system/eventSource.ts"
import { ourFunctions } from "../system/ourFunctions.ts"

/** What the thread answers to a batch. */
export interface ThreadAnswer {
  readonly left: ReadonlyArray<string>
  /** CPU of this thread since it started, in microseconds. */
  readonly cpuMicroseconds: number
}

const { environment, clientEnvironment } = workerData
Object.assign(process.env, clientEnvironment)
const functions = ourFunctions({ environment, log: () => undefined })

parentPort?.on("message", (batch: Batch) => {
  void functions.heal(batch).then((left) => {
    const { user, system } = process.threadCpuUsage()
    parentPort?.postMessage({ left, cpuMicroseconds: user + system } satisfies ThreadAnswer)
  })
})
