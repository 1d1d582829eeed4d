/** One instance of the system on an embedded AWS, from the evaluation of the program to Ctrl-C. */
import { fileURLToPath } from "node:url"
import { portNote, readyLines } from "./addresses.ts"
import { startConsole } from "./console/startConsole.ts"
import { printEvents } from "./events.ts"
import { announceInstance, runningInstances } from "./instances.ts"
import { onPreferredPort } from "./listen.ts"
import { withQueueOutputs } from "./programOutputs.ts"
import { isProperties } from "./pulumi/propertyValues.ts"
import type { RegisteredResource } from "./pulumi/ResourceMonitor.ts"
import { type ConfigValue, readStackConfig } from "./pulumi/stackConfig.ts"
import { type System, type SystemOptions, withSystem } from "./withSystem.ts"

/** Ports that stay the same from one run to the next, so that a `curl` can be repeated; free ones when they are taken. */
export const preferredPorts = {
  api: 8400,
  aws: 8401,
  payment: 8402,
  issuer: 8403,
  storefront: 8404,
  console: 8405
} as const

/** What to run, and how to speak. */
export interface InstanceOptions {
  /** The Pulumi program. */
  readonly program: URL
  readonly stack: string
  /** Values that take precedence over the stack file's, by key. @default none */
  readonly config?: Readonly<Record<string, ConfigValue | undefined>> | undefined
  /** Whether each resource is printed as it is created. @default one line for all of them */
  readonly verbose?: boolean | undefined
  /** Takes text for standard output, as it is. */
  readonly write: (text: string) => void
  /** Ends the instance. */
  readonly signal: AbortSignal
}

/** How long the payment gateway may be down under somebody's hands, in seconds, until its orders are archived. */
const patienceSeconds = 600

const recordOf = (json: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(json)
    return isProperties(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * The recovery rules of a stack, with time for a person: the stack file's own are as quick as tests want them, and archive
 * what waits for a dependency before anybody has read what it says.
 */
export const patientRecovery = (program: URL, stack: string): ConfigValue => {
  const { project, values } = readStackConfig(fileURLToPath(new URL(".", program)), stack)
  const own = values[`${project}:recovery`] ?? "{}"
  const rules = recordOf(own)
  // What makes no sense is refused by whoever reads it.
  if (rules === undefined) return own
  const rule: unknown = rules["DependencyFailure"]
  return {
    ...rules,
    DependencyFailure: {
      ...(isProperties(rule) ? rule : {}),
      maxAttempts: patienceSeconds,
      maxAgeSeconds: patienceSeconds
    }
  }
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

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener("abort", () => resolve(), { once: true })
  })

/**
 * Starts the system and keeps it until `signal` aborts; then nothing of it is left.
 *
 * @throws {StartFailure} when the program cannot be evaluated.
 */
export const runInstance = async (options: InstanceOptions): Promise<void> => {
  const { program, stack, config, verbose = false, write, signal } = options
  const print = (line: string): void => write(`${line}\n`)
  const portNotes: Array<string> = []

  const keepUntilAborted = async (started: System): Promise<void> => {
    const { aws, payment, issuer, resources } = started
    const outputs = withQueueOutputs(started.outputs, resources)
    const system: System = { ...started, outputs }
    const page = await onPreferredPort(preferredPorts.console, (port) => startConsole(system, port))
    const withdraw = announceInstance({
      pid: process.pid,
      startedAt: Date.now(),
      endpoint: aws.account.endpoint,
      region: aws.account.region,
      administrator: aws.iam.administrator,
      paymentGatewayUrl: payment.url,
      consoleUrl: page.url,
      outputs
    })
    // Written down first: of two that start at once, one at least sees the other.
    const others = (await runningInstances()).filter(({ pid }) => pid !== process.pid)
    const seconds = (performance.now() / 1000).toFixed(1)
    print(`${verbose ? "\n" : ""}${resources.length} resources, ready in ${seconds} s.`)
    const { apiUrl, storefrontUrl } = outputs
    if (typeof storefrontUrl === "string")
      portNotes.push(...portNote("the order page", preferredPorts.storefront, storefrontUrl))
    if (typeof apiUrl === "string") portNotes.push(...portNote("the API", preferredPorts.api, apiUrl))
    portNotes.push(...portNote("the console", preferredPorts.console, page.url))
    for (const line of readyLines({ consoleUrl: page.url, outputs, issuerUrl: issuer?.url, portNotes, others }))
      print(line)
    print("\nWhat happens:")
    const stopPrinting = printEvents(aws, print, Date.now)
    await untilAborted(signal)
    print("Stopping.")
    stopPrinting()
    withdraw()
    await page.close()
  }

  const systemOptions: SystemOptions = {
    program,
    stack,
    config,
    ports: preferredPorts,
    onListening: ({ aws, payment }) => {
      portNotes.push(...portNote("the payment gateway", preferredPorts.payment, payment.url))
      portNotes.push(...portNote("AWS", preferredPorts.aws, aws.account.endpoint))
    },
    ...(verbose ? { onResource: printTree(print) } : {}),
    signal
  }
  write(verbose ? "Creating resources:\n" : "Creating resources … ")
  await withSystem(systemOptions, keepUntilAborted).catch((error: unknown) => {
    // The sentence that says why begins a line of its own.
    print("")
    // Ended before it was up: that is no failure.
    if (!signal.aborted) throw error
  })
}
