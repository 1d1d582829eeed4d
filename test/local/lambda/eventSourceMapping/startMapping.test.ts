import { afterEach, describe, expect, it } from "vitest"
import type { MappingConfiguration } from "../../../../local/lambda/eventSourceMapping/MappingConfiguration.ts"
import type { SqsRecord } from "../../../../local/lambda/eventSourceMapping/sqsEvent.ts"
import { startMapping } from "../../../../local/lambda/eventSourceMapping/startMapping.ts"
import type { InvocationResult } from "../../../../local/lambda/LambdaService.ts"
import { createResource } from "../../createResource.ts"
import { manualClock, settle, until } from "../../ManualClock.ts"
import { createTestSqs } from "../../sqs/startTestSqs.ts"

type Outcome = Partial<InvocationResult>

/** One call of the function, which ends when the test says so. */
interface Call {
  readonly records: ReadonlyArray<SqsRecord>
  readonly bodies: ReadonlyArray<string>
  readonly end: (outcome: Outcome) => void
}

interface Setup {
  readonly configuration?: Partial<MappingConfiguration>
  readonly queue?: Record<string, unknown>
  readonly maximumConcurrency?: number
  readonly payloadLimitBytes?: number
  /** @default 30 */
  readonly visibilityTimeoutSeconds?: number
  /** Whether the role lets the function receive, at first. @default true */
  readonly allowed?: boolean
}

const stopping: Array<() => void> = []
afterEach(() => {
  for (const stop of stopping.splice(0)) stop()
})

/** A mapping between a real SQS and a function that the test plays. */
const start = async (setup: Setup = {}) => {
  const clock = manualClock()
  const sqs = createTestSqs(clock)
  const { state } = await createResource(sqs.resources, "aws:sqs/queue:Queue", {
    visibilityTimeoutSeconds: setup.visibilityTimeoutSeconds ?? 30,
    ...setup.queue
  })
  const queueArn = String(state["arn"])
  const calls: Array<Call> = []
  let allowed = setup.allowed ?? true
  const mapping = startMapping({
    clock,
    sqs,
    configuration: {
      queueArn,
      functionName: "consumer",
      enabled: true,
      batchSize: 10,
      windowSeconds: 0,
      maximumConcurrency: undefined,
      reportBatchItemFailures: true,
      ...setup.configuration
    },
    maximumConcurrency: setup.maximumConcurrency ?? 10,
    payloadLimitBytes: setup.payloadLimitBytes ?? 6_000_000,
    allowed: () => allowed,
    invoke: ({ Records }) =>
      new Promise((resolve) => {
        calls.push({
          records: Records,
          bodies: Records.map(({ body }) => body),
          end: (outcome) => resolve({ requestId: "1", durationMilliseconds: 1, ...outcome })
        })
      })
  })
  stopping.push(mapping.stop, sqs.close)
  const call = async (index: number): Promise<Call> => {
    await until(() => calls.length > index)
    const found = calls[index]
    if (found === undefined) throw new Error("no such call")
    return found
  }
  return {
    clock,
    sqs,
    calls,
    call,
    mapping,
    send: (...bodies: ReadonlyArray<string>) => {
      for (const body of bodies) sqs.send(queueArn, { body, ...(setup.queue ? { messageGroupId: body } : {}) })
    },
    sendTo: (messageGroupId: string, body: string) => sqs.send(queueArn, { body, messageGroupId }),
    depth: () => sqs.depth(queueArn),
    isEmpty: () => sqs.depth(queueArn).visible + sqs.depth(queueArn).inFlight === 0,
    setAllowed: (value: boolean) => {
      allowed = value
    }
  }
}

const crash: Outcome = { error: { errorType: "Runtime.ExitError", errorMessage: "exit status 1" } }

describe("what the function has dealt with", () => {
  it("is deleted when the function succeeds", async () => {
    const { send, call, isEmpty, mapping } = await start()
    send("a", "b")
    const first = await call(0)
    expect(mapping.busy()).toBe(true)
    first.end({ payload: null })
    if (first.bodies.length < 2) (await call(1)).end({ payload: { batchItemFailures: [] } })
    await until(isEmpty)
    await until(() => !mapping.busy())
  })

  it("is deleted but for the messages that it reports; these come back with a higher receive count", async () => {
    const { send, call, depth, clock } = await start({ configuration: { windowSeconds: 1 } })
    send("good", "bad")
    await until(() => depth().inFlight === 2)
    clock.advance(1000)
    const { records, bodies, end } = await call(0)
    expect(bodies).toEqual(["good", "bad"])
    end({ payload: { batchItemFailures: [{ itemIdentifier: records[1]?.messageId }] } })
    await until(() => depth().inFlight === 1)
    clock.advance(30_000)
    await until(() => depth().inFlight === 1)
    clock.advance(1000)
    const again = await call(1)
    expect(again.bodies).toEqual(["bad"])
    expect(again.records[0]?.attributes["ApproximateReceiveCount"]).toBe("2")
  })

  it.each<[string, Outcome]>([
    ["crashes", crash],
    ["names an unknown message", { payload: { batchItemFailures: [{ itemIdentifier: "unknown" }] } }],
    ["answers something else", { payload: "done" }]
  ])("is nothing when it %s: the whole batch comes back after its visibility timeout", async (_how, outcome) => {
    const { send, call, depth, clock, mapping } = await start({ configuration: { windowSeconds: 1 } })
    send("a", "b")
    await until(() => depth().inFlight === 2)
    clock.advance(1000)
    const first = await call(0)
    first.end(outcome)
    await until(() => !mapping.busy())
    expect(depth()).toMatchObject({ visible: 0, inFlight: 2 })
    clock.advance(30_000)
    await until(() => depth().inFlight === 2)
    clock.advance(1000)
    const second = await call(1)
    expect([...second.bodies].sort()).toEqual(["a", "b"])
    expect(second.records.map(({ attributes }) => attributes["ApproximateReceiveCount"])).toEqual(["2", "2"])
  })

  it("is everything without ReportBatchItemFailures, whatever it answers", async () => {
    const { send, call, isEmpty } = await start({ configuration: { reportBatchItemFailures: false } })
    send("a")
    const { records, end } = await call(0)
    end({ payload: { batchItemFailures: [{ itemIdentifier: records[0]?.messageId }] } })
    await until(isEmpty)
  })
})

