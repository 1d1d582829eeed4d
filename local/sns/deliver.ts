/** Brings a published message to one subscription, or to its dead-letter queue. */
import type { Account } from "../Account.ts"
import type { PolicyDocument } from "../EmbeddedService.ts"
import type { Iam } from "../iam/Iam.ts"
import { parsePolicyDocument } from "../iam/policyDocument.ts"
import type { LambdaService } from "../lambda/LambdaService.ts"
import type { SqsService, WireMessageAttribute } from "../sqs/SqsService.ts"
import { envelope, lambdaEvent } from "./envelope.ts"
import type { Delivery, PublishedMessage, Subscription } from "./model.ts"
import { protocolMessages } from "./validatePublication.ts"

/** What SNS needs of SQS. */
export type Queues = Pick<SqsService, "send" | "attributes" | "queueArns">

/** What SNS needs of Lambda. */
export type Functions = Pick<LambdaService, "invokeAsync" | "resourcePolicy">

/** What a message looks like in a queue. */
interface QueueMessage {
  readonly body: string
  readonly messageAttributes: Readonly<Record<string, WireMessageAttribute>>
}

/** SQS takes at most ten attributes; more make a raw delivery fail on the client's side. */
const maximumAttributes = 10

/** Delivers to subscriptions. */
export class Deliverer {
  readonly #account: Account
  readonly #iam: Pick<Iam, "decide">
  readonly #queues: Queues
  readonly #functions: Functions
  #policies = new Map<string, PolicyDocument | undefined>()

  constructor(account: Account, iam: Pick<Iam, "decide">, queues: Queues, functions: Functions) {
    this.#account = account
    this.#iam = iam
    this.#queues = queues
    this.#functions = functions
  }

  /** Never throws: what cannot be delivered goes to the dead-letter queue, or is lost as on AWS. */
  deliver(subscription: Subscription, published: PublishedMessage): Delivery {
    const { arn, protocol, endpoint } = subscription
    const delivery = { published, subscriptionArn: arn, protocol, endpoint }
    if (protocol !== "sqs" && protocol !== "lambda") return { ...delivery, outcome: "delivered" }
    const raw = subscription.attributes.get("RawMessageDelivery") === "true"
    const fits = Object.keys(published.attributes ?? {}).length <= maximumAttributes
    const message = this.#queueMessage(subscription, published, raw && fits)
    const reason =
      protocol === "lambda"
        ? this.#invoke(subscription, published)
        : raw && !fits
          ? `raw delivery takes at most ${maximumAttributes} message attributes`
          : this.#send(endpoint, published, message)
    if (reason === undefined) return { ...delivery, outcome: "delivered" }
    const { deadLetterQueueArn } = subscription
    if (deadLetterQueueArn === undefined) return { ...delivery, outcome: "lost", reason }
    const second = this.#send(deadLetterQueueArn, published, message)
    return second === undefined
      ? { ...delivery, outcome: "dead-lettered", reason }
      : { ...delivery, outcome: "lost", reason: `${reason}; dead-letter queue: ${second}` }
  }

  /** The dead-letter queue gets what the endpoint would have got; an envelope where SQS has no room for the attributes. */
  #queueMessage(subscription: Subscription, published: PublishedMessage, raw: boolean): QueueMessage {
    const text =
      published.structure === "json" ? protocolText(published.message, subscription.protocol) : published.message
    return raw
      ? { body: text, messageAttributes: published.attributes ?? {} }
      : { body: envelope(this.#account, subscription, published, text), messageAttributes: {} }
  }

  /** Why Lambda did not accept the event; `undefined` when it did. */
  #invoke(subscription: Subscription, published: PublishedMessage): string | undefined {
    const { endpoint } = subscription
    const text = published.structure === "json" ? protocolText(published.message, "lambda") : published.message
    try {
      const { allowed, message } = this.#iam.decide(
        { kind: "service", service: "sns.amazonaws.com" },
        {
          action: "lambda:InvokeFunction",
          resource: endpoint,
          resourcePolicy: this.#functions.resourcePolicy(endpoint),
          context: this.#context(published)
        }
      )
      if (!allowed) return message
      this.#functions.invokeAsync(endpoint, lambdaEvent(this.#account, subscription, published, text))
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** For whom SNS acts. */
  #context(published: PublishedMessage) {
    return {
      "aws:SourceArn": published.topicArn,
      "aws:SourceAccount": this.#account.accountId,
      "aws:SecureTransport": "true"
    }
  }

  /** Why the queue did not take it; `undefined` when it did. */
  #send(queueArn: string, published: PublishedMessage, message: QueueMessage): string | undefined {
    if (!this.#queues.queueArns().includes(queueArn)) return `there is no queue ${queueArn}`
    const decision = this.#iam.decide(
      { kind: "service", service: "sns.amazonaws.com" },
      {
        action: "sqs:SendMessage",
        resource: queueArn,
        resourcePolicy: this.#policyOf(queueArn),
        context: this.#context(published)
      }
    )
    if (!decision.allowed) return decision.message
    const fifo = queueArn.endsWith(".fifo") && published.messageGroupId !== undefined
    try {
      this.#queues.send(queueArn, {
        ...message,
        senderId: "AIDAISDIWNRIXNGTOFZ2I",
        ...(fifo && published.messageGroupId !== undefined
          ? {
              messageGroupId: published.messageGroupId,
              messageDeduplicationId: published.messageDeduplicationId ?? published.messageId
            }
          : {})
      })
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  #policyOf(queueArn: string): PolicyDocument | undefined {
    const text = this.#queues.attributes(queueArn)["Policy"]
    if (text === undefined || text === "") return undefined
    // By text, so that a changed policy is read anew; a handful of texts is all there is.
    if (!this.#policies.has(text)) this.#policies.set(text, parsePolicyDocument(text))
    return this.#policies.get(text)
  }
}

const protocolText = (message: string, protocol: string): string => {
  const messages = protocolMessages(message)
  return messages[protocol] ?? messages["default"] ?? ""
}
