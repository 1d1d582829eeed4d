import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Schema } from "effect"
import * as fc from "fast-check"
import { readEvent } from "../../../handlers/consumer/readEvent.ts"
import { SqsEvent } from "../../../handlers/consumer/SqsEvent.ts"

const bySchema = Schema.decodeUnknownExit(SqsEvent)

const anything = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, "", "1", "007", "-1", "1e3", " 2 ", "NaN", "9".repeat(20), 3, true, [], {}),
  fc.string(),
  fc.anything()
)

/** Mostly right, so that both ways of reading are taken. */
const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: anything })

const number = mostly(fc.nat().map(String))

const record = fc.record(
  {
    messageId: mostly(fc.uuid()),
    receiptHandle: mostly(fc.string({ minLength: 1 })),
    body: mostly(fc.string()),
    attributes: mostly(
      fc.record(
        {
          ApproximateReceiveCount: number,
          SentTimestamp: number,
          ApproximateFirstReceiveTimestamp: number,
          MessageGroupId: mostly(fc.string()),
          DeadLetterQueueSourceArn: mostly(fc.string()),
          SenderId: fc.string()
        },
        { requiredKeys: ["ApproximateReceiveCount", "SentTimestamp"] }
      )
    ),
    messageAttributes: mostly(
      fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString")),
        mostly(
          fc.record(
            {
              dataType: mostly(fc.string()),
              stringValue: mostly(fc.option(fc.string())),
              binaryValue: mostly(fc.option(fc.string())),
              stringListValues: fc.constant([])
            },
            { requiredKeys: ["dataType"] }
          )
        )
      )
    ),
    eventSource: fc.constant("aws:sqs")
  },
  { requiredKeys: ["messageId", "receiptHandle", "body", "attributes"] }
)

const event = mostly(fc.record({ Records: mostly(fc.array(mostly(record), { maxLength: 4 })) }))

describe("an event", () => {
  it("is read, or refused, exactly as its schema says, whatever it is", () => {
    fc.assert(
      fc.property(event, (given) => {
        const [read, expected] = [Effect.runSyncExit(readEvent(given)), bySchema(given)]
        assert.strictEqual(read._tag, expected._tag)
        if (Exit.isSuccess(read) && Exit.isSuccess(expected)) assert.deepStrictEqual(read.value, expected.value)
      }),
      { numRuns: 2000 }
    )
  })
})
