import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { batchesWithin, sqsRecord } from "../../../../local/lambda/eventSourceMapping/sqsEvent.ts"

const queueArn = "arn:aws:sqs:eu-central-1:123456789012:orders"

const message = (messageId: string, body: string) => ({
  messageId,
  receiptHandle: "r",
  body,
  md5OfBody: "m",
  messageAttributes: {},
  attributes: {}
})

describe("a record of the event", () => {
  it("is spelt as Lambda spells it", () => {
    const record = sqsRecord(queueArn, {
      ...message("id", "body"),
      md5OfMessageAttributes: "n",
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: "2", MessageGroupId: "g" },
      messageAttributes: {
        text: { DataType: "String", StringValue: "ü" },
        bytes: { DataType: "Binary", BinaryValue: "AP8=" }
      }
    })
    expect(record).toEqual({
      messageId: "id",
      receiptHandle: "r",
      body: "body",
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: "2", MessageGroupId: "g" },
      messageAttributes: {
        text: { stringValue: "ü", stringListValues: [], binaryListValues: [], dataType: "String" },
        bytes: { binaryValue: "AP8=", stringListValues: [], binaryListValues: [], dataType: "Binary" }
      },
      md5OfMessageAttributes: "n",
      md5OfBody: "m",
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: "eu-central-1"
    })
  })
})

describe("batches", () => {
  it("keep every record once, in order, and within the limit unless one record alone is over it", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 200 })), fc.integer({ min: 300, max: 2000 }), (bodies, limit) => {
        const records = bodies.map((body, index) => sqsRecord(queueArn, message(String(index), body)))
        const batches = batchesWithin(records, limit)
        expect(batches.flat()).toEqual(records)
        for (const Records of batches) {
          const size = Buffer.byteLength(JSON.stringify({ Records }))
          expect(Records.length === 1 || size <= limit).toBe(true)
          expect(Records.length).toBeGreaterThan(0)
        }
      })
    )
  })
})
