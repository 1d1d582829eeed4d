import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type EmbeddedAws, startEmbeddedAws } from "../../local/EmbeddedAws.ts"

let aws: EmbeddedAws
let outputs: Readonly<Record<string, unknown>>

beforeAll(async () => {
  aws = await startEmbeddedAws({ polling: false })
  const deployed = await aws.deploy({
    program: new URL("./pulumi/programs/recursive.ts", import.meta.url),
    stack: "local"
  })
  if (deployed.error !== undefined) throw deployed.error
  outputs = deployed.outputs
})

afterAll(() => aws.close())

/** Sends a message, and has the queue's function take what is visible until nothing is; in how many turns. */
const run = async (queueArn: string) => {
  aws.sqs.send(queueArn, { body: "1" })
  let turns = 0
  while ((await aws.lambda.deliver(queueArn)) > 0) turns += 1
  const metric = (name: string) => {
    const values = aws.cloudwatch.metrics({ name }).filter(({ dimensions }) => {
      const functionName = Object.values(dimensions).join()
      return functionName.startsWith(queueArn.split(":").at(-1)?.split("-")[0] ?? "")
    })
    return values.reduce((sum, { value }) => sum + value, 0)
  }
  return {
    turns,
    invocations: metric("Invocations"),
    dropped: metric("RecursiveInvocationsDropped"),
    inFlight: aws.sqs.depth(queueArn).inFlight
  }
}

describe("a message that a function sends to its own queue again and again", () => {
  it("is not handed to it for the 17th time: it comes back when its visibility timeout ends", async () => {
    expect(await run(String(outputs["stopped"]))).toEqual({ turns: 17, invocations: 16, dropped: 1, inFlight: 1 })
  })

  it("is, where the function may be part of a loop", async () => {
    expect(await run(String(outputs["allowed"]))).toEqual({ turns: 20, invocations: 20, dropped: 0, inFlight: 0 })
  })

  it("begins a chain of its own where nobody's chain sent it", async () => {
    for (let index = 0; index < 20; index++) aws.sqs.send(String(outputs["stopped"]), { body: "20" })
    while ((await aws.lambda.deliver(String(outputs["stopped"]))) > 0);
    expect(aws.sqs.depth(String(outputs["stopped"]))).toMatchObject({ visible: 0, inFlight: 1 })
  })
})
