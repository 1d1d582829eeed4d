import { describe, expect, it } from "vitest"
import { ResilientQueue } from "../../components/resilientQueue/ResilientQueue.ts"
import { type Deployed, deploy, resolved } from "../components/deployed.ts"
import { consumerEntry } from "../components/resilientQueue/consumerEntry.ts"
import { account, region, stateInAccount } from "./account.ts"
import { policyKinds, policyProblems } from "./policyGrammar.ts"
import { programs } from "./programs.ts"
import { problemsIn } from "./validate.ts"

/** Programs run once, for all that is asked of them. */
const deployed: Array<readonly [string, ReadonlyArray<Deployed>]> = []
for (const { title, run } of programs) deployed.push([title, (await run()).resources])

/** Settings by which a provider leaves something behind that the stack has made. */
const keeps = (inputs: Readonly<Record<string, unknown>>): boolean =>
  inputs["skipDestroy"] === true || inputs["deletionProtectionEnabled"] === true || inputs["skipFinalBackup"] === false

describe.each(deployed)("%s", (_, resources) => {
  it("consists of resources that the provider and AWS take", () => {
    expect(resources.length).toBeGreaterThan(20)
    expect(problemsIn(resources, { project: "test-project", stack: "test" })).toEqual([])
  })

  it("leaves nothing when its stack is deleted, but what retainOnDelete says", () => {
    expect(resources.filter(({ retainOnDelete }) => retainOnDelete)).toEqual([])
    // What is protected is not deleted by accident; the deletion is refused, and nothing is left half deleted.
    const data = resources.filter((each) => !each.protect)
    expect(data.filter(({ inputs }) => keeps(inputs)).map(({ urn }) => urn)).toEqual([])
    const buckets = data.filter(({ type }) => type === "aws:s3/bucket:Bucket")
    expect(buckets.filter(({ inputs }) => inputs["forceDestroy"] !== true)).toEqual([])
    // Lambda makes a log group by itself where it is not told of one, and nobody deletes it.
    const groups = new Set(
      resources.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup").map(({ state }) => state["name"])
    )
    for (const { inputs } of resources.filter(({ type }) => type === "aws:lambda/function:Function")) {
      expect(inputs["loggingConfig"]).toSatisfy(
        (logging: unknown) =>
          typeof logging === "object" && logging !== null && "logGroup" in logging && groups.has(logging.logGroup)
      )
    }
  })
})

describe("the policies for people", () => {
  const kmsKeyArn = `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`

  it.each([
    ["a queue", {}],
    ["a queue with a key", { kmsKeyArn }]
  ])("of %s are policies that IAM takes", async (_, more) => {
    const { result } = await deploy(
      // As long as a name may be: a managed policy has 6,144 characters.
      () => new ResilientQueue(`o${"r".repeat(41)}`, { consumer: { entry: consumerEntry }, ...more }),
      { stateOf: stateInAccount }
    )
    const policies = [result.readerPolicy, result.operatorPolicy, result.administratorPolicy]
    for (const policy of await Promise.all(policies.map((each) => resolved(each))))
      expect(policyProblems(policy, policyKinds.managed)).toEqual([])
  })
})
