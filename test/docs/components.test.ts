import type * as pulumi from "@pulumi/pulumi"
import { describe, expect, it } from "vitest"
import { quietSecondsOf } from "../../components/deadLetterHealer/settling.ts"
import { throttlingLimit } from "../../components/orderPipeline/settings.ts"
import { configKeys } from "../../components/orderPipeline/stackConfig.ts"
import type { ResilientQueueArgs } from "../../components/resilientQueue/args.ts"
import { breakerPolicyOf } from "../../components/resilientQueue/breaker.ts"
import { resolveSettings } from "../../components/resilientQueue/given.ts"
import { defaultBreakerPolicy } from "../../handlers/recovery/breakerPolicy.ts"
import { type ArgumentRow, argumentRows, tables, withTables } from "../../scripts/docs/tables.ts"
import { readPage, root, writtenPages } from "./pages.ts"

const { declarations, table } = tables(root)

const sections = ["Quick start", "How it works", "Production ready", "Outputs", "Permissions", "Configuration"]

describe.each([
  [
    "docs/resilient-queue.md",
    ["ResilientQueue outputs", "ResilientQueueArgs", "ThresholdTuning", "BreakerPolicy", "ResilientQueueTransform"]
  ],
  ["docs/adopting-a-queue.md", ["DeadLetterHealer outputs", "DeadLetterHealerArgs"]],
  ["docs/order-pipeline.md", ["chaos items", "OrderPipeline outputs", "OrderPipelineArgs"]],
  ["docs/bundled-function.md", ["BundledFunction outputs", "BundledFunctionArgs"]],
  ["docs/security/private-network.md", ["PrivateNetwork outputs", "PrivateNetworkArgs", "ExistingNetwork"]]
])("%s", (page, generated) => {
  it("has the sections of a component's page, in their order", () => {
    const headings = [...readPage(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(sections)
  })

  it("has its tables of outputs and arguments from the doc comments", () => {
    const marked = [...readPage(page).matchAll(/^<!-- generated: (.+) -->$/gm)].map(([, name]) => name)
    expect(marked).toEqual(generated)
  })
})

it.each(writtenPages)("%s has its tables as `npm run docs` writes them", (page) => {
  expect(readPage(page)).toBe(withTables(readPage(page), table))
})

const settled = <A>(output: pulumi.Output<A>): Promise<unknown> => new Promise((resolve) => output.apply(resolve))

/** The arguments of a queue that are the defaults but for one, and for what that one needs. */
const queueWith = (path: string, value: number | undefined): ResilientQueueArgs => {
  const [object = "", argument = ""] = path.split(".")
  // Batches of more than ten need a batching window.
  const window = path === "consumer.batchSize" ? { maximumBatchingWindowSeconds: 1 } : {}
  const consumer = { entry: "handler.ts", ...window }
  if (argument === "") return { consumer, [object]: value }
  return object === "consumer"
    ? { consumer: { ...consumer, [argument]: value } }
    : { consumer, [object]: { [argument]: value } }
}

/** What a setting of a queue is called, where not as its argument. */
const settingOf: Readonly<Record<string, string>> = {
  "healer.timeoutSeconds": "healerTimeoutSeconds",
  "healer.memorySizeMegabytes": "healerMemorySizeMegabytes",
  "alerts.windowSeconds": "alertWindowSeconds"
}

type Check = (name: string, value: number | undefined) => unknown

const checks: Readonly<Record<string, Check>> = {
  ResilientQueueArgs: async (name, value) => {
    const settings = await settled(resolveSettings("orders", queueWith(name, value)))
    return Object.entries(Object(settings)).find(([key]) => key === (settingOf[name] ?? name.split(".").at(-1)))?.[1]
  },
  BreakerPolicy: (name, value) => {
    // The longest time between probes is never shorter than the first.
    const other = name === "probeAfterSeconds" ? { probeCapSeconds: 900 } : { probeAfterSeconds: 1 }
    const policy: Readonly<Record<string, number>> = breakerPolicyOf("orders", { ...other, [name]: value })
    return policy[name] ?? Object.entries(defaultBreakerPolicy).find(([key]) => key === name)?.[1]
  },
  DeadLetterHealerArgs: (name, value) => {
    expect(name).toBe("quietSeconds")
    return settled(quietSecondsOf("orders", value))
  },
  OrderPipelineArgs: (name, value) => {
    const [, argument] = name.split(".")
    if (argument !== "throttlingRateLimit" && argument !== "throttlingBurstLimit") throw new Error(`What is ${name}?`)
    return throttlingLimit("orders", argument, value)
  }
}

const number = (text: string): number => Number(text.replaceAll(",", ""))

/** What a table says of a number: its range, and its default where that is a number too. */
const numbersOf = (type: string) =>
  argumentRows(declarations, type).flatMap(({ name, meaning, byDefault }: ArgumentRow) => {
    const [, minimum, maximum] = /Range: ([\d.,]*\d)–([\d.,]*\d)/.exec(meaning) ?? []
    if (minimum === undefined || maximum === undefined) return []
    const given = /^\d[\d.]*/.exec(byDefault)?.[0]
    return [{ type, name, minimum: number(minimum), maximum: number(maximum), byDefault: given }]
  })

/** Arguments that `HealingArgs` gives to both components are checked with the queue's. */
const own = Object.keys(checks).flatMap((type) =>
  numbersOf(type).filter(({ name }) => type !== "DeadLetterHealerArgs" || name === "quietSeconds")
)

describe("a range and a default in a table", () => {
  it("are there for most numbers", () => {
    expect(own.length).toBeGreaterThanOrEqual(28)
  })

  it.each(own)("are those that are kept: $type, $name", async ({ type, name, minimum, maximum, byDefault }) => {
    const check: Check = async (...given) => checks[type]?.(...given)
    expect(await check(name, minimum)).toBe(minimum)
    expect(await check(name, maximum)).toBe(maximum)
    const step = Number.isInteger(minimum) ? 1 : 0.001
    await expect(check(name, minimum - step)).rejects.toThrow(name)
    await expect(check(name, maximum + step)).rejects.toThrow(name)
    if (byDefault !== undefined) expect(await check(name, undefined)).toBe(number(byDefault))
  })
})

it("the keys of a stack are those that it reads, and no others", () => {
  const [, page = ""] = readPage("docs/order-pipeline.md").split("### Keys of a stack\n")
  const keys = [...page.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, names = ""]) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, key]) => key)
  )
  expect(keys.toSorted()).toEqual(configKeys.toSorted())
})
