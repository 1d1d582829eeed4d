/** The policies of people fit into IAM's, whatever a queue is called and whatever it has. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { merged } from "../../../components/function/shortPolicyDocument.ts"
import type { WebhookArgs } from "../../../components/notifier/args.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { stateInAccount } from "../../provider/account.ts"
import { deploy, resolved } from "../deployed.ts"
import { consumerEntry } from "./consumerEntry.ts"

/** What a managed policy may have: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const managedPolicyCharacters = 6144

const longestName = "q".repeat(42)

/** As in the partition and region with the longest names. */
const atItsLongest = (policy: string): string =>
  policy.replaceAll("arn:aws:", "arn:aws-us-gov:").replaceAll("eu-west-1", "us-gov-west-1")

const webhooks: readonly WebhookArgs[] = ["a", "b", "c", "d", "e"].map((name) => ({
  kind: "slack",
  name,
  url: "https://hooks.slack.com/services/x"
}))

const everything = await deploy(
  () =>
    new ResilientQueue(longestName, {
      fifo: true,
      consumer: { entry: consumerEntry },
      alerts: { webhooks },
      archive: { glacierAfterDays: 90 },
      kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    }),
  { stateOf: stateInAccount }
)

describe("the policies of people", () => {
  it.each(["readerPolicy", "operatorPolicy", "administratorPolicy"] as const)(
    "%s fits into a managed policy with every feature, at the longest name",
    async (which) => {
      const policy = atItsLongest(await resolved(everything.result[which]))
      expect(policy.length).toBeLessThanOrEqual(managedPolicyCharacters)
    }
  )

  it("name alarms and notifiers by what their names begin with, and by themselves what is called something else", async () => {
    const { result } = await deploy(
      () =>
        new ResilientQueue("invoices", {
          consumer: { entry: consumerEntry },
          alerts: { webhooks },
          transform: {
            alarm: (args, suffix) => (suffix === "messages-late" ? { ...args, name: "late-invoices" } : args)
          }
        }),
      { stateOf: stateInAccount }
    )
    const policy: { readonly Statement: ReadonlyArray<{ readonly Action: string[]; readonly Resource: string[] }> } =
      JSON.parse(await resolved(result.operatorPolicy))
    const of = (action: string) =>
      policy.Statement.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource)
    expect(of("cloudwatch:DescribeAlarms").toSorted()).toEqual([
      "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:invoices-*",
      "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:late-invoices"
    ])
    expect(of("lambda:InvokeFunction").filter((arn) => arn.includes("notify"))).toEqual([
      "arn:aws:lambda:eu-west-1:123456789012:function:invoices-notify-*"
    ])
    expect(of("logs:FilterLogEvents").filter((arn) => arn.includes("notify"))).toEqual([
      "arn:aws:logs:eu-west-1:123456789012:log-group:invoices-notify-*:*"
    ])
  })
})

describe("merging permissions", () => {
  const some = (texts: readonly string[]) => fc.subarray([...texts], { minLength: 1 })
  const permissions = fc.array(fc.record({ actions: some(["a", "b", "c"]), resources: some(["r", "s", "t"]) }), {
    maxLength: 8
  })

  it("always allows exactly the same", () => {
    const allowed = (
      list: ReadonlyArray<{ readonly actions: readonly string[]; readonly resources: readonly string[] }>
    ) =>
      [
        ...new Set(list.flatMap(({ actions, resources }) => actions.flatMap((a) => resources.map((r) => `${a} ${r}`))))
      ].toSorted()
    fc.assert(
      fc.property(permissions, (list) => {
        expect(allowed(merged(list))).toEqual(allowed(list))
        expect(merged(list).length).toBeLessThanOrEqual(list.length)
      })
    )
  })
})