describe("a batch", () => {
  it("is gathered until it is full, without waiting for the window to end", async () => {
    const { send, call, depth, clock } = await start({
      configuration: { batchSize: 12, windowSeconds: 60 },
      visibilityTimeoutSeconds: 120
    })
    send(...Array.from({ length: 15 }, (_, index) => String(index)))
    const first = await call(0)
    expect(first.bodies).toHaveLength(12)
    first.end({ payload: null })
    await until(() => depth().inFlight === 3)
    clock.advance(60_000)
    expect((await call(1)).bodies).toHaveLength(3)
  })

  it("is gathered from its first message on until the window ends", async () => {
    const { send, calls, call, depth, clock } = await start({ configuration: { batchSize: 100, windowSeconds: 5 } })
    clock.advance(100_000)
    send("a")
    await until(() => depth().inFlight === 1)
    clock.advance(3000)
    send("b")
    await until(() => depth().inFlight === 2)
    clock.advance(1999)
    await settle()
    expect(calls).toHaveLength(0)
    clock.advance(1)
    expect((await call(0)).bodies).toEqual(["a", "b"])
  })

  it("is cut where its event would be too large", async () => {
    const { send, call, depth, clock } = await start({ configuration: { windowSeconds: 1 }, payloadLimitBytes: 2500 })
    const long = "x".repeat(600)
    send(long, long, long)
    await until(() => depth().inFlight === 3)
    clock.advance(1000)
    const sizes = [(await call(0)).bodies.length, (await call(1)).bodies.length]
    expect(sizes).toEqual([2, 1])
  })
})

describe("concurrency", () => {
  const burst = Array.from({ length: 300 }, (_, index) => String(index))

  it("starts with five batches, and grows by five a second while messages wait", async () => {
    const { send, calls, clock } = await start({ maximumConcurrency: 12 })
    send(...burst)
    await until(() => calls.length === 5)
    clock.advance(1000)
    await until(() => calls.length === 10)
    clock.advance(1000)
    await until(() => calls.length === 12)
    clock.advance(5000)
    await settle()
    expect(calls).toHaveLength(12)
  })

  it("never exceeds its maximum, and leaves what it cannot take in the queue unreceived", async () => {
    const { send, calls, call, depth, clock } = await start({ maximumConcurrency: 2 })
    send(...burst)
    await until(() => calls.length === 2)
    clock.advance(10_000)
    expect(calls).toHaveLength(2)
    expect(depth().inFlight).toBe(calls.flatMap(({ bodies }) => bodies).length)
    ;(await call(0)).end({ payload: null })
    await until(() => calls.length === 3)
  })

  it("is one batch a message group under FIFO, in order", async () => {
    const { sendTo, calls, call } = await start({
      queue: { name: "orders.fifo", fifoQueue: true, contentBasedDeduplication: true },
      configuration: { batchSize: 1 }
    })
    sendTo("group", "first")
    sendTo("group", "second")
    sendTo("other", "third")
    await until(() => calls.length === 2)
    expect(calls.map(({ bodies }) => bodies[0])).toEqual(["first", "third"])
    ;(await call(0)).end({ payload: null })
    expect((await call(2)).bodies).toEqual(["second"])
  })
})

describe("a mapping", () => {
  it("tries a throttled batch again while its messages are its own", async () => {
    const { send, call, clock, isEmpty } = await start()
    send("a")
    ;(await call(0)).end({ throttled: true, error: { errorType: "TooManyRequestsException", errorMessage: "" } })
    await settle()
    clock.advance(1000)
    const again = await call(1)
    expect(again.records[0]?.attributes["ApproximateReceiveCount"]).toBe("1")
    again.end({ payload: null })
    await until(isEmpty)
  })

  it("that is disabled receives nothing", async () => {
    const { send, depth, clock } = await start({ configuration: { enabled: false } })
    send("a")
    clock.advance(60_000)
    await settle()
    expect(depth()).toMatchObject({ visible: 1, inFlight: 0 })
  })

  it("receives nothing while the role does not allow it, and goes on when it does", async () => {
    const { send, setAllowed, depth, call, clock } = await start({ allowed: false })
    send("a")
    clock.advance(500)
    expect(depth()).toMatchObject({ visible: 1, inFlight: 0 })
    setAllowed(true)
    clock.advance(1000)
    expect((await call(0)).bodies).toEqual(["a"])
  })

  it("hands nothing over after it was stopped", async () => {
    const { send, mapping, depth, calls, clock } = await start({ configuration: { windowSeconds: 10 } })
    send("a")
    await until(() => depth().inFlight === 1)
    mapping.stop()
    clock.advance(10_000)
    await settle()
    expect(calls).toHaveLength(0)
  })
})
