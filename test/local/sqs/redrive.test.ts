import { describe, expect, it } from "vitest"
import { FakeClock } from "./FakeClock.ts"
import { call, createQueue, receiveNow } from "./requests.ts"
import { createTestSqs } from "./startTestSqs.ts"

const start = async (maxReceiveCount = 2, attributes: Readonly<Record<string, string>> = {}, suffix = "") => {
  const clock = new FakeClock()
  const sqs = createTestSqs(clock)
  const deadLetters = await createQueue(sqs, `dead-letters${suffix}`, { ...attributes, MessageRetentionPeriod: "100" })
  const source = await createQueue(sqs, `source${suffix}`, {
    ...attributes,
    VisibilityTimeout: "10",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount })
  })
  const exhaust = async () => {
    for (let receive = 0; receive <= maxReceiveCount; receive += 1) {
      await receiveNow(sqs, source.arn)
      clock.advance(10_000)
    }
  }
  return { clock, sqs, deadLetters, source, exhaust }
}

const fifo = { FifoQueue: "true", ContentBasedDeduplication: "true" }

describe("redrive", () => {
  it("keeps id, send time and first receive, counts on, and names the source", async () => {
    const { clock, sqs, deadLetters, source, exhaust } = await start()
    const sentAt = clock.now()
    const { messageId } = sqs.send(source.arn, { body: "poison", senderId: "sender" })
    clock.advance(500)
    await exhaust()
    const [message] = await receiveNow(sqs, deadLetters.arn)
    expect(message).toMatchObject({ messageId, body: "poison" })
    expect(message?.attributes).toEqual({
      SenderId: "sender",
      SentTimestamp: String(sentAt),
      ApproximateReceiveCount: "3",
      ApproximateFirstReceiveTimestamp: String(sentAt + 500),
      DeadLetterQueueSourceArn: source.arn
    })
  })

  it("keeps a standard queue's dead letter only for what its retention leaves since the send", async () => {
    const { clock, sqs, deadLetters, source, exhaust } = await start()
    sqs.send(source.arn, { body: "poison" })
    await exhaust()
    expect(sqs.depth(deadLetters.arn)).toMatchObject({ visible: 1, oldestAgeSeconds: 10 })
    clock.advance(70_000)
    expect(sqs.depth(deadLetters.arn).visible).toBe(0)
  })

  it("begins a FIFO queue's retention anew with the move, and keeps the group", async () => {
    const { clock, sqs, deadLetters, source, exhaust } = await start(2, fifo, ".fifo")
    sqs.send(source.arn, { body: "poison", messageGroupId: "group" })
    await exhaust()
    clock.advance(80_000)
    const [message] = await receiveNow(sqs, deadLetters.arn)
    expect(message?.attributes["MessageGroupId"]).toBe("group")
  })

  it("keeps a message in circulation while the dead-letter queue is gone or does not permit the source", async () => {
    const { clock, sqs, deadLetters, source, exhaust } = await start(1)
    const denyAll = { RedriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) }
    await call(sqs, "SetQueueAttributes", { QueueUrl: deadLetters.url, Attributes: denyAll })
    sqs.send(source.arn, { body: "poison" })
    await exhaust()
    expect(sqs.depth(source.arn).visible).toBe(1)
    await call(sqs, "DeleteQueue", { QueueUrl: deadLetters.url })
    expect(await receiveNow(sqs, source.arn)).toHaveLength(1)
    clock.advance(10_000)
    expect(sqs.depth(source.arn).visible).toBe(1)
  })

  it("wakes who waits for dead letters", async () => {
    const { clock, sqs, deadLetters, source } = await start(1)
    sqs.send(source.arn, { body: "poison" })
    const signal = new AbortController().signal
    const waiting = sqs.receive(deadLetters.arn, { maxMessages: 10, waitSeconds: 20, signal })
    await receiveNow(sqs, source.arn)
    clock.advance(10_000)
    await receiveNow(sqs, source.arn)
    expect(await waiting).toHaveLength(1)
  })

  it("refuses a queue as its own dead-letter queue", async () => {
    const { sqs, source } = await start()
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: source.arn, maxReceiveCount: 1 })
    const refused = await call(sqs, "SetQueueAttributes", { QueueUrl: source.url, Attributes: { RedrivePolicy } })
    expect(refused).toMatchObject({ status: 400 })
  })
})

describe("a move task", () => {
  it("moves no faster than its rate, and as new messages", async () => {
    const { clock, sqs, deadLetters, source, exhaust } = await start(1)
    const ids = [1, 2, 3].map((body) => sqs.send(source.arn, { body: String(body) }).messageId)
    await exhaust()
    const input = { SourceArn: deadLetters.arn, MaxNumberOfMessagesPerSecond: 1 }
    await call(sqs, "StartMessageMoveTask", input)
    clock.advance(0)
    expect(sqs.depth(source.arn).visible).toBe(1)
    clock.advance(999)
    expect(sqs.depth(source.arn).visible).toBe(1)
    clock.advance(1001)
    expect(sqs.depth(source.arn).visible).toBe(3)
    const moved = await receiveNow(sqs, source.arn)
    expect(moved.map(({ attributes }) => attributes["ApproximateReceiveCount"])).toEqual(["1", "1", "1"])
    expect(moved.filter(({ messageId }) => ids.includes(messageId))).toEqual([])
  })

  it("loses no message to deduplication, however soon it moves a FIFO queue's dead letters back", async () => {
    const { clock, sqs, deadLetters, source, exhaust } = await start(1, fifo, ".fifo")
    sqs.send(source.arn, { body: "poison", messageGroupId: "group" })
    await exhaust()
    await call(sqs, "StartMessageMoveTask", { SourceArn: deadLetters.arn })
    clock.advance(0)
    expect(sqs.depth(deadLetters.arn).visible).toBe(0)
    expect(sqs.depth(source.arn).visible).toBe(1)
  })

  it("keeps a message that has no source to go back to, and says why it failed", async () => {
    const { clock, sqs, deadLetters } = await start(1)
    sqs.send(deadLetters.arn, { body: "stray" })
    await call(sqs, "StartMessageMoveTask", { SourceArn: deadLetters.arn })
    clock.advance(0)
    const { members } = await call(sqs, "ListMessageMoveTasks", { SourceArn: deadLetters.arn })
    expect(members).toMatchObject({
      Results: [
        { Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource", ApproximateNumberOfMessagesMoved: 0 }
      ]
    })
    expect(sqs.depth(deadLetters.arn).visible).toBe(1)
  })
})
