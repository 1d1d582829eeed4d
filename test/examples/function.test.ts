import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { bundle } from "../../components/function/bundle.ts"
import { readStackConfig } from "../../local/pulumi/stackConfig.ts"
import { deploy, resolved } from "../components/deployed.ts"
import { statementsOf } from "../components/statements.ts"

const folder = fileURLToPath(new URL("../../examples/function", import.meta.url))
const { project, values } = readStackConfig(folder, "dev")
const deployed = await deploy(() => import("../../examples/function/index.ts"), {
  project,
  stack: "dev",
  config: values
})

describe("the example of a function", () => {
  it("may read its table, write its log, and nothing else", () => {
    const actions = statementsOf(deployed.named("read-invoice-policy")).flatMap((statement) => statement.Action)
    expect(actions).toEqual(["dynamodb:GetItem", "logs:CreateLogStream", "logs:PutLogEvents"])
  })

  it("has the function's ARN for an output", async () => {
    expect(await resolved(deployed.result.readInvoiceArn)).toMatch(/^arn:aws:lambda:.*read-invoice$/)
  })

  it("has a handler that can be bundled", async () => {
    expect(await bundle(new URL("../../examples/function/handler.ts", import.meta.url))).toContain("INVOICES_TABLE")
  })
})
