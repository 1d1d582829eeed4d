import { type ChildProcess, execFile, spawn } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { preferredPorts } from "../../local/instance.ts"
import { type Listening, listen } from "../../local/listen.ts"

const repository = fileURLToPath(new URL("../../", import.meta.url))

/** An instance in a process of its own. */
interface Started {
  readonly child: ChildProcess
  /** Resolves with everything on standard output so far, once the pattern is in it; rejects when the process ends without it. */
  readonly printed: (pattern: RegExp) => Promise<string>
  /** Exit code and standard error. */
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>
}

const ready = /What happens/
const running = new Set<ChildProcess>()

const start = (directory = repository, ...flags: ReadonlyArray<string>): Started => {
  const child = spawn(process.execPath, ["local/start.ts", ...flags], {
    cwd: directory,
    // A copy's bundles go when it goes.
    env: { ...process.env, ...(directory === repository ? {} : { BUNDLE_CACHE: join(directory, "bundles") }) },
    stdio: ["ignore", "pipe", "pipe"]
  })
  running.add(child)
  let output = ""
  let errors = ""
  let isOver = false
  const looks = new Set<() => void>()
  child.stdout.on("data", (chunk) => {
    output += String(chunk)
    for (const look of looks) look()
  })
  child.stderr.on("data", (chunk) => {
    errors += String(chunk)
  })
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) =>
    child.once("close", (code) => {
      running.delete(child)
      isOver = true
      resolve({ code, errors })
      for (const look of looks) look()
    })
  )
  const printed = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(output)) resolve(output)
        else if (isOver) reject(new Error(`It ended without ${pattern}:\n${output}\n${errors}`))
        else return
        looks.delete(look)
      }
      looks.add(look)
      look()
    })
  return { child, printed, ended }
}

const output = async (...names: ReadonlyArray<string>): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, ["local/output.ts", ...names], { cwd: repository })
  return stdout.trim()
}

/** An address in what an instance has printed. */
const addressIn = (printed: string, what: "Console" | "Order page" | "API"): string => {
  const url = new RegExp(`^ {2}${what} +(http://127\\.0\\.0\\.1:\\d+)/? `, "m").exec(printed)?.[1]
  if (url === undefined) throw new Error(`no address of ${what} in:\n${printed}`)
  return url
}

const consoleIn = (printed: string): string => addressIn(printed, "Console")

const apiIn = (printed: string): string => addressIn(printed, "API")

/** Processes that this one has started and that still run; none where the machine has no /proc. */
const childrenOf = (parent: number | undefined): ReadonlyArray<string> => {
  try {
    return readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8")
      .split(" ")
      .filter((pid) => pid !== "")
  } catch {
    return []
  }
}

/** What `start.ts` needs of the repository, in a folder with a space in its name. */
const copyOfRepository = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "a copy of it "))
  const needed = [
    "cli",
    "components",
    "handlers",
    "local",
    "web",
    "index.ts",
    "package.json",
    "Pulumi.yaml",
    "Pulumi.local.yaml"
  ]
  for (const name of needed) cpSync(join(repository, name), join(directory, name), { recursive: true })
  symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"))
  return directory
}

let copy: string
let taken: Listening | undefined
let one: Started
let other: Started

beforeAll(async () => {
  copy = copyOfRepository()
  // Taken by us, or by an instance that somebody is running: either way it is not free.
  taken = await listen(createServer(), preferredPorts.api).catch(() => undefined)
  one = start(repository, "--verbose")
  other = start()
})

afterAll(async () => {
  for (const child of running) child.kill("SIGKILL")
  await taken?.close()
  rmSync(copy, { recursive: true })
})

