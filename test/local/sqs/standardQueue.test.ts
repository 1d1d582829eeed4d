import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { FakeClock } from "./FakeClock.ts"
import { call, createQueue, receiveNow } from "./requests.ts"
import { createTestSqs } from "./startTestSqs.ts"

const maxReceiveCount = 3
const visibilitySeconds = 10

/** Things that happen to a queue. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("send"), delay: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ kind: fc.constant("receive"), count: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ kind: fc.constant("delete"), pick: fc.nat() }),
  fc.record({ kind: fc.constant("hide"), pick: fc.nat(), seconds: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ kind: fc.constant("pass"), seconds: fc.integer({ min: 1, max: 15 }) })
)

type Step = Partial<{ kind: string; delay: number; count: number; pick: number; seconds: number }>

interface Held {
  readonly handle: string
  readonly receive: number
  hiddenUntil: number
}

/** A queue, its dead-letter queue, and a plain account of what has to be in them. */
const startRun = async () => {
  const clock = new FakeClock()
  const sqs = createTestSqs(clock)
  const deadLetters = await createQueue(sqs, "dead-letters")
  const source = await createQueue(sqs, "source", {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount })
  })
  const sent = new Map<string, number>()
  const deleted = new Set<string>()
  const held = new Map<string, Held>()
  const deadLettered = new Set<string>()
  sqs.subscribe(({ kind, messageId }) => {
    if (kind === "dead-lettered") deadLettered.add(messageId)
  })
  const pickOf = (pick: number) => [...held].filter(([id]) => !deleted.has(id))[pick % Math.max(1, held.size)]

  const receive = async (count: number) => {
    for (const { messageId, receiptHandle, attributes } of await receiveNow(sqs, source.arn, count)) {
      const before = held.get(messageId)
      expect(deleted.has(messageId), "a deleted message came again").toBe(false)
      expect(before?.hiddenUntil ?? 0, "a hidden message was received").toBeLessThanOrEqual(clock.now())
      expect(sent.get(messageId), "a delayed message was received").toBeLessThanOrEqual(clock.now())
      expect(Number(attributes["ApproximateReceiveCount"])).toBe((before?.receive ?? 0) + 1)
      const hiddenUntil = clock.now() + visibilitySeconds * 1000
      held.set(messageId, { handle: receiptHandle, receive: (before?.receive ?? 0) + 1, hiddenUntil })
    }
  }

  const run = async ({ kind, delay = 0, count = 1, pick = 0, seconds = 0 }: Step) => {
    const [id, message] = pickOf(pick) ?? []
    switch (kind) {
      case "send": {
        const input = { QueueUrl: source.url, MessageBody: "body", DelaySeconds: delay }
        const { members } = await call(sqs, "SendMessage", input)
        sent.set(String(members["MessageId"]), clock.now() + delay * 1000)
        return
      }
      case "receive":
        return receive(count)
      case "delete":
        if (id === undefined || message === undefined) return
        sqs.delete(source.arn, message.handle)
        // A dead letter keeps its id, but this queue's handles no longer reach it.
        if (!deadLettered.has(id)) deleted.add(id)
        return
      case "hide":
        if (message === undefined || message.hiddenUntil <= clock.now()) return
        sqs.changeVisibility(source.arn, message.handle, seconds)
        message.hiddenUntil = clock.now() + seconds * 1000
        return
      default:
        clock.advance(seconds * 1000)
    }
  }

  const check = () => {
    const { visible, inFlight, delayed } = sqs.depth(source.arn)
    const dead = sqs.depth(deadLetters.arn)
    expect(visible + inFlight + delayed + dead.visible + deleted.size, "a message is lost or doubled").toBe(sent.size)
    expect(dead.visible).toBe(deadLettered.size)
    const hidden = [...held].filter(([id, { hiddenUntil }]) => !deleted.has(id) && hiddenUntil > clock.now())
    expect(inFlight).toBe(hidden.length)
    expect(delayed).toBe([...sent.values()].filter((visibleAt) => visibleAt > clock.now()).length)
    for (const { receive: receives } of held.values()) expect(receives).toBeLessThanOrEqual(maxReceiveCount)
  }
  return { run, check, close: sqs.close }
}

describe("a standard queue", () => {
  it("lets a handle that a later receive replaced delete nothing", async () => {
    const clock = new FakeClock()
    const sqs = createTestSqs(clock)
    const { arn } = await createQueue(sqs, "queue", { VisibilityTimeout: "1" })
    sqs.send(arn, { body: "body" })
    const [first] = await receiveNow(sqs, arn)
    clock.advance(1000)
    const [second] = await receiveNow(sqs, arn)
    sqs.delete(arn, first?.receiptHandle ?? "")
    expect(sqs.depth(arn).inFlight).toBe(1)
    sqs.delete(arn, second?.receiptHandle ?? "")
    expect(sqs.depth(arn).inFlight).toBe(0)
  })

  it("refuses a short poll, and leaves a long one empty, with 120,000 messages in flight", async () => {
    const sqs = createTestSqs(new FakeClock())
    const { arn, url } = await createQueue(sqs, "full")
    for (let count = 0; count <= 120_000; count += 1) sqs.send(arn, { body: "body" })
    expect(await receiveNow(sqs, arn, 200_000)).toHaveLength(120_000)
    expect(await call(sqs, "ReceiveMessage", { QueueUrl: url })).toMatchObject({ status: 403 })
    expect(await receiveNow(sqs, arn)).toEqual([])
    expect(sqs.depth(arn)).toMatchObject({ visible: 1, inFlight: 120_000 })
  })

  it("hides no message for more than 12 hours after its receive, however often that is prolonged", async () => {
    const clock = new FakeClock()
    const sqs = createTestSqs(clock)
    const { arn } = await createQueue(sqs, "queue")
    sqs.send(arn, { body: "body" })
    const [message] = await receiveNow(sqs, arn)
    const handle = message?.receiptHandle ?? ""
    sqs.changeVisibility(arn, handle, 43_200)
    clock.advance(1000)
    expect(() => sqs.changeVisibility(arn, handle, 43_200)).toThrow("beyond the limit [43200 seconds]")
  })

  it("keeps a message for its retention period, whether or not it is in flight, and no longer", async () => {
    const clock = new FakeClock()
    const sqs = createTestSqs(clock)
    const { arn } = await createQueue(sqs, "queue", { MessageRetentionPeriod: "60", VisibilityTimeout: "600" })
    sqs.send(arn, { body: "in flight" })
    await receiveNow(sqs, arn)
    sqs.send(arn, { body: "visible" })
    clock.advance(59_999)
    expect(sqs.depth(arn)).toEqual({ visible: 1, inFlight: 1, delayed: 0, oldestAgeSeconds: 59 })
    clock.advance(1)
    expect(sqs.depth(arn)).toEqual({ visible: 0, inFlight: 0, delayed: 0, oldestAgeSeconds: 0 })
  })

  it("never loses or doubles a message, shows none that is hidden, and counts exactly, whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const run = await startRun()
        for (const next of steps) {
          await run.run(next)
          run.check()
        }
        run.close()
      }),
      { numRuns: 200 }
    )
  })
})
