/** One instance of the system on an embedded AWS, from the evaluation of the program to Ctrl-C. */
import { startConsole } from "./console/startConsole.ts"
import { printEvents } from "./events.ts"
import { announceInstance } from "./instances.ts"
import { onPreferredPort } from "./listen.ts"
import type { RegisteredResource } from "./pulumi/ResourceMonitor.ts"
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
  /** Takes a line for standard output. */
  readonly print: (line: string) => void
  /** Ends the instance. */
  readonly signal: AbortSignal
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

/** A line of a terminal, more or less; a policy is a hundred of them. */
const longestOutput = 200

const shown = (name: string, text: string): string =>
  text.length <= longestOutput ? text : `(npm run --silent output ${name}: ${text.length} characters)`

const printOutputs = (outputs: Readonly<Record<string, unknown>>, print: (line: string) => void): void => {
  const width = Math.max(0, ...Object.keys(outputs).map((name) => name.length))
  for (const [name, value] of Object.entries(outputs)) {
    // An output of what this stack does not have.
    if (value === undefined || value === null) continue
    print(`  ${name.padEnd(width)}  ${shown(name, typeof value === "string" ? value : JSON.stringify(value))}`)
  }
}

const commandsToTry = (apiUrl: string, issuerUrl: string | undefined): ReadonlyArray<string> => {
  const orders = `${apiUrl.replace(/\/$/, "")}/orders`
  if (issuerUrl !== undefined) {
    const bearer = '-H "authorization: Bearer $TOKEN"'
    return [
      `TOKEN=$(curl -s '${issuerUrl}/token?sub=alice')`,
      `curl -i ${orders} ${bearer} -H 'content-type: application/json' -d '{"itemName":"Laptop","quantity":1}'`,
      `curl -s ${orders}/ORDER_ID ${bearer}`
    ]
  }
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

/**
 * Starts the system and keeps it until `signal` aborts; then nothing of it is left.
 *
 * @throws {StartFailure} when the program cannot be evaluated.
 */
export const runInstance = async ({ program, stack, print, signal }: InstanceOptions): Promise<void> => {
  const keepUntilAborted = async (system: System): Promise<void> => {
    const { aws, payment, issuer, outputs, resources } = system
    const page = await onPreferredPort(preferredPorts.console, (port) => startConsole(system, port))
    const withdraw = announceInstance({
      pid: process.pid,
      startedAt: Date.now(),
      endpoint: aws.account.endpoint,
      region: aws.account.region,
      administrator: aws.iam.administrator,
      paymentGatewayUrl: payment.url,
      outputs
    })
    const seconds = (performance.now() / 1000).toFixed(1)
    print(`\n${resources.length} resources; ready ${seconds} s after the start.\n\nOutputs:`)
    printOutputs(outputs, print)
    const { apiUrl, storefrontUrl } = outputs
    if (typeof storefrontUrl === "string") {
      sayWhereItListens("the storefront", preferredPorts.storefront, storefrontUrl, print)
      print(`\nOrder something in a browser:\n  ${storefrontUrl}`)
    }
    if (typeof apiUrl === "string") {
      sayWhereItListens("the API", preferredPorts.api, apiUrl, print)
      print("\nTry, in another terminal:")
      for (const command of commandsToTry(apiUrl, issuer?.url)) print(`  ${command}`)
    }
    sayWhereItListens("the console", preferredPorts.console, page.url, print)
    print(`\nWatch it, break it and mend it in a browser:\n  ${page.url}/`)
    print("\nWhat happens (Ctrl-C stops it all):")
    const stopPrinting = printEvents(aws, print, Date.now)
    await untilAborted(signal)
    print("Stopping.")
    stopPrinting()
    withdraw()
    await page.close()
  }
  const options: SystemOptions = {
    program,
    stack,
    ports: preferredPorts,
    onListening: ({ aws, payment }) => {
      sayWhereItListens("the payment gateway", preferredPorts.payment, payment.url, print)
      sayWhereItListens("AWS", preferredPorts.aws, aws.account.endpoint, print)
    },
    onResource: printTree(print),
    signal
  }
  await withSystem(options, keepUntilAborted).catch((error: unknown) => {
    // Ended before it was up: that is no failure.
    if (!signal.aborted) throw error
  })
}
