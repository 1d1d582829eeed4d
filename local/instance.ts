/** One instance of the system on an embedded AWS, from the evaluation of the program to Ctrl-C. */
import { randomBytes } from "node:crypto"
import { fileURLToPath } from "node:url"
import { startEmbeddedAws } from "./EmbeddedAws.ts"
import { printEvents } from "./events.ts"
import { announceInstance } from "./instances.ts"
import { onPreferredPort } from "./listen.ts"
import { startPaymentGateway } from "./payment/startPaymentGateway.ts"
import type { RegisteredResource } from "./pulumi/ResourceMonitor.ts"
import { readStackConfig } from "./pulumi/stackConfig.ts"

/** Ports that stay the same from one run to the next, so that a `curl` can be repeated; free ones when they are taken. */
export const preferredPorts = { api: 8400, aws: 8401, payment: 8402 } as const

/** What to run, and how to speak. */
export interface InstanceOptions {
  /** The Pulumi program. */
  readonly program: URL
  readonly stack: string
  /** Takes a line for standard output. */
  readonly print: (line: string) => void
  /** Ends the instance. */
  readonly signal: AbortSignal
}

/** The system has failed to start; the message is for the person who started it. */
export class StartFailure extends Error {
  override readonly name = "StartFailure"
}

/** Prints each resource as it is created, under its parent. */
const printTree = (print: (line: string) => void): ((resource: RegisteredResource) => void) => {
  const depths = new Map<string, number>()
  return ({ urn, parent, type, name }) => {
    const depth = parent === undefined ? 0 : (depths.get(parent) ?? 0) + 1
    depths.set(urn, depth)
    print(`${"  ".repeat(depth)}${type} ${name}`)
  }
}

const printOutputs = (outputs: Readonly<Record<string, unknown>>, print: (line: string) => void): void => {
  const width = Math.max(0, ...Object.keys(outputs).map((name) => name.length))
  for (const [name, value] of Object.entries(outputs))
    print(`  ${name.padEnd(width)}  ${typeof value === "string" ? value : JSON.stringify(value)}`)
}

const commandsToTry = (apiUrl: string): ReadonlyArray<string> => {
  const orders = `${apiUrl.replace(/\/$/, "")}/orders`
  const post = (body: string): string => `curl -i ${orders} -H 'content-type: application/json' -d '${body}'`
  return [
    post('{"orderId":"O1","itemName":"Laptop","quantity":1}'),
    `curl -s ${orders}/O1`,
    post('{"orderId":"O2","itemName":"Poison","quantity":1}')
  ]
}

const sayWhereItListens = (what: string, preferred: number, url: string, print: (line: string) => void): void => {
  const { port } = new URL(url)
  if (port !== String(preferred)) print(`Port ${preferred} is taken: ${what} listens on ${port} instead.`)
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener("abort", () => resolve(), { once: true })
  })

/** What has been started, to be stopped in the opposite order. */
type Started = Array<() => unknown>

const startAndWait = async (options: InstanceOptions, started: Started): Promise<void> => {
  const { program, stack, print, signal } = options
  const { values } = readStackConfig(fileURLToPath(new URL(".", program)), stack)
  const token = randomBytes(16).toString("hex")
  const payment = await onPreferredPort(preferredPorts.payment, (port) => startPaymentGateway({ port, token }))
  started.push(payment.close)
  const aws = await startEmbeddedAws({
    region: values["aws:region"],
    port: preferredPorts.aws,
    apiPort: preferredPorts.api
  })
  started.push(aws.close)
  sayWhereItListens("the payment gateway", preferredPorts.payment, payment.url, print)
  sayWhereItListens("AWS", preferredPorts.aws, aws.account.endpoint, print)

  const { outputs, resources, error } = await aws.deploy({
    program,
    stack,
    config: { paymentUrl: payment.url, paymentToken: token },
    onResource: printTree(print),
    signal
  })
  if (signal.aborted) return
  if (error !== undefined) {
    // What a provider or the configuration refuses is one sentence; a TypeError and the like are defects, and say where.
    throw new StartFailure(error.name === "Error" ? error.message : (error.stack ?? error.message), { cause: error })
  }
  started.push(
    announceInstance({
      pid: process.pid,
      startedAt: Date.now(),
      endpoint: aws.account.endpoint,
      region: aws.account.region,
      administrator: aws.iam.administrator,
      paymentGatewayUrl: payment.url,
      outputs
    })
  )
  print(
    `\n${resources.length} resources; ready ${(performance.now() / 1000).toFixed(1)} s after the start.\n\nOutputs:`
  )
  printOutputs(outputs, print)
  const { apiUrl } = outputs
  if (typeof apiUrl === "string") {
    sayWhereItListens("the API", preferredPorts.api, apiUrl, print)
    print("\nTry, in another terminal:")
    for (const command of commandsToTry(apiUrl)) print(`  ${command}`)
  }
  print("\nWhat happens (Ctrl-C stops it all):")
  started.push(printEvents(aws, print, Date.now))
  await untilAborted(signal)
  print("Stopping.")
}

/**
 * Starts the system and keeps it until `signal` aborts; then nothing of it is left.
 *
 * @throws {StartFailure} when the program cannot be evaluated.
 */
export const runInstance = async (options: InstanceOptions): Promise<void> => {
  const started: Started = []
  try {
    await startAndWait(options, started)
  } finally {
    for (const stop of started.reverse()) await stop()
  }
}
