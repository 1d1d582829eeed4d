/**
 * A running event source mapping: it gathers batches from a queue, hands them to the function, and deletes what the
 * function has dealt with. What failed stays in flight until its visibility timeout ends.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
import type { Clock } from "../../EmbeddedService.ts"
import type { ReceivedMessage, SqsService } from "../../sqs/SqsService.ts"
import type { InvocationResult } from "../LambdaService.ts"
import { failedItems } from "./batchResponse.ts"
import { concurrency } from "./concurrency.ts"
import type { MappingConfiguration } from "./MappingConfiguration.ts"
import { batchesWithin, recordBytes, type SqsRecord, sqsRecord } from "./sqsEvent.ts"

/** What a mapping needs. */
export interface MappingOptions {
  readonly configuration: MappingConfiguration
  /** Whether it polls by itself. @default true */
  readonly polling?: boolean | undefined
  readonly clock: Clock
  readonly sqs: SqsService
  /** How many batches may be in process at once. */
  readonly maximumConcurrency: number
  /** Largest event, in bytes. */
  readonly payloadLimitBytes: number
  readonly invoke: (event: { readonly Records: ReadonlyArray<SqsRecord> }) => Promise<InvocationResult>
  /** Whether the function's role lets it receive or delete, now. */
  readonly allowed: (action: "ReceiveMessage" | "DeleteMessage") => boolean
}

/** A running mapping. */
export interface Mapping {
  readonly queueArn: string
  /** Takes one batch of what is visible now; resolves with the number of its messages once it has ended. */
  readonly once: () => Promise<number>
  /** Whether messages were received whose batch has not ended. */
  readonly busy: () => boolean
  /** Stops receiving; batches in process go on. */
  readonly stop: () => void
}

/** SQS's longest poll, in seconds. */
const pollSeconds = 20

/** How long to wait after a refusal, in milliseconds. */
const pauseMilliseconds = 1000

/** Starts a mapping. */
export const startMapping = (options: MappingOptions): Mapping => {
  const { clock, configuration, sqs } = options
  const { queueArn, batchSize, windowSeconds } = configuration
  const fifo = queueArn.endsWith(".fifo")
  const stopping = new AbortController()
  const slots = concurrency(clock, options.maximumConcurrency, () => sqs.depth(queueArn).visible > 0)
  let inHand = 0

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve()
      const done = () => {
        cancel()
        stopping.signal.removeEventListener("abort", done)
        resolve()
      }
      const cancel = clock.schedule(pauseMilliseconds, done)
      stopping.signal.addEventListener("abort", done)
    })

  const receive = (maxMessages: number, waitSeconds: number): Promise<ReadonlyArray<ReceivedMessage>> =>
    sqs.receive(queueArn, { maxMessages: Math.min(10, maxMessages), waitSeconds, signal: stopping.signal })

  /** One batch, or more when it outgrows the largest event. */
  const gather = async (waitSeconds = pollSeconds): Promise<Array<Array<SqsRecord>>> => {
    const records: Array<SqsRecord> = []
    let bytes = 0
    const add = (messages: ReadonlyArray<ReceivedMessage>): void => {
      inHand += messages.length
      for (const message of messages) {
        const record = sqsRecord(queueArn, message)
        records.push(record)
        bytes += recordBytes(record)
      }
    }
    add(await receive(batchSize, waitSeconds))
    const windowEnd = clock.now() + windowSeconds * 1000
    const isOpen = () => records.length > 0 && records.length < batchSize && bytes < options.payloadLimitBytes
    while (windowSeconds > 0 && isOpen() && clock.now() < windowEnd && !stopping.signal.aborted) {
      add(await receive(batchSize - records.length, (windowEnd - clock.now()) / 1000))
    }
    return batchesWithin(records, options.payloadLimitBytes)
  }

  /** A throttled batch is tried again as long as its messages are surely ours. */
  const invoke = async (records: ReadonlyArray<SqsRecord>): Promise<InvocationResult> => {
    const giveUpAt = clock.now() + Number(sqs.attributes(queueArn)["VisibilityTimeout"] ?? 0) * 1000
    for (;;) {
      const result = await options.invoke({ Records: records })
      if (result.throttled === undefined || stopping.signal.aborted) return result
      if (clock.now() + pauseMilliseconds >= giveUpAt) return result
      await pause()
    }
  }

  const failuresOf = (result: InvocationResult, records: ReadonlyArray<SqsRecord>): ReadonlySet<string> | "all" => {
    if (result.error !== undefined) return "all"
    if (!configuration.reportBatchItemFailures) return new Set()
    return failedItems(result.payload, new Set(records.map((record) => record.messageId)))
  }

  const process = async (records: ReadonlyArray<SqsRecord>): Promise<void> => {
    try {
      const failures = failuresOf(await invoke(records), records)
      if (failures === "all" || !options.allowed("DeleteMessage")) return
      for (const { messageId, receiptHandle } of records) {
        if (!failures.has(messageId)) sqs.delete(queueArn, receiptHandle)
      }
    } catch {
      // Not invoked (an event too large, a stop) or not deleted (the queue has gone): the messages come back.
    } finally {
      inHand -= records.length
    }
  }

  const processAll = async (batches: ReadonlyArray<ReadonlyArray<SqsRecord>>): Promise<void> => {
    // Under FIFO a later batch may hold the same group as an earlier one.
    if (fifo) for (const batch of batches) await process(batch)
    else await Promise.all(batches.map(process))
  }

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const release = await slots.acquire()
      const batches = await Promise.resolve()
        .then(() => (options.allowed("ReceiveMessage") ? gather() : undefined))
        .catch(() => undefined)
      // What was received and is not handed over any more comes back after its visibility timeout.
      if (stopping.signal.aborted) break
      if (batches === undefined) await pause()
      if (batches === undefined || batches.length === 0) release()
      else void processAll(batches).finally(release)
    }
  }

  if (configuration.enabled && options.polling !== false) void poll()
  return {
    queueArn,
    once: async () => {
      if (!configuration.enabled || !options.allowed("ReceiveMessage")) return 0
      const batches = await gather(0)
      await processAll(batches)
      return batches.reduce((sum, batch) => sum + batch.length, 0)
    },
    busy: () => inHand > 0,
    stop: () => stopping.abort()
  }
}
