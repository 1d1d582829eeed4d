import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { networkInterfaceActions } from "../../components/network/networkInterfaces.ts"
import { policies } from "../../policy/policies.ts"
import { networkBill, networkCostTable, orderPipelineEndpoints } from "../../scripts/networkCost.ts"

const page = (name: string): string => readFileSync(new URL(`../../docs/security/${name}.md`, import.meta.url), "utf8")

describe("docs/security/policy-pack.md", () => {
  it("lists every rule as the pack has it, and no other", () => {
    const rows = policies.map(({ name, description, url, enforcementLevel }) => {
      const level = enforcementLevel === undefined ? "" : ` *${enforcementLevel}*`
      return `| \`${name}\`${level} | [${description.replace(/\.$/, "")}](${url}) |`
    })
    expect([...page("policy-pack").matchAll(/^\| `.*$/gm)].map(([row]) => row)).toEqual(rows)
  })
})

describe("docs/security/private-network.md", () => {
  const text = page("private-network")

  it.each([orderPipelineEndpoints.length, 3])(
    "has the monthly cost of %d endpoints as the command prints it",
    (endpoints) => expect(text).toContain(networkCostTable({ endpoints, zones: [1, 2, 3], orders: 1_000_000 }))
  )

  it("has the cost of a zone and of a further service", () => {
    const hourly = (endpoints: number) => networkBill({ endpoints, zones: 1, orders: 0 }).total
    expect(text).toContain(`So $${hourly(2).toFixed(2)} for each availability zone`)
    expect(text).toContain(`$${(hourly(3) - hourly(2)).toFixed(2)} more for each service`)
  })

  it("names what roles may do so that Lambda can make network interfaces", () => {
    expect(text).toContain(networkInterfaceActions.map((action) => `\`${action}\``).join(", "))
  })
})
