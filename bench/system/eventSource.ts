/** Lambda's event source, one batch when asked: receives, invokes, deletes what is done. It counts what AWS bills for it. */

import { type SqsRecord, sqsRecord } from "../../local/lambda/eventSourceMapping/sqsEvent.ts"
import type { SqsService } from "../../local/sqs/SqsService.ts"

/** What Lambda hands to a function. */
export interface Batch {
  readonly Records: ReadonlyArray<SqsRecord>
}

/** An event source. */
export interface EventSourceOptions {
  readonly sqs: SqsService
  readonly queueArn: string
  /** 1–10. */
  readonly batchSize: number
  /** The function; answers the ids that are to be received again. */
  readonly invoke: (event: Batch) => Promise<ReadonlyArray<string>>
  /** Told of each request that is billed, e.g. `sqs:ReceiveMessage`. */
  readonly onRequest: (name: string) => void
}

/** Handles one batch; answers how many messages it had. A poll that finds nothing is not counted: it costs by time. */
export const pollOnce = async (options: EventSourceOptions): Promise<number> => {
  const { sqs, queueArn, batchSize, invoke, onRequest } = options
  const { signal } = new AbortController()
  const received = await sqs.receive(queueArn, { maxMessages: batchSize, waitSeconds: 0, signal })
  if (received.length === 0) return 0
  onRequest("sqs:ReceiveMessage")
  const failed = new Set(await invoke({ Records: received.map((message) => sqsRecord(queueArn, message)) }))
  const done = received.filter(({ messageId }) => !failed.has(messageId))
  if (done.length > 0) onRequest(batchSize === 1 ? "sqs:DeleteMessage" : "sqs:DeleteMessageBatch")
  for (const { receiptHandle } of done) sqs.delete(queueArn, receiptHandle)
  return received.length
}

/** Messages that are in a queue, visible or not. */
export const messagesIn = (sqs: SqsService, queueArn: string): number => {
  const { visible, inFlight, delayed } = sqs.depth(queueArn)
  return visible + inFlight + delayed
}
