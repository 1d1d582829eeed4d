/** The instances that run on this machine, each in a file of its own, so that other commands find them. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Credentials } from "./iam/Iam.ts"

/** A running instance: where it is reached, and what the program put out. */
export interface Instance {
  readonly pid: number
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** The AWS endpoint. */
  readonly endpoint: string
  readonly region: string
  /** Credentials that may do everything; good for this instance alone. */
  readonly administrator: Credentials
  /** The stand-in payment gateway. */
  readonly paymentGatewayUrl: string
  /** The local console. */
  readonly consoleUrl: string
  /** The stack's outputs by name. */
  readonly outputs: Readonly<Record<string, unknown>>
}

/** Where instances are written, in this checkout: two checkouts do not see each other's. */
export const instancesDirectory = fileURLToPath(new URL("../.local/instances", import.meta.url))

/** How long an instance may take to answer, in milliseconds. */
const answerMilliseconds = 2000

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** Takes off what processes have left that were killed. */
const sweep = (directory: string): void => {
  for (const name of readdirSync(directory))
    if (!isAlive(Number.parseInt(name, 10))) rmSync(join(directory, name), { force: true })
}

/** Writes an instance down; the answer takes it off again. */
export const announceInstance = (instance: Instance, directory = instancesDirectory): (() => void) => {
  mkdirSync(directory, { recursive: true })
  sweep(directory)
  const file = join(directory, `${instance.pid}.json`)
  // Renamed into place, so that nobody reads half of it. The keys in it open nothing but this instance, but still.
  writeFileSync(`${file}.new`, `${JSON.stringify(instance, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return () => rmSync(file, { force: true })
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const readInstance = (file: string): Instance | undefined => {
  try {
    const found: unknown = JSON.parse(readFileSync(file, "utf8"))
    if (!isRecord(found) || !isRecord(found["outputs"]) || !isRecord(found["administrator"])) return undefined
    const { pid, startedAt, endpoint, region, paymentGatewayUrl, consoleUrl, outputs, administrator } = found
    const { accessKeyId, secretAccessKey } = administrator
    if (typeof pid !== "number" || typeof startedAt !== "number") return undefined
    if (typeof endpoint !== "string" || typeof region !== "string" || typeof paymentGatewayUrl !== "string")
      return undefined
    if (typeof consoleUrl !== "string") return undefined
    if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string") return undefined
    const credentials = { accessKeyId, secretAccessKey }
    return { pid, startedAt, endpoint, region, paymentGatewayUrl, consoleUrl, outputs, administrator: credentials }
  } catch {
    return undefined
  }
}

/** Process ids are used again, and a killed process leaves its file: only one that answers counts. */
const answers = async ({ pid, endpoint }: Instance): Promise<boolean> => {
  if (!isAlive(pid)) return false
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(answerMilliseconds) })
    return true
  } catch {
    return false
  }
}

/** The instances that run and answer, the newest first. */
export const runningInstances = async (directory = instancesDirectory): Promise<ReadonlyArray<Instance>> => {
  let files: ReadonlyArray<string>
  try {
    files = readdirSync(directory).filter((name) => name.endsWith(".json"))
  } catch {
    return []
  }
  const written = files.flatMap((name) => readInstance(join(directory, name)) ?? [])
  const running = await Promise.all(written.map(async (instance) => ((await answers(instance)) ? [instance] : [])))
  return running.flat().sort((one, other) => other.startedAt - one.startedAt)
}

/** Whether one of an instance's addresses has this port. */
const listensOn = ({ consoleUrl, endpoint, outputs }: Instance, port: string): boolean =>
  [consoleUrl, endpoint, outputs["apiUrl"]].some((url) => typeof url === "string" && new URL(url).port === port)

/**
 * The instance that somebody means, or the sentence that says why there is none.
 *
 * @param port that its console, its API or its AWS listens on. @default the newest instance
 */
export const findInstance = async (port?: string, directory = instancesDirectory): Promise<Instance | string> => {
  const running = await runningInstances(directory)
  const [newest] = running
  if (newest === undefined) return "No instance is running here; `npm start` starts one."
  if (port === undefined) return newest
  const ports = running.map(({ consoleUrl }) => new URL(consoleUrl).port).join(", ")
  return (
    running.find((each) => listensOn(each, port)) ??
    `No instance of this checkout listens on port ${port}; the consoles of those that run are on: ${ports}.`
  )
}
