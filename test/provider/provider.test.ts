import { describe, expect, it } from "vitest"
import { ResilientQueue } from "../../components/resilientQueue/ResilientQueue.ts"
import { deploy, resolved } from "../components/deployed.ts"
import { consumerEntry } from "../components/resilientQueue/consumerEntry.ts"
import { account, region, stateInAccount } from "./account.ts"
import { policyKinds, policyProblems } from "./policyGrammar.ts"
import { programs } from "./programs.ts"
import { problemsIn } from "./validate.ts"

describe("every resource of", () => {
  it.each(programs.map((program) => [program.title, program] as const))(
    "%s is one that the provider and AWS take",
    async (_, program) => {
      const { resources } = await program.run()
      expect(resources.length).toBeGreaterThan(20)
      expect(problemsIn(resources, { project: "test-project", stack: "test" })).toEqual([])
    }
  )
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