describe("an instance", () => {
  it("starts twice at once, each on ports of its own, and says in a sentence which port was taken", async () => {
    const printed = await Promise.all([one.printed(ready), other.printed(ready)])
    const urls = printed.map(apiIn)
    expect(urls[0]).not.toBe(urls[1])
    for (const [index, text] of printed.entries()) {
      const { port } = new URL(urls[index] ?? "")
      expect(text).toContain(`Port ${preferredPorts.api} is taken: the API listens on ${port} instead.`)
    }
  })

  it("prints one line for all resources, then where it is, then commands to try", async () => {
    const lines = (await other.printed(ready)).split("\n")
    expect(lines[0]).toMatch(/^Creating resources … \d+ resources, ready in \d+\.\d s\.$/)
    expect(lines.slice(2, 6).map((line) => line.slice(2, 14).trim())).toEqual([
      "Console",
      "Order page",
      "API",
      "Stop it"
    ])
    expect(lines.filter((line) => line.startsWith("  curl "))).toHaveLength(2)
    expect(lines.length).toBeLessThan(35)
  })

  it("says that another one of this checkout runs, and how to say which is meant", async () => {
    const printed = await Promise.all([one.printed(ready), other.printed(ready)])
    const flags = printed.map((text) => `--instance ${new URL(consoleIn(text)).port}`)
    const told = printed.filter((text) => flags.every((flag) => text.includes(flag)))
    // The one that was ready later, and the other one too where both were ready at once.
    expect(told.length).toBeGreaterThan(0)
    for (const text of told) expect(text).toContain("Another instance of this checkout runs.")
    for (const [index, { printed: own }] of [one, other].entries()) {
      const { port } = new URL(consoleIn(await own(ready)))
      expect(await output("apiUrl", "--instance", port)).toBe(apiIn(printed[index] ?? ""))
    }
  })

  it("prints each resource under its parent where that is asked for", async () => {
    const printed = await one.printed(ready)
    expect(printed).toMatch(/^pulumi:pulumi:Stack order-pipeline-local$/m)
    expect(printed).toMatch(/^ {2}resilient-queue:index:OrderPipeline \S+$/m)
    expect(printed).toMatch(/^ {6}aws:sqs\/queue:Queue \S+$/m)
  })

  it("stores an order, and its log says so", async () => {
    const apiUrl = apiIn(await one.printed(ready))
    const accepted = await fetch(`${apiUrl}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ orderId: "O1", itemName: "Laptop", quantity: 1 })
    })
    expect(accepted.status).toBe(202)
    await one.printed(/order O1 accepted/)
    await one.printed(/order O1 stored in \d+ ms/)
    const found = await fetch(`${apiUrl}/orders/O1`)
    expect(await found.json()).toMatchObject({ orderId: "O1", status: expect.stringMatching(/./) })
  })

  it("serves the order page, with the API under the same name", async () => {
    const printed = await one.printed(ready)
    const storefrontUrl = addressIn(printed, "Order page")
    const page = await fetch(`${storefrontUrl}/`)
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'")
    expect(await page.text()).toContain('<form id="order-form"')
    expect((await fetch(`${storefrontUrl}/orders/nobody`)).headers.get("content-type")).toBe("application/problem+json")
  })

  it("serves a console of its own, which shows the same stack", async () => {
    const urls = await Promise.all([one, other].map(async ({ printed }) => consoleIn(await printed(ready))))
    expect(urls[0]).not.toBe(urls[1])
    const page = await fetch(`${urls[0]}/`)
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'")
    const stack = JSON.parse(await (await fetch(`${urls[0]}/api/stack`)).text())
    expect(stack).toMatchObject({ project: "order-pipeline", stack: "local" })
    expect(stack.apiUrl).toBe(apiIn(await one.printed(ready)))
  })

  it("answers for its outputs as long as it runs, the newest first", async () => {
    const all = JSON.parse(await output("--json"))
    expect(Object.keys(all)).toContain("orderQueueUrl")
    expect(await output("apiUrl")).toBe(all.apiUrl)
    const table = (await output()).split("\n")
    expect(table).toContain(`apiUrl                            ${all.apiUrl}`)
    expect(table.find((line) => line.startsWith("operatorPolicy"))).toMatch(
      / \d+ characters: npm run --silent output operatorPolicy$/
    )
    expect(Math.max(...table.map(({ length }) => length))).toBeLessThan(200)
    await expect(output("nothing")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^There is no output "nothing"; there are: administratorPolicy, alertTopicArn, apiUrl, .*\.\n$/
      )
    })
  })

  it("heals an order that the payment gateway fails for, once somebody has mended the gateway", async () => {
    const { port } = new URL(consoleIn(await one.printed(ready)))
    const apiUrl = apiIn(await one.printed(ready))
    const turn = async (...argv: ReadonlyArray<string>) =>
      (await promisify(execFile)(process.execPath, ["local/gateway.ts", ...argv], { cwd: repository })).stdout
    expect(await turn("unavailable", "--instance", port)).toMatch(/^The payment gateway is unavailable: from now on/)
    await fetch(`${apiUrl}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ orderId: "O2", itemName: "Laptop", quantity: 1 })
    })
    await one.printed(/order O2: A failed message is held/)
    const held = await (await fetch(`${apiUrl}/orders/O2`)).json()
    expect(held).toMatchObject({ status: "failed", failure: { state: expect.stringMatching(/^(held|healing)$/) } })
    await turn("working", "--instance", port)
    await one.printed(/order O2 stored/)
    await expect(turn("broken", "--instance", port)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^There is no mode "broken"; there are:\n {2}working /)
    })
  })

  it.each([
    ["Ctrl-C", "SIGINT", () => one],
    ["a polite end", "SIGTERM", () => other]
  ] as const)(
    "stops at %s with exit code 0 and leaves nothing behind, with a page of its console open",
    async (_, signal, instance) => {
      const { child, ended, printed } = instance()
      const page = await fetch(`${consoleIn(await printed(ready))}/api/events`)
      const closed = page.text().catch(() => "closed")
      const functions = childrenOf(child.pid)
      child.kill(signal)
      expect(await ended).toEqual({ code: 0, errors: "" })
      await closed
      expect(functions.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([])
      expect(existsSync(join(repository, ".local", "instances", `${child.pid}.json`))).toBe(false)
    }
  )
})

