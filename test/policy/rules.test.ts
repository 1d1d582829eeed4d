import { describe, expect, it } from "vitest"
import { policies } from "../../policy/policies.ts"
import { deadLettersCases } from "./cases/deadLetters.ts"
import { distributionsCases } from "./cases/distributions.ts"
import { encryptionCases } from "./cases/encryption.ts"
import { privilegesCases } from "./cases/privileges.ts"
import { publicAccessCases } from "./cases/publicAccess.ts"
import { allow, document, logGroup, rolePolicy } from "./cases/resources.ts"
import { retentionCases } from "./cases/retention.ts"
import { judge } from "./judge.ts"

const cases = {
  ...distributionsCases,
  ...encryptionCases,
  ...publicAccessCases,
  ...privilegesCases,
  ...deadLettersCases,
  ...retentionCases
}

describe.each(Object.entries(cases))("the rule %s", (only, { good, bad }) => {
  it("exists", () => expect(policies.map(({ name }) => name)).toContain(only))

  it("finds nothing where it is kept", async () => {
    for (const stack of good) expect(await judge(stack, { only })).toEqual([])
  })

  it("says of the resource what was found and what is allowed", async () => {
    for (const [stack, said] of bad) {
      const findings = await judge(stack, { only })
      expect(findings.map(({ message }) => message.replace(/^[\w:/]+ "\w+": /, ""))).toEqual([`${said}.`])
    }
  })
})

describe("a rule's configuration", () => {
  it("narrows how long logs may be kept", async () => {
    const config = { "log-retention": { minimumDays: 90, maximumDays: 365 } }
    expect(await judge([logGroup({ retentionInDays: 90 })], { only: "log-retention", config })).toEqual([])
    expect(await judge([logGroup({ retentionInDays: 30 })], { only: "log-retention", config })).toMatchObject([
      { message: 'aws:cloudwatch/logGroup:LogGroup "it": retentionInDays is 30; it must be from 90 to 365.' }
    ])
  })

  it("adds actions that know no resources", async () => {
    const stack = [rolePolicy({ policy: document(allow("cloudwatch:PutMetricData", "*")) })]
    expect(await judge(stack, { only: "exact-resources" })).toHaveLength(1)
    const config = { "exact-resources": { actionsWithoutResources: ["cloudwatch:PutMetricData"] } }
    expect(await judge(stack, { only: "exact-resources", config })).toEqual([])
  })
})
