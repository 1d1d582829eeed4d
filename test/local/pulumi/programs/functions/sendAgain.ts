/** Sends each of its messages to its own queue again, one higher; ends at 20. */
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs"

const client = new SQSClient({})

export const handler = async (event: { readonly Records: ReadonlyArray<{ readonly body: string }> }): Promise<void> => {
  const next = event.Records.map(({ body }) => Number(body) + 1).filter((number) => number <= 20)
  if (next.length === 0) return
  const Entries = next.map((number, index) => ({ Id: String(index), MessageBody: String(number) }))
  await client.send(new SendMessageBatchCommand({ QueueUrl: process.env["QUEUE_URL"], Entries }))
}
