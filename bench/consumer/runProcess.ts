/** Runs a bundle in a process of its own. */
import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"

const measure = fileURLToPath(new URL("./child/measure.mjs", import.meta.url))

/** What to run. */
export interface ProcessOptions {
  /** Path of the bundle. */
  readonly bundle: string
  /** Path of the batches, as JSON. */
  readonly events: string
  /** Where AWS is. */
  readonly endpoint: string
  /** Batches that are measured after the first one. */
  readonly batches: number
  /** Batches between the first one and those that are measured. */
  readonly warmUp: number
}

/** What a process has cost. */
export interface ProcessCost {
  /** Records of the first batch that were not finished. */
  readonly unfinished: number
  /** From the start of the process until the first batch was answered. */
  readonly coldMilliseconds: number
  /** CPU until the first batch was answered. */
  readonly coldCpuMilliseconds: number
  /** Resident memory after the first batch. */
  readonly coldMemoryBytes: number
  /** CPU a record, of those measured. */
  readonly warmMicroseconds: number
  /** Resident memory at the end. */
  readonly warmMemoryBytes: number
}

const isCost = (value: unknown): value is ProcessCost =>
  typeof value === "object" &&
  value !== null &&
  [
    "unfinished",
    "coldMilliseconds",
    "coldCpuMilliseconds",
    "coldMemoryBytes",
    "warmMicroseconds",
    "warmMemoryBytes"
  ].every((name) => typeof Reflect.get(value, name) === "number")

/** Runs a bundle in a process of its own. @throws An error with what the process said, when it did not answer. */
export const runProcess = async (options: ProcessOptions): Promise<ProcessCost> => {
  const child = spawn(process.execPath, [measure], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: {
      BUNDLE: options.bundle,
      EVENTS: options.events,
      BATCHES: String(options.batches),
      WARM_UP: String(options.warmUp),
      AWS_ENDPOINT_URL: options.endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_SESSION_TOKEN: "example",
      AWS_LAMBDA_FUNCTION_NAME: "orders",
      QUEUE_NAME: "orders",
      MAIN_QUEUE_URL: `${options.endpoint}/000000000000/orders`,
      DLQ_URL: `${options.endpoint}/000000000000/orders-dlq`,
      FAILED_TABLE: "failures",
      ORDERS_TABLE: "orders",
      MAX_RECEIVE_COUNT: "3"
    }
  })
  const [, , errorOutput, answers] = child.stdio
  if (!errorOutput || !answers || !("setEncoding" in answers))
    throw new Error("The process has no channel for its answer.")
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
  const [answer, errors, exitCode] = await Promise.all([text(answers), text(errorOutput), ended])
  if (exitCode !== 0 || answer === "") throw new Error(`${options.bundle} ended with ${exitCode}: ${errors}`)
  const cost: unknown = JSON.parse(answer)
  if (!isCost(cost)) throw new Error(`${options.bundle} gave no figures: ${answer}`)
  return cost
}
