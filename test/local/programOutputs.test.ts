import { describe, expect, it } from "vitest"
import { withQueueOutputs } from "../../local/programOutputs.ts"

const queue = (name: string) => ({
  type: "resilient-queue:index:ResilientQueue",
  name,
  state: { queueUrl: `https://sqs/${name}`, failuresTableName: `${name}-failures`, alarmArns: ["arn"] }
})

describe("the outputs of a program", () => {
  it("are joined by those of its queue, which nobody has to export", () => {
    expect(withQueueOutputs({ invoicesQueueUrl: "u" }, [queue("invoices")])).toEqual({
      invoicesQueueUrl: "u",
      queueUrl: "https://sqs/invoices",
      failuresTableName: "invoices-failures"
    })
  })

  it("of several queues have the queue's name before them, as the command line's --queue wants it", () => {
    expect(withQueueOutputs({}, [queue("invoices"), queue("mails")])).toEqual({
      invoicesQueueUrl: "https://sqs/invoices",
      invoicesFailuresTableName: "invoices-failures",
      mailsQueueUrl: "https://sqs/mails",
      mailsFailuresTableName: "mails-failures"
    })
  })

  it("stay as they are where the program exports the ledger, or has no queue", () => {
    const own = { failuresTableName: "t" }
    expect(withQueueOutputs(own, [queue("invoices")])).toBe(own)
    expect(withQueueOutputs({ a: 1 }, [])).toEqual({ a: 1 })
  })
})
