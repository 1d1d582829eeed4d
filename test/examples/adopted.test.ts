import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { readStackConfig } from "../../local/pulumi/stackConfig.ts"
import { deploy, resolved } from "../components/deployed.ts"

const { project, values } = readStackConfig(fileURLToPath(new URL("../../examples/adopted", import.meta.url)), "dev")
const deployed = await deploy(() => import("../../examples/adopted/index.ts"), {
  project,
  stack: "dev",
  config: values
})

describe("the example that adopts queues", () => {
  it("makes two healers and touches nothing else", () => {
    const own = deployed.resources.filter(({ parentUrn, urn }) => !`${parentUrn} ${urn}`.includes("DeadLetterHealer"))
    expect(own).toEqual([])
    const environments = ["shipments-healer", "thumbnails-healer"].map(
      (name) => deployed.named(name, "aws:lambda/function:Function").inputs["environment"]
    )
    expect(environments).toMatchObject([
      {
        variables: {
          MAIN_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/shipments",
          CORRELATION_FIELD: "shipmentId"
        }
      },
      { variables: { REDRIVE_FUNCTION_ARN: "arn:aws:lambda:eu-west-1:123456789012:function:thumbnails" } }
    ])
  })

  it("has outputs to subscribe to, to watch it by, and to admit it with", async () => {
    const { alertTopicArns, dashboardUrls, healerRoleArns } = deployed.result
    expect(await resolved(alertTopicArns)).toEqual([
      expect.stringMatching(/shipments-alerts$/),
      expect.stringMatching(/thumbnails-alerts$/)
    ])
    expect(await resolved(dashboardUrls)).toEqual([
      expect.stringMatching(/#dashboards\/dashboard\/adopted-shipments-dev$/),
      expect.stringMatching(/#dashboards\/dashboard\/adopted-thumbnails-dev$/)
    ])
    expect(await resolved(healerRoleArns)).toHaveLength(2)
  })
})
