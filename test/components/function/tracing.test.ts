import { describe, expect, it } from "vitest"
import { DeadLetterHealer } from "../../../components/deadLetterHealer/DeadLetterHealer.ts"
import { BundledFunction } from "../../../components/function/BundledFunction.ts"
import type { TracingMode } from "../../../components/function/tracing.ts"
import { OrderPipeline } from "../../../components/orderPipeline/OrderPipeline.ts"
import { deploy, refused } from "../deployed.ts"
import { consumerEntry } from "../resilientQueue/consumerEntry.ts"
import { statementsOf } from "../statements.ts"

const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`

/** Everything that makes functions. */
const everything = (tracing?: TracingMode) => {
  const traced = tracing === undefined ? {} : { tracing }
  new OrderPipeline("orders", {
    stage: "development",
    api: { auth: { mode: "none" } },
    queue: { alerts: { webhooks: [{ kind: "slack", url: "https://hooks.slack.com/services/x" }] } },
    ...traced
  })
  new DeadLetterHealer("legacy", {
    deadLetterQueueArn: queueArn("legacy-dead"),
    redriveTo: { queueArn: queueArn("legacy") },
    ...traced
  })
  return new BundledFunction("single", { entry: consumerEntry, description: "Consumes", timeoutSeconds: 3, ...traced })
}

const functions = [
  "legacy-healer",
  "legacy-widget",
  "orders-consumer",
  "orders-get-order",
  "orders-healer",
  "orders-notify-slack",
  "orders-place-order",
  "orders-replay",
  "orders-widget",
  "single"
]

const writeTraces = {
  Effect: "Allow",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: ["*"]
}

describe("X-Ray", () => {
  it.each([
    [undefined, "PassThrough"],
    ["PassThrough", "PassThrough"],
    ["Active", "Active"]
  ] as const)(
    "traces every function or none, and only what is traced may write traces: tracing %s",
    async (given, mode) => {
      const { resources, named } = await deploy(() => everything(given))
      const made = resources.filter(({ type }) => type === "aws:lambda/function:Function")
      expect(made.map(({ name }) => name).toSorted()).toEqual(functions)
      for (const { name, inputs } of made) {
        expect(inputs["tracingConfig"]).toEqual({ mode })
        const statements = statementsOf(named(`${name}-policy`))
        expect(statements.filter(({ Action }) => String(Action).includes("xray"))).toEqual(
          mode === "Active" ? [writeTraces] : []
        )
      }
    }
  )

  it("traces in one of two modes; another is refused before anything is made", async () => {
    const tracing: TracingMode = JSON.parse('"active"')
    for (const make of [
      () => new OrderPipeline("orders", { stage: "development", api: { auth: { mode: "iam" } }, tracing }),
      () => new BundledFunction("orders", { entry: consumerEntry, description: "Consumes", timeoutSeconds: 3, tracing })
    ])
      expect(await refused(make)).toMatchObject({
        error: { message: 'orders: tracing is "active"; it must be one of Active, PassThrough.' },
        registered: 0
      })
  })
})
