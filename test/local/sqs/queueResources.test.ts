import { describe, expect, it } from "vitest"
import { FakeClock } from "./FakeClock.ts"
import { createTestSqs, testAccount } from "./startTestSqs.ts"

const queueType = "aws:sqs/queue:Queue"

const start = () => {
  const sqs = createTestSqs(new FakeClock())
  const create = async (type: string, inputs: Readonly<Record<string, unknown>>, name = "orders") => {
    const provider = sqs.resources[type]
    if (!provider) throw new Error(`no provider of ${type}`)
    return provider({ urn: `urn:pulumi:test::project::${type}::${name}`, name, type, inputs })
  }
  return { sqs, create }
}

describe("aws:sqs/queue:Queue", () => {
  it("gives a queue its properties, and the program its name, ARN and URL", async () => {
    const { sqs, create } = start()
    const inputs = {
      name: "orders",
      visibilityTimeoutSeconds: 61,
      messageRetentionSeconds: 3600,
      delaySeconds: 2,
      receiveWaitTimeSeconds: 20,
      maxMessageSize: 2048,
      tags: { team: "orders" }
    }
    const arn = `arn:aws:sqs:${testAccount.region}:${testAccount.accountId}:orders`
    const url = `${testAccount.endpoint}/${testAccount.accountId}/orders`
    const { id, state } = await create(queueType, inputs)
    expect(id).toBe(url)
    expect(state).toMatchObject({ ...inputs, arn, url, fifoQueue: false, sqsManagedSseEnabled: true })
    expect(sqs.attributes(arn)).toMatchObject({
      VisibilityTimeout: "61",
      MessageRetentionPeriod: "3600",
      DelaySeconds: "2",
      ReceiveMessageWaitTimeSeconds: "20",
      MaximumMessageSize: "2048"
    })
  })

  it("gets what the provider sends where the program gives nothing: a quarter of SQS's own message size", async () => {
    const { sqs, create } = start()
    const { state } = await create(queueType, {})
    expect(state).toMatchObject({
      maxMessageSize: 262_144,
      visibilityTimeoutSeconds: 30,
      messageRetentionSeconds: 345_600
    })
    expect(sqs.attributes(String(state["arn"]))).toMatchObject({
      MaximumMessageSize: "262144",
      VisibilityTimeout: "30",
      MessageRetentionPeriod: "345600",
      DelaySeconds: "0",
      ReceiveMessageWaitTimeSeconds: "0"
    })
  })

  it("names a queue after its logical name, the same at every run, with .fifo where it is one", async () => {
    const standard = await start().create(queueType, {})
    expect(standard.state["name"]).toMatch(/^orders-[0-9a-f]{7}$/)
    expect((await start().create(queueType, {})).state["name"]).toBe(standard.state["name"])
    const fifo = await start().create(queueType, { fifoQueue: true, contentBasedDeduplication: true })
    expect(fifo.state["name"]).toMatch(/^orders-[0-9a-f]{7}\.fifo$/)
    const prefixed = await start().create(queueType, { namePrefix: "team-" })
    expect(prefixed.state["name"]).toMatch(/^team-[0-9a-f]{7}$/)
  })

  it("refuses a property that it does not know, by its name", async () => {
    const created = start().create(queueType, { visibilityTimeout: 30 })
    await expect(created).rejects.toThrow(`${queueType} "orders": the property visibilityTimeout is not supported.`)
  })

  it("refuses what SQS refuses, naming the resource and the attribute", async () => {
    const created = start().create(queueType, { visibilityTimeoutSeconds: 43_201 })
    await expect(created).rejects.toThrow(`${queueType} "orders": Invalid value for the parameter VisibilityTimeout.`)
  })

  it("is encrypted by a KMS key instead of SQS's own when given one", async () => {
    const { sqs, create } = start()
    const { state } = await create(queueType, { kmsMasterKeyId: "alias/orders" })
    expect(state).toMatchObject({ sqsManagedSseEnabled: false })
    expect(sqs.attributes(String(state["arn"]))).toMatchObject({ KmsMasterKeyId: "alias/orders" })
  })
})

describe("the policies of a queue", () => {
  it("become its attributes", async () => {
    const { sqs, create } = start()
    const deadLetters = await create(queueType, {}, "dead-letters")
    const source = await create(queueType, {}, "source")
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] })
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.state["arn"], maxReceiveCount: 3 })
    const redriveAllowPolicy = JSON.stringify({
      redrivePermission: "byQueue",
      sourceQueueArns: [source.state["arn"]]
    })
    await create("aws:sqs/queuePolicy:QueuePolicy", { queueUrl: source.id, policy })
    await create("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", { queueUrl: deadLetters.id, redriveAllowPolicy })
    const { id } = await create("aws:sqs/redrivePolicy:RedrivePolicy", { queueUrl: source.id, redrivePolicy })
    expect(id).toBe(source.id)
    expect(sqs.attributes(String(source.state["arn"]))).toMatchObject({
      Policy: policy,
      RedrivePolicy: redrivePolicy
    })
    expect(sqs.attributes(String(deadLetters.state["arn"]))).toMatchObject({ RedriveAllowPolicy: redriveAllowPolicy })
  })

  it("are refused for a queue that is not there", async () => {
    const created = start().create("aws:sqs/queuePolicy:QueuePolicy", { queueUrl: "http://x/1/none", policy: "{}" })
    await expect(created).rejects.toThrow("the queue of queueUrl, http://x/1/none, does not exist.")
  })
})
