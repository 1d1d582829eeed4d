import { describe, expect, it } from "vitest"
import { FakeClock, settle } from "./FakeClock.ts"
import { call, createQueue, receiveNow, requestTo } from "./requests.ts"
import { createTestSqs } from "./startTestSqs.ts"

const start = async (attributes: Readonly<Record<string, string>> = {}) => {
  const clock = new FakeClock()
  const sqs = createTestSqs(clock)
  const queue = await createQueue(sqs, "queue", attributes)
  const poll = (waitSeconds = 20, maxMessages = 10) => {
    const hangUp = new AbortController()
    const options = { maxMessages, waitSeconds, signal: hangUp.signal }
    const state = { bodies: undefined as ReadonlyArray<string> | undefined, hangUp: () => hangUp.abort() }
    void sqs.receive(queue.arn, options).then((received) => {
      state.bodies = received.map(({ body }) => body)
    })
    return state
  }
  return { clock, sqs, ...queue, poll }
}

describe("a long poll", () => {
  it("is answered as soon as a message is sent", async () => {
    const { sqs, arn, poll } = await start()
    const waiting = poll()
    await settle()
    expect(waiting.bodies).toBeUndefined()
    sqs.send(arn, { body: "body" })
    await settle()
    expect(waiting.bodies).toEqual(["body"])
  })

  it("gets a batch whole", async () => {
    const { sqs, url, poll } = await start()
    const waiting = poll()
    const Entries = ["1", "2", "3"].map((Id) => ({ Id, MessageBody: Id }))
    await call(sqs, "SendMessageBatch", { QueueUrl: url, Entries })
    await settle()
    expect(waiting.bodies).toEqual(["1", "2", "3"])
  })

  it("is served in the order of arrival, one receiver a message", async () => {
    const { sqs, arn, poll } = await start()
    const [first, second] = [poll(20, 1), poll(20, 1)]
    sqs.send(arn, { body: "for the first" })
    await settle()
    expect([first.bodies, second.bodies]).toEqual([["for the first"], undefined])
    sqs.send(arn, { body: "for the second" })
    await settle()
    expect(second.bodies).toEqual(["for the second"])
  })

  it("ends empty exactly when its time has passed, and leaves no timer behind", async () => {
    const { clock, poll } = await start()
    const waiting = poll(5)
    await clock.pass(4999)
    expect(waiting.bodies).toBeUndefined()
    await clock.pass(1)
    expect(waiting.bodies).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it("is woken when a delay or a visibility timeout ends", async () => {
    const { clock, sqs, arn, url, poll } = await start({ VisibilityTimeout: "7" })
    await call(sqs, "SendMessage", { QueueUrl: url, MessageBody: "delayed", DelaySeconds: 3 })
    const delayed = poll()
    await clock.pass(2999)
    expect(delayed.bodies).toBeUndefined()
    await clock.pass(1)
    expect(delayed.bodies).toEqual(["delayed"])
    const again = poll()
    await clock.pass(6999)
    expect(again.bodies).toBeUndefined()
    await clock.pass(1)
    expect(again.bodies).toEqual(["delayed"])
    expect(sqs.depth(arn).inFlight).toBe(1)
  })

  it("that was given up takes no message away", async () => {
    const { clock, sqs, arn, poll } = await start()
    const given = poll()
    given.hangUp()
    const living = poll()
    sqs.send(arn, { body: "body" })
    await settle()
    expect(given.bodies).toEqual([])
    expect(living.bodies).toEqual(["body"])
    expect(clock.pending).toBe(0)
  })

  it("whose receiver hangs up while the message is handed over puts it back uncounted", async () => {
    const { sqs, arn, url } = await start()
    const hangUp = new AbortController()
    const request = { ...requestTo("ReceiveMessage", { QueueUrl: url, WaitTimeSeconds: 20 }), signal: hangUp.signal }
    const answer = sqs.handle(request)
    await settle()
    sqs.send(arn, { body: "body" })
    // Runs after the poll was served and before its answer is written.
    queueMicrotask(() => hangUp.abort())
    expect(JSON.parse(String((await answer).body))).toEqual({})
    const [message] = await receiveNow(sqs, arn)
    expect(message?.attributes["ApproximateReceiveCount"]).toBe("1")
  })

  it("of another service that hangs up then puts the message back as well", async () => {
    const { sqs, arn, poll } = await start()
    const given = poll()
    await settle()
    sqs.send(arn, { body: "body" })
    queueMicrotask(() => given.hangUp())
    await settle()
    expect(given.bodies).toEqual([])
    const [message] = await receiveNow(sqs, arn)
    expect(message?.attributes["ApproximateReceiveCount"]).toBe("1")
  })

  it("fails when its queue is deleted", async () => {
    const { sqs, url } = await start()
    const answer = sqs.handle(requestTo("ReceiveMessage", { QueueUrl: url, WaitTimeSeconds: 20 }))
    await settle()
    await call(sqs, "DeleteQueue", { QueueUrl: url })
    expect(await answer).toMatchObject({ status: 400 })
  })

  it("ends when the service is closed", async () => {
    const { clock, sqs, poll } = await start()
    const waiting = poll()
    await settle()
    sqs.close()
    await settle()
    expect(waiting.bodies).toEqual([])
    expect(clock.pending).toBe(0)
  })
})