describe("another program than this repository's", () => {
  it("runs with its console, and the command line knows its queue though it does not export the ledger", async () => {
    const invoices = start(repository, "examples/invoices/index.ts")
    const printed = await invoices.printed(ready)
    const { port } = new URL(consoleIn(printed))
    expect(printed).not.toMatch(/^ {2}API/m)
    const stack = await (await fetch(`${consoleIn(printed)}/api/stack`)).json()
    expect(stack).toMatchObject({ project: "invoices", stack: "dev", orders: [], gateway: [] })

    const environment = await output("--environment", "--instance", port)
    const setting = (name: string): string => new RegExp(`^export ${name}='(.*)'$`, "m").exec(environment)?.[1] ?? ""
    const sqs = new SQSClient({
      endpoint: setting("AWS_ENDPOINT_URL"),
      region: setting("AWS_REGION"),
      credentials: {
        accessKeyId: setting("AWS_ACCESS_KEY_ID"),
        secretAccessKey: setting("AWS_SECRET_ACCESS_KEY")
      }
    })
    const MessageBody = JSON.stringify({ invoiceId: "I1", customerId: "C1", amountCents: 1_000_001 })
    await sqs.send(new SendMessageCommand({ QueueUrl: await output("queueUrl", "--instance", port), MessageBody }))
    sqs.destroy()
    await invoices.printed(/I1: A failed message was archived/)
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(repository, "cli/resilient-queue.mjs"),
      "status",
      "--instance",
      port
    ])
    expect(stdout).toMatch(/^1 needs you · .*\n[\s\S]*1 × CREDIT_LIMIT_EXCEEDED awaiting-operator/)
    invoices.child.kill("SIGINT")
    expect(await invoices.ended).toEqual({ code: 0, errors: "" })
  })

  it("is refused in one sentence where it is not there", async () => {
    expect(await start(repository, "nowhere.ts").ended).toEqual({ code: 2, errors: "There is no file nowhere.ts.\n" })
  })
})

describe("a copy in a folder with a space in its name", () => {
  it("starts, and stops in the middle of starting with exit code 0", async () => {
    const whole = start(copy)
    await whole.printed(ready)
    whole.child.kill("SIGINT")
    expect(await whole.ended).toEqual({ code: 0, errors: "" })

    const interrupted = start(copy, "--verbose")
    await interrupted.printed(/OrderPipeline/)
    interrupted.child.kill("SIGINT")
    expect(await interrupted.ended).toEqual({ code: 0, errors: "" })
  })

  it("says in one sentence what is wrong with its configuration, and exits with code 1", async () => {
    writeFileSync(join(copy, "Pulumi.local.yaml"), "config:\n  order-pipeline:stage: nonsense\n")
    const { code, errors } = await start(copy).ended
    expect(code).toBe(1)
    expect(errors.trim().split("\n")).toHaveLength(1)
    expect(errors).toContain("stage")
  })
})
