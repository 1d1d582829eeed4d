import { fileURLToPath } from "node:url"
import { describe, expect, expectTypeOf, it } from "vitest"
import { bundle } from "../../components/function/bundle.ts"
import type { recovery } from "../../examples/invoices/recovery.ts"
import type { RecoveryPolicy } from "../../handlers/recovery/RecoveryPolicy.ts"
import { readStackConfig } from "../../local/pulumi/stackConfig.ts"
import { deploy, resolved } from "../components/deployed.ts"
import { statementsOf } from "../components/statements.ts"

const folder = fileURLToPath(new URL("../../examples/invoices", import.meta.url))
const { project, values } = readStackConfig(folder, "dev")
const deployed = await deploy(() => import("../../examples/invoices/index.ts"), {
  project,
  stack: "dev",
  config: values
})

describe("the example program", () => {
  it("makes a table of its own and a ResilientQueue that fills it", () => {
    const own = deployed.resources.filter(({ parentUrn, urn }) => !`${parentUrn} ${urn}`.includes("resilient-queue:"))
    expect(own.map(({ type, name }) => `${type} ${name}`)).toEqual(["aws:dynamodb/table:Table invoices"])
    expect(statementsOf(deployed.named("invoices-consumer-policy"))).toContainEqual({
      Effect: "Allow",
      Action: ["dynamodb:PutItem"],
      Resource: ["arn:aws:dynamodb:eu-west-1:123456789012:invoices"]
    })
  })

  it("hands its recovery rules, also that of its own class, to both functions", () => {
    for (const name of ["invoices-consumer", "invoices-healer"]) {
      const { environment } = deployed.named(name, "aws:lambda/function:Function").inputs
      expect(environment).toMatchObject({
        variables: {
          RECOVERY_POLICY: JSON.stringify({
            CreditLimitExceeded: { action: "alert" },
            Timeout: {
              action: "heal",
              backoff: { baseSeconds: 60, factor: 2, capSeconds: 3600 },
              maxAttempts: 10,
              maxAgeSeconds: 86_400
            }
          })
        }
      })
    }
    expectTypeOf<typeof recovery>().toEqualTypeOf<RecoveryPolicy<"CreditLimitExceeded">>()
  })

  it("has outputs to use and to watch it by", async () => {
    const { invoicesQueueUrl, alertTopicArn, dashboardUrl } = deployed.result
    expect(await resolved(invoicesQueueUrl)).toMatch(/invoices-queue$/)
    expect(await resolved(alertTopicArn)).toMatch(/^arn:aws:sns:/)
    expect(await resolved(dashboardUrl)).toMatch(/#dashboards\/dashboard\/invoices-invoices-dev$/)
  })

  it("has a handler that can be bundled", async () => {
    expect(await bundle(`${folder}/handler.ts`)).toContain("CreditLimitExceeded")
  })
})
