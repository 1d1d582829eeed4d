/** The batches that are handled. */

/** Records a batch: Lambda's default. */
export const batchSize = 10

/** What every hundredth record breaks, where records fail: the order's quantity. */
const wrongQuantity = -1

const record = (index: number, fails: boolean) => ({
  messageId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  receiptHandle: `receipt-handle-${index}`,
  body: JSON.stringify({
    orderId: `order-${index}`,
    userId: `user-${index % 100}`,
    itemName: "A teapot of blue porcelain",
    quantity: fails ? wrongQuantity : 1 + (index % 7),
    status: "new",
    timestamp: "2026-01-01T00:00:00Z"
  }),
  attributes: {
    ApproximateReceiveCount: "1",
    SentTimestamp: "1767225600000",
    SenderId: "AIDAEXAMPLE",
    ApproximateFirstReceiveTimestamp: "1767225600100"
  },
  messageAttributes: { traceId: { dataType: "String", stringValue: `trace-${index}` } },
  md5OfBody: "00000000000000000000000000000000",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:orders",
  awsRegion: "eu-west-1"
})

/** A hundred records in ten batches. @param failing how many of the hundred break a rule of the order */
export const hundredRecords = (failing: number) =>
  Array.from({ length: 100 / batchSize }, (_, batch) => ({
    Records: Array.from({ length: batchSize }, (__, index) => {
      const position = batch * batchSize + index
      return record(position, (position * 37) % 100 < failing)
    })
  }))
