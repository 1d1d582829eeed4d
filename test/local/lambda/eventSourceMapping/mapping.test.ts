import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { systemClock } from "../../../../local/EmbeddedService.ts"
import type { SqsService } from "../../../../local/sqs/SqsService.ts"
import { createResource } from "../../createResource.ts"
import { createTestSqs } from "../../sqs/startTestSqs.ts"
import { consumerActions, startLambda } from "../lambdaHarness.ts"

let sqs: SqsService
let started: Awaited<ReturnType<typeof startLambda>>

beforeAll(async () => {
  sqs = createTestSqs(systemClock)
  started = await startLambda(sqs)
})
afterAll(async () => {
  await started.lambda.close()
  sqs.close()
})

const queue = async (name: string, inputs: Record<string, unknown> = {}): Promise<string> =>
  String((await createResource(sqs.resources, "aws:sqs/queue:Queue", { name, ...inputs }, name)).state["arn"])

const map = (name: string, inputs: Record<string, unknown>) =>
  createResource(started.lambda.resources, "aws:lambda/eventSourceMapping:EventSourceMapping", inputs, name)

/** Resolves at the first event of a kind on a queue. */
const event = (queueArn: string, kind: "deleted" | "dead-lettered") =>
  new Promise<void>((resolve) => {
    const stop = sqs.subscribe((happened) => {
      if (happened.kind !== kind || happened.queueArn !== queueArn) return
      stop()
      resolve()
    })
  })

describe("a function behind a queue", () => {
  it("gets the messages in a process of its own, and what it reports as failed stays", async () => {
    const eventSourceArn = await queue("partial")
    const source = `export const handler = async ({ Records }) => {
      console.log(JSON.stringify(Records.map((r) => r.body)))
      return { batchItemFailures: Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) } }`
    await started.deploy("partial", source)
    const { id, state } = await map("partial", {
      eventSourceArn,
      functionName: "partial",
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumBatchingWindowInSeconds: 0
    })
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(state).toMatchObject({ uuid: id, state: "Enabled", batchSize: 10 })
    const deleted = event(eventSourceArn, "deleted")
    sqs.send(eventSourceArn, { body: "bad" })
    sqs.send(eventSourceArn, { body: "good" })
    await deleted
    await started.lambda.idle()
    expect(sqs.depth(eventSourceArn)).toMatchObject({ visible: 0, inFlight: 1 })
  })

  it.each([
    ["crashes", "process.exit(1)"],
    ["times-out", "for (;;);"]
  ])(
    "that %s deletes nothing: each try counts as a receive, and redrive takes the message in the end",
    async (name, statement) => {
      const deadLetters = await queue(`${name}-dlq`)
      const eventSourceArn = await queue(name, {
        visibilityTimeoutSeconds: 1,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters, maxReceiveCount: 2 })
      })
      await started.deploy(name, `export const handler = async () => { ${statement} }`, { timeout: 1 })
      await map(name, { eventSourceArn, functionName: name })
      const moved = event(eventSourceArn, "dead-lettered")
      sqs.send(eventSourceArn, { body: "poison" })
      await moved
      expect(sqs.depth(deadLetters).visible).toBe(1)
      const starts = started.cloudwatch.logs(`/aws/lambda/${name}`).filter(({ message }) => message.startsWith("START"))
      expect(starts).toHaveLength(2)
    }
  )
})

describe("a mapping is refused in AWS's words", () => {
  let eventSourceArn: string
  const refused = (inputs: Record<string, unknown>) =>
    map("refused", { eventSourceArn, functionName: "refused", ...inputs })

  beforeAll(async () => {
    eventSourceArn = await queue("refused", { visibilityTimeoutSeconds: 30 })
    await started.deploy("refused", "export const handler = async () => null", { timeout: 30 })
  })

  it.each([
    [
      { batchSize: 11 },
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
    ],
    [
      { batchSize: 10_001, maximumBatchingWindowInSeconds: 1 },
      /Value '10001' at 'batchSize'.*less than or equal to 10000/
    ],
    [{ maximumBatchingWindowInSeconds: 301 }, /Value '301' at 'maximumBatchingWindowInSeconds'/],
    [
      { scalingConfig: { maximumConcurrency: 1 } },
      /Value '1' at 'scalingConfig.maximumConcurrency' failed to satisfy constraint: Member must have value greater than or equal to 2/
    ],
    [{ scalingConfig: { maximumConcurrency: 1001 } }, /less than or equal to 1000/],
    [{ filterCriteria: { filters: [] } }, /"filterCriteria"/],
    [{ startingPosition: "LATEST" }, /"startingPosition"/],
    [{ functionName: "nobody" }, /Function not found: arn:aws:lambda:.*:function:nobody/],
    [{ eventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/x" }, /SQS queues only/],
    [{ eventSourceArn: "arn:aws:sqs:eu-central-1:123456789012:nothing" }, /NonExistentQueue/]
  ])("%o", async (inputs, message) => {
    await expect(refused(inputs)).rejects.toThrow(message)
  })

  it("when messages would become visible while the function still runs", async () => {
    await started.deploy("slower", "", { timeout: 31 })
    await expect(refused({ functionName: "slower" })).rejects.toThrow(
      "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"
    )
  })

  it.each(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])(
    "when the role lacks %s",
    async (action) => {
      const name = `without-${action.slice(4)}`
      const role = await started.role(
        name,
        consumerActions.filter((each) => each !== action)
      )
      await started.deploy(name, "", { role })
      await expect(refused({ functionName: name })).rejects.toThrow(
        `The provided execution role does not have permissions to call ${action.slice(4)} on SQS`
      )
    }
  )

  it("when a FIFO queue would need a window or more than ten messages a batch", async () => {
    const fifo = await queue("refused.fifo", { fifoQueue: true })
    await expect(refused({ eventSourceArn: fifo, maximumBatchingWindowInSeconds: 1 })).rejects.toThrow(/FIFO/)
    await expect(refused({ eventSourceArn: fifo, batchSize: 11 })).rejects.toThrow(/FIFO/)
  })

  it("when the queue already has one to the function", async () => {
    const { id } = await refused({ enabled: false })
    await expect(refused({})).rejects.toThrow(new RegExp(`already exists.*UUID ${id}`))
  })
})
