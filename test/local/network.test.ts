import { describe, expect, it } from "vitest"
import { startEmbeddedAws } from "../../local/EmbeddedAws.ts"

/** What the stack is refused with, on an embedded AWS of its own. */
const refusalOf = async (name: string, network: string | Readonly<Record<string, unknown>>) => {
  const aws = await startEmbeddedAws()
  try {
    const { error } = await aws.deploy({
      // The query makes it a module of its own for each deployment.
      program: new URL(`../../index.ts?network=${name}`, import.meta.url),
      stack: "local",
      config: { network }
    })
    return error?.message
  } finally {
    await aws.close()
  }
}

describe("the embedded AWS, which has no networks, refuses in one sentence", () => {
  it('network "private"', async () => {
    expect(await refusalOf("private", "private")).toBe(
      'awsx:ec2:Vpc "orders-network-vpc": the embedded AWS has no networks; leave network out of the stack\'s configuration.'
    )
  })

  it("a network of somebody else's", async () => {
    expect(await refusalOf("existing", { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] })).toMatch(
      /^aws:lambda\/function:Function "orders-[a-z-]+": property "vpcConfig": the embedded AWS has no networks; leave network out of the stack's configuration\.$/
    )
  })
})
