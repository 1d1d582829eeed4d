/** Queues that keep what they are sent, with a policy each. */
import type { SqsService, WireMessageAttribute } from "../../../local/sqs/SqsService.ts"

/** A message as SNS sent it. */
export interface SentMessage {
  readonly body: string
  readonly messageAttributes: Readonly<Record<string, WireMessageAttribute>>
  readonly messageGroupId: string | undefined
  readonly messageDeduplicationId: string | undefined
}

/** As much of SQS as SNS needs. */
export class FakeQueues implements Pick<SqsService, "send" | "attributes" | "queueArns"> {
  readonly #queues = new Map<
    string,
    { policy: string; readonly messages: Array<SentMessage>; refuses: string | undefined }
  >()

  /** Creates a queue that lets SNS send to it; answers its ARN. */
  create(name: string, allowed = true): string {
    const arn = `arn:aws:sqs:eu-central-1:123456789012:${name}`
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: allowed ? "Allow" : "Deny",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: arn
        }
      ]
    })
    this.#queues.set(arn, { policy, messages: [], refuses: undefined })
    return arn
  }

  /** Replaces a queue's policy. */
  setPolicy(arn: string, policy: string): void {
    this.#queue(arn).policy = policy
  }

  /** Makes every send to a queue fail. */
  refuse(arn: string, why: string): void {
    this.#queue(arn).refuses = why
  }

  /** What a queue holds. */
  messages(arn: string): ReadonlyArray<SentMessage> {
    return this.#queue(arn).messages
  }

  #queue(arn: string) {
    const queue = this.#queues.get(arn)
    if (!queue) throw new Error(`There is no queue ${arn}`)
    return queue
  }

  readonly queueArns: SqsService["queueArns"] = () => [...this.#queues.keys()]

  readonly attributes: SqsService["attributes"] = (arn) => ({ Policy: this.#queue(arn).policy })

  readonly send: SqsService["send"] = (arn, message) => {
    const queue = this.#queue(arn)
    if (queue.refuses !== undefined) throw new Error(queue.refuses)
    queue.messages.push({
      body: message.body,
      messageAttributes: message.messageAttributes ?? {},
      messageGroupId: message.messageGroupId,
      messageDeduplicationId: message.messageDeduplicationId
    })
    return { messageId: "id" }
  }
}
