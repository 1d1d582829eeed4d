/** Dead letters as they arrive in a busy queue: of ten, four time-outs, three failures of a dependency, two for the archive, one for an operator. */
import type { Evidence } from "../../handlers/failure/Evidence.ts"
import { evidenceAttributeName } from "../../handlers/failure/Evidence.ts"
import { encodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import type { Batch } from "../system/eventSource.ts"

const classes = [
  "Timeout",
  "DependencyFailure",
  "ValidationError",
  "Timeout",
  "DependencyFailure",
  "Timeout",
  "ValidationError",
  "DependencyFailure",
  "Timeout",
  "AuthFailure"
] as const

/** A breaker that has a slot for whoever asks, however fast the bench is: what is measured is healing, not waiting. */
export const unlimited = { BREAKER_POLICY: '{"normalRatePerSecond":100000}' } as const

/** A dead letter that failed at a time, epoch milliseconds. */
export const deadLetterAt = (index: number, at: number) => {
  const name = classes[index % classes.length] ?? "Timeout"
  const evidence: Evidence = {
    version: 1,
    lineageId: `lineage-${index}`,
    firstSeen: at,
    healAttempts: 0,
    failure: {
      class: name,
      reason: `${name} of the bench`,
      // Many dependencies would be many breakers; one is the hardest case.
      ...(name === "DependencyFailure" ? { dependency: "payment-gateway" } : {}),
      receiveCount: 3,
      requestId: "6f0c9f3a-0000-4000-8000-000000000000",
      logGroup: "/aws/lambda/orders-consumer",
      logStream: "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
      at
    }
  }
  return {
    body: JSON.stringify({ orderId: `O-${index}`, userId: "U123", itemName: "Laptop", quantity: 1, status: "new" }),
    attribute: { DataType: "String", StringValue: encodeEvidence(evidence) }
  }
}

/** A batch of them as Lambda hands it over, for runs without a queue. */
export const batchOf = (first: number, count: number, at: number): Batch => ({
  Records: Array.from({ length: count }, (_, offset) => {
    const index = first + offset
    const { body, attribute } = deadLetterAt(index, at)
    return {
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body,
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(at) },
      messageAttributes: {
        [evidenceAttributeName]: {
          dataType: attribute.DataType,
          stringValue: attribute.StringValue,
          stringListValues: [],
          binaryListValues: []
        }
      },
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:orders-dead-letters",
      awsRegion: "us-east-1"
    }
  })
})
