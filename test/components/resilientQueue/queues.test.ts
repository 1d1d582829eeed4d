import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { ResilientQueueArgs } from "../../../components/resilientQueue/args.ts"
import { ResilientQueue } from "../../../components/resilientQueue/ResilientQueue.ts"
import { deploy } from "../deployed.ts"
import { jsonOf } from "../statements.ts"
import { consumerEntry } from "./consumerEntry.ts"

const consumer = { entry: consumerEntry }
const arn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`
const deployed = (args: ResilientQueueArgs) => deploy(() => new ResilientQueue("invoices", args))

describe("the queues of a ResilientQueue", () => {
  it("are, by default, kept long enough, encrypted, and chained main → dead-letter → parking", async () => {
    const { named } = await deployed({ consumer })
    const { redrivePolicy: _main, ...main } = named("invoices-queue").inputs
    expect(main).toEqual({
      sqsManagedSseEnabled: true,
      maxMessageSize: 1_048_576,
      delaySeconds: 0,
      visibilityTimeoutSeconds: 6 * 30,
      messageRetentionSeconds: 4 * 24 * 3600
    })
    expect(jsonOf(named("invoices-queue"), "redrivePolicy")).toEqual({
      deadLetterTargetArn: arn("invoices-dead-letter-queue"),
      maxReceiveCount: 5
    })
    const { redrivePolicy: _deadLetter, ...deadLetter } = named("invoices-dead-letter-queue").inputs
    expect(deadLetter).toEqual({
      sqsManagedSseEnabled: true,
      maxMessageSize: 1_048_576,
      visibilityTimeoutSeconds: 6 * 30,
      messageRetentionSeconds: 14 * 24 * 3600
    })
    expect(jsonOf(named("invoices-dead-letter-queue"), "redrivePolicy")).toEqual({
      deadLetterTargetArn: arn("invoices-parking-queue"),
      maxReceiveCount: 100
    })
    expect(named("invoices-parking-queue").inputs).toEqual({
      sqsManagedSseEnabled: true,
      maxMessageSize: 1_048_576,
      messageRetentionSeconds: 14 * 24 * 3600
    })
  })

  it("accept dead letters from their own source only", async () => {
    const { named } = await deployed({ consumer })
    const allowed = (name: string) => jsonOf(named(name), "redriveAllowPolicy")
    expect(allowed("invoices-dead-letter-redrive-allow")).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [arn("invoices-queue")]
    })
    expect(allowed("invoices-parking-redrive-allow")).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [arn("invoices-dead-letter-queue")]
    })
  })

  it("hide a message for six function timeouts and the batching window, whatever these are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 300 }), async (timeout, window) => {
        const { named } = await deployed({
          consumer: { ...consumer, timeoutSeconds: timeout, maximumBatchingWindowSeconds: window }
        })
        expect(named("invoices-queue").inputs["visibilityTimeoutSeconds"]).toBe(6 * timeout + window)
      }),
      { numRuns: 5 }
    )
  })

  it("are all FIFO when the main queue is; what standard queues alone know stays away", async () => {
    const { named } = await deployed({
      fifo: true,
      consumer,
      contentBasedDeduplication: true,
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId"
    })
    const { redrivePolicy: _redrive, ...main } = named("invoices-queue").inputs
    expect(main).toEqual({
      fifoQueue: true,
      contentBasedDeduplication: true,
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId",
      sqsManagedSseEnabled: true,
      maxMessageSize: 1_048_576,
      visibilityTimeoutSeconds: 180,
      messageRetentionSeconds: 345_600
    })
    expect(named("invoices-dead-letter-queue").inputs["fifoQueue"]).toBe(true)
    expect(named("invoices-parking-queue").inputs["fifoQueue"]).toBe(true)
    expect(named("invoices-consumer-source").inputs).not.toHaveProperty("maximumBatchingWindowInSeconds")
    for (const name of ["invoices-consumer", "invoices-healer"]) {
      expect(named(name, "aws:lambda/function:Function").inputs).toMatchObject({
        environment: { variables: { FIFO: "true" } }
      })
    }
  })

  it("can be changed by a transform, which comes last", async () => {
    const { named } = await deployed({
      consumer,
      transform: {
        mainQueue: { tags: { team: "billing" }, receiveWaitTimeSeconds: 20 },
        parkingQueue: (args) => ({ ...args, messageRetentionSeconds: 60 })
      }
    })
    expect(named("invoices-queue").inputs).toMatchObject({
      tags: { team: "billing" },
      receiveWaitTimeSeconds: 20,
      visibilityTimeoutSeconds: 180
    })
    expect(named("invoices-parking-queue").inputs["messageRetentionSeconds"]).toBe(60)
  })
})
