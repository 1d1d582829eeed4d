/**
 * The metrics that SQS gives CloudWatch.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
import type { SqsEvent, SqsService } from "../sqs/SqsService.ts"
import type { Datum } from "./CloudWatch.ts"

const nameOfEvent: Readonly<Partial<Record<SqsEvent["kind"], string>>> = {
  // A message that SQS itself moves to a dead-letter queue does not count as sent.
  sent: "NumberOfMessagesSent",
  received: "NumberOfMessagesReceived",
  deleted: "NumberOfMessagesDeleted"
}

/** Samples queues. */
export interface QueueMetrics {
  /** Puts the depth of every queue now, and its traffic since the last sample. */
  readonly sample: () => void
  readonly stop: () => void
}

/** Starts counting the traffic of every queue. */
export const queueMetrics = (
  sqs: Pick<SqsService, "queueArns" | "depth" | "subscribe">,
  now: () => number,
  put: (datum: Datum) => void
): QueueMetrics => {
  const counts = new Map<string, Map<string, number>>()
  const stop = sqs.subscribe(({ kind, queueArn }) => {
    const name = nameOfEvent[kind]
    if (name === undefined) return
    const ofQueue = counts.get(queueArn) ?? new Map<string, number>()
    ofQueue.set(name, (ofQueue.get(name) ?? 0) + 1)
    counts.set(queueArn, ofQueue)
  })
  return {
    stop,
    sample: () => {
      const at = now()
      for (const queueArn of sqs.queueArns()) {
        const { visible, inFlight, delayed, oldestAgeSeconds } = sqs.depth(queueArn)
        const values = new Map(counts.get(queueArn))
          .set("ApproximateNumberOfMessagesVisible", visible)
          .set("ApproximateNumberOfMessagesNotVisible", inFlight)
          .set("ApproximateNumberOfMessagesDelayed", delayed)
          .set("ApproximateAgeOfOldestMessage", oldestAgeSeconds)
        const dimensions = { QueueName: queueArn.split(":").at(-1) ?? "" }
        for (const [name, value] of values) put({ namespace: "AWS/SQS", name, dimensions, value, at })
      }
      counts.clear()
    }
  }
}
