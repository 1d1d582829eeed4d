import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { FakeClock } from "./FakeClock.ts"
import { call, createQueue, receiveNow } from "./requests.ts"
import { createTestSqs } from "./startTestSqs.ts"

const groups = ["a", "b", "c"]

const step = fc.oneof(
  fc.record({ kind: fc.constant("send"), group: fc.constantFrom(...groups) }),
  fc.record({ kind: fc.constant("receive"), count: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ kind: fc.constant("delete"), pick: fc.nat() }),
  fc.record({ kind: fc.constant("show"), pick: fc.nat() }),
  fc.record({ kind: fc.constant("pass"), seconds: fc.integer({ min: 1, max: 15 }) })
)

type Step = Partial<{ kind: string; group: string; count: number; pick: number; seconds: number }>

interface InFlight {
  readonly group: string
  readonly number: number
  readonly handle: string
  until: number
}

const startRun = async () => {
  const clock = new FakeClock()
  const sqs = createTestSqs(clock)
  const attributes = { FifoQueue: "true", ContentBasedDeduplication: "true", VisibilityTimeout: "10" }
  const { arn } = await createQueue(sqs, "queue.fifo", attributes)
  /** What each group still holds, in order. */
  const left = new Map(groups.map((group): [string, Array<number>] => [group, []]))
  let inFlight: Array<InFlight> = []
  let numbers = 0

  const receive = async (count: number) => {
    const locked = new Set(inFlight.map(({ group }) => group))
    const received = await receiveNow(sqs, arn, count)
    const perGroup = new Map<string, Array<number>>()
    for (const { body, receiptHandle, attributes: system } of received) {
      const group = system["MessageGroupId"] ?? ""
      expect(locked, "a group with a message in flight was received from").not.toContain(group)
      perGroup.set(group, [...(perGroup.get(group) ?? []), Number(body)])
      inFlight.push({ group, number: Number(body), handle: receiptHandle, until: clock.now() + 10_000 })
    }
    for (const [group, bodies] of perGroup) {
      expect(bodies, "a group was received out of order").toEqual(left.get(group)?.slice(0, bodies.length))
    }
    const open = groups.filter((group) => !locked.has(group)).flatMap((group) => left.get(group) ?? [])
    expect(received.length).toBe(Math.min(count, open.length))
  }

  const run = async ({ kind, group = "a", count = 1, pick = 0, seconds = 0 }: Step) => {
    const picked = inFlight[pick % Math.max(1, inFlight.length)]
    switch (kind) {
      case "send":
        numbers += 1
        sqs.send(arn, { body: String(numbers), messageGroupId: group })
        left.get(group)?.push(numbers)
        return
      case "receive":
        return receive(count)
      case "delete":
        if (!picked) return
        sqs.delete(arn, picked.handle)
        inFlight = inFlight.filter((message) => message !== picked)
        left.set(picked.group, left.get(picked.group)?.filter((number) => number !== picked.number) ?? [])
        return
      case "show":
        if (!picked) return
        sqs.changeVisibility(arn, picked.handle, 0)
        inFlight = inFlight.filter((message) => message !== picked)
        return
      default:
        clock.advance(seconds * 1000)
        inFlight = inFlight.filter(({ until }) => until > clock.now())
    }
  }
  const check = () => {
    const { visible, inFlight: hidden } = sqs.depth(arn)
    expect(hidden).toBe(inFlight.length)
    expect(visible + hidden).toBe([...left.values()].flat().length)
  }
  return { run, check, close: sqs.close }
}

describe("a FIFO queue", () => {
  it("always gives a group in order, to one receiver at a time, and never makes other groups wait", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
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

  const start = async (attributes: Readonly<Record<string, string>> = {}) => {
    const clock = new FakeClock()
    const sqs = createTestSqs(clock)
    const queue = await createQueue(sqs, "queue.fifo", { FifoQueue: "true", ...attributes })
    const send = (body: string, messageGroupId = "group", messageDeduplicationId = "id") =>
      sqs.send(queue.arn, { body, messageGroupId, messageDeduplicationId }).messageId
    return { clock, sqs, ...queue, send }
  }

  it("remembers a deduplication id for five minutes and no longer", async () => {
    const { clock, sqs, arn, send } = await start()
    const first = send("first")
    clock.advance(5 * 60_000 - 1)
    expect(send("repeated")).toBe(first)
    clock.advance(1)
    expect(send("new")).not.toBe(first)
    expect(sqs.depth(arn).visible).toBe(2)
  })

  it("deduplicates per group only where the queue says so", async () => {
    const wide = await start()
    expect(wide.send("body", "a")).toBe(wide.send("body", "b"))
    const narrow = await start({ DeduplicationScope: "messageGroup" })
    expect(narrow.send("body", "a")).not.toBe(narrow.send("body", "b"))
  })

  it("applies a changed delay to the messages that wait already, so that order is kept", async () => {
    const { clock, sqs, arn, url, send } = await start({ DelaySeconds: "100" })
    send("first", "group", "1")
    await call(sqs, "SetQueueAttributes", { QueueUrl: url, Attributes: { DelaySeconds: "5" } })
    send("second", "group", "2")
    clock.advance(5000)
    expect((await receiveNow(sqs, arn)).map(({ body }) => body)).toEqual(["first", "second"])
  })

  it("lets a receipt handle expire with its visibility timeout", async () => {
    const { clock, sqs, arn, send } = await start({ VisibilityTimeout: "10" })
    send("body")
    const [message] = await receiveNow(sqs, arn)
    clock.advance(10_000)
    expect(() => sqs.delete(arn, message?.receiptHandle ?? "")).toThrow("The receipt handle has expired.")
    expect(sqs.depth(arn).visible).toBe(1)
  })

  it("answers a repeated attempt with the same messages while they are in flight, hidden anew", async () => {
    const { clock, sqs, url, send } = await start({ VisibilityTimeout: "10" })
    send("body")
    const input = { QueueUrl: url, ReceiveRequestAttemptId: "attempt" }
    const first = await call(sqs, "ReceiveMessage", input)
    clock.advance(9000)
    expect((await call(sqs, "ReceiveMessage", input)).members).toEqual(first.members)
    clock.advance(9000)
    expect((await call(sqs, "ReceiveMessage", { QueueUrl: url })).members).toEqual({})
  })
})
