/** As much of SQS as an event source mapping needs: visible messages, receipt handles, no time of its own. */
import type { ReceivedMessage, SqsService } from "../../../local/sqs/SqsService.ts"

export interface FakeSqs extends SqsService {
  readonly deleted: Array<string>
  /** Makes received messages visible again, as when their visibility timeout ends. */
  readonly expireVisibility: () => void
  readonly put: (messages: ReadonlyArray<Partial<ReceivedMessage> & { readonly messageId: string }>) => void
  readonly polls: () => number
}

export const fakeSqs = (queueArn: string, attributes: Record<string, string> = {}): FakeSqs => {
  const visible: Array<ReceivedMessage> = []
  const inFlight = new Map<string, ReceivedMessage>()
  const deleted: Array<string> = []
  const waiters = new Set<() => void>()
  let polls = 0
  const wake = () => {
    for (const waiter of waiters) waiter()
  }
  const take = (maximum: number): Array<ReceivedMessage> =>
    visible.splice(0, maximum).map((message) => {
      const count = Number(message.attributes["ApproximateReceiveCount"] ?? 0) + 1
      const received = {
        ...message,
        receiptHandle: `${message.messageId}#${count}`,
        attributes: { ...message.attributes, ApproximateReceiveCount: String(count) }
      }
      inFlight.set(received.receiptHandle, received)
      return received
    })
  return {
    signingName: "sqs",
    authorizations: () => [],
    handle: async () => ({ status: 404, body: "" }),
    error: (_request, status, _code, body) => ({ status, body }),
    resources: {},
    send: () => ({ messageId: "" }),
    receive: (_queueArn, { maxMessages, signal }) => {
      polls++
      return new Promise((resolve) => {
        const attempt = () => {
          const messages = signal.aborted ? [] : take(maxMessages)
          if (messages.length === 0 && !signal.aborted) return
          waiters.delete(attempt)
          resolve(messages)
        }
        waiters.add(attempt)
        signal.addEventListener("abort", attempt)
        attempt()
      })
    },
    delete: (_queueArn, receiptHandle) => {
      const message = inFlight.get(receiptHandle)
      inFlight.delete(receiptHandle)
      if (message !== undefined) deleted.push(message.messageId)
    },
    changeVisibility: () => undefined,
    depth: () => ({ visible: visible.length, inFlight: inFlight.size, delayed: 0, oldestAgeSeconds: 0 }),
    attributes: () => ({ VisibilityTimeout: "30", ...attributes }),
    queueUrl: () => "",
    queueArns: () => [queueArn],
    subscribe: () => () => undefined,
    close: () => undefined,
    deleted,
    polls: () => polls,
    expireVisibility: () => {
      visible.push(...inFlight.values())
      inFlight.clear()
      wake()
    },
    put: (messages) => {
      for (const message of messages) {
        visible.push({
          receiptHandle: "",
          body: "",
          md5OfBody: "d41d8cd98f00b204e9800998ecf8427e",
          messageAttributes: {},
          attributes: {},
          ...message
        })
      }
      wake()
    }
  }
}
