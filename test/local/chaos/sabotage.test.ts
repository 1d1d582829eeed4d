import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, it } from "vitest"
import { holds, toJson } from "../../../local/chaos/report.ts"
import { chaosConfig, runChaos } from "../../../local/chaos/runChaos.ts"
import { createFaults } from "../../../local/faults/Faults.ts"
import { type System, withSystem } from "../../../local/withSystem.ts"

const { signal } = new AbortController()
const program = new URL("../../../index.ts", import.meta.url)

/** Takes one message out of the main queue, as a person with too many permissions could. */
const dropOneMessage = async ({ aws, outputs }: System): Promise<string> => {
  const sqs = new SQSClient({
    region: aws.account.region,
    endpoint: aws.account.endpoint,
    credentials: aws.iam.administrator
  })
  const QueueUrl = String(outputs["orderQueueUrl"])
  try {
    for (;;) {
      const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))
      if (message === undefined) continue
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
      return String(message.MessageId)
    }
  } finally {
    sqs.destroy()
  }
}

it("a message that somebody drops is found missing", { timeout: 180_000 }, async () => {
  const faults = createFaults(1, [])
  const { dropped, result } = await withSystem(
    { program, stack: "local", config: chaosConfig, faults, signal },
    async (system) => {
      const [dropped, result] = await Promise.all([
        dropOneMessage(system),
        runChaos(system, { orders: 60, seed: 3, faults, say: () => undefined, signal })
      ])
      return { dropped, result }
    }
  )
  expect(holds(result)).toBe(false)
  expect(result.account.messages.lost).toEqual([dropped])
  expect(JSON.parse(toJson(result))).toMatchObject({ ok: false, accepted: 60, lost: 1, duplicates: 0 })
})
