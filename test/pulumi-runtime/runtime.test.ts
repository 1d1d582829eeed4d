import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { runProgram } from "./run.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

/** The order page: a distribution and what belongs to it, a bucket and its settings, and an object each file. */
const storefront =
  3 + 7 + readdirSync(`${root}web`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length

describe("the program under Pulumi's own Node.js runtime, as `pulumi up` starts it", () => {
  it("loads as an ES module, registers every resource, and ends well", async () => {
    const { exitCode, standardError, engine } = await runProgram(root, "local")
    expect(engine.complaints).toEqual([])
    expect(standardError).toBe("")
    expect(exitCode).toBe(0)
    const types = engine.resources.map(({ type }) => type)
    // The stack itself comes on top.
    expect(types.filter((type) => type.startsWith("aws:"))).toHaveLength(73 + storefront)
    expect(types.filter((type) => type.startsWith("resilient-queue:"))).toHaveLength(8)
    expect(new Set(engine.resources.map(({ urn }) => urn)).size).toBe(82 + storefront)
    const functions = engine.resources.filter(({ type }) => type === "aws:lambda/function:Function")
    for (const { inputs } of functions) {
      expect(inputs["code"]).toMatchObject({ assets: { "index.mjs": { text: expect.stringContaining("handler") } } })
    }
    expect(Object.keys(engine.outputs()).toSorted()).toEqual([
      "administratorPolicy",
      "alertTopicArn",
      "apiUrl",
      "archiveBucketName",
      "consumerLogGroupName",
      "dashboardUrl",
      "deadLetterQueueUrl",
      "failuresTableName",
      "healerLogGroupName",
      "operatorPolicy",
      "orderQueueUrl",
      "orderTopicArn",
      "ordersTableName",
      "parkingQueueUrl",
      "readerPolicy",
      "recoveryPolicy",
      "storefrontDistributionDomainName",
      "storefrontUrl",
      "undeliveredAlertsQueueUrl"
    ])
  })

  it("fails before anything is made, with one sentence and no stack trace, on a wrong key", async () => {
    const { exitCode, engine } = await runProgram(root, "local", { "order-pipeline:functionTimeout": "3" })
    expect(exitCode).not.toBe(0)
    expect(engine.complaints).toHaveLength(1)
    expect(engine.complaints[0]).toMatch(
      /^order-pipeline:functionTimeout is not a configuration key; the keys are .+\.$/
    )
    expect(engine.resources.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"])
  })

  it("fails on an argument that turns out to be wrong when it is known, and makes nothing that depends on it", async () => {
    const { exitCode, engine } = await runProgram(fixture("late-arguments"), "test")
    expect(exitCode).not.toBe(0)
    expect(engine.complaints.join("\n")).toContain(
      "late: consumer.timeoutSeconds is 0; it must be a whole number from 1 to 900."
    )
    expect(engine.resources.map(({ name }) => name)).not.toContain("late-queue")
  })
})
