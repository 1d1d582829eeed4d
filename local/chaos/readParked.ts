/** What lies in the parking queue. */
import { Schema } from "effect"
import { messageOf } from "../../handlers/consumer/Message.ts"
import { SqsRecord } from "../../handlers/consumer/SqsEvent.ts"
import { sqsRecord } from "../lambda/eventSourceMapping/sqsEvent.ts"
import type { SqsService } from "../sqs/SqsService.ts"

const decodeRecord = Schema.decodeUnknownSync(SqsRecord)

/** The lineages of the messages in the parking queue; they stay there. */
export const readParked = async (sqs: SqsService, queueArn: string): Promise<ReadonlySet<string>> => {
  const { signal } = new AbortController()
  const lineages = new Set<string>()
  const handles: Array<string> = []
  for (;;) {
    const received = await sqs.receive(queueArn, { maxMessages: 10, waitSeconds: 0, signal })
    if (received.length === 0) break
    for (const message of received) {
      handles.push(message.receiptHandle)
      lineages.add(messageOf(decodeRecord(sqsRecord(queueArn, message))).lineageId)
    }
  }
  for (const handle of handles) sqs.changeVisibility(queueArn, handle, 0)
  return lineages
}
