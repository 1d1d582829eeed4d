import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type EmbeddedAws, startEmbeddedAws } from "../../local/EmbeddedAws.ts"
import { allExpectations } from "./allExpectations.ts"
import { createClients } from "./clients.ts"
import { runExpectation } from "./Expectation.ts"

let aws: EmbeddedAws
let clients: ReturnType<typeof createClients>

beforeAll(async () => {
  aws = await startEmbeddedAws()
  const { endpoint, region } = aws.account
  clients = createClients({ endpoint, region, credentials: aws.iam.administrator })
})

afterAll(async () => {
  clients.close()
  await aws.close()
})

for (const service of new Set(allExpectations.map((expectation) => expectation.service))) {
  const expectations = allExpectations.filter((expectation) => expectation.service === service)
  describe(`the embedded ${service} does what AWS documents`, { concurrent: true }, () => {
    for (const expectation of expectations) {
      it(expectation.title, async ({ expect }) => {
        expect(await runExpectation(expectation, clients), expectation.link).toEqual({ kind: "passed" })
      })
    }
  })
}

describe("the suite itself", () => {
  it("links every expectation to a page of the AWS documentation", () => {
    const foreign = allExpectations.filter(({ link }) => !link.startsWith("https://docs.aws.amazon.com/"))
    expect(foreign.map(({ title }) => title)).toEqual([])
  })

  it("says each thing once", () => {
    const titles = allExpectations.map(({ service, title }) => `${service}: ${title}`)
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  })
})
