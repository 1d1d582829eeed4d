/**
 * One SQS queue in memory, made for speed: visibility timeouts, receive counts, redrive, delays, and the FIFO variant with
 * message groups and de-duplication. Standard queues give messages out in any order.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
 */
import type { OutgoingMessage } from "../../handlers/aws/Sqs.ts"
import type { RandomSource } from "./RandomSource.ts"

/** A message in a queue. */
export interface QueuedMessage {
  readonly id: string
  readonly message: OutgoingMessage
  /** Its place in its message group. */
  readonly order: number
  /** When it was sent, epoch milliseconds. */
  readonly sentAt: number
  firstReceivedAt: number | undefined
  receiveCount: number
  visibleAt: number
  /** The latest receipt handle. */
  receiptHandle: string | undefined
}

/** How a queue is set up. */
export interface QueueOptions {
  readonly name: "main" | "dead-letter" | "parking"
  readonly fifo: boolean
  readonly random: RandomSource
  /** A message that was received this often goes elsewhere instead of being received once more. */
  readonly redrive?: { readonly maxReceiveCount: number; readonly to: ModelQueue } | undefined
  /** A redrive took a message from this queue. */
  readonly onMoved?: ((message: QueuedMessage, to: ModelQueue) => void) | undefined
}

/** SQS remembers a de-duplication id for five minutes. */
const deduplicationMilliseconds = 300_000

let lastOrder = 0

/** One queue. */
export class ModelQueue {
  readonly options: QueueOptions
  readonly messages = new Map<string, QueuedMessage>()
  readonly #accepted = new Map<string, { readonly id: string; readonly at: number }>()
  #receipts = 0

  constructor(options: QueueOptions) {
    this.options = options
  }

  /** The id of a message that was accepted under this de-duplication id in the last five minutes. */
  acceptedAs(deduplicationId: string | undefined, now: number): string | undefined {
    if (deduplicationId === undefined) return undefined
    const accepted = this.#accepted.get(deduplicationId)
    return accepted !== undefined && now - accepted.at < deduplicationMilliseconds ? accepted.id : undefined
  }

  /** Takes a message. */
  send(message: OutgoingMessage, id: string, now: number): void {
    if (message.messageDeduplicationId !== undefined)
      this.#accepted.set(message.messageDeduplicationId, { id, at: now })
    this.#put({
      id,
      message,
      sentAt: now,
      firstReceivedAt: undefined,
      receiveCount: 0,
      visibleAt: now + (message.delaySeconds ?? 0) * 1000
    })
  }

  #put(message: Omit<QueuedMessage, "order" | "receiptHandle">): void {
    lastOrder += 1
    this.messages.set(message.id, { ...message, order: lastOrder, receiptHandle: undefined })
  }

  /** When a message can be received next, epoch milliseconds. */
  nextVisibleAt(): number | undefined {
    let next: number | undefined
    if (!this.options.fifo) {
      for (const { visibleAt } of this.messages.values()) if (next === undefined || visibleAt < next) next = visibleAt
      return next
    }
    // A group waits for the last of its messages that is in flight.
    const groups = new Map<string, number>()
    for (const { message, visibleAt } of this.messages.values()) {
      const group = message.messageGroupId ?? ""
      groups.set(group, Math.max(groups.get(group) ?? 0, visibleAt))
    }
    for (const visibleAt of groups.values()) if (next === undefined || visibleAt < next) next = visibleAt
    return next
  }

  #candidates(now: number): Array<QueuedMessage> {
    const all = [...this.messages.values()]
    if (!this.options.fifo) return this.options.random.shuffled(all.filter(({ visibleAt }) => visibleAt <= now))
    const locked = new Set(all.filter(({ visibleAt }) => visibleAt > now).map(({ message }) => message.messageGroupId))
    return all
      .filter(({ message }) => !locked.has(message.messageGroupId))
      .sort((one, other) => one.order - other.order)
  }

  /** Receives up to so many messages. */
  receive(maximum: number, visibilityMilliseconds: number, now: number): ReadonlyArray<QueuedMessage> {
    const { redrive, onMoved, fifo } = this.options
    const received: Array<QueuedMessage> = []
    for (const message of this.#candidates(now)) {
      if (received.length === maximum) break
      if (redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount) {
        this.messages.delete(message.id)
        // A standard queue keeps the message's clock.
        const { order: _, receiptHandle: __, ...moved } = message
        redrive.to.#put({ ...moved, receiveCount: 0, visibleAt: now, sentAt: fifo ? now : message.sentAt })
        onMoved?.(message, redrive.to)
        continue
      }
      received.push(this.deliver(message, visibilityMilliseconds, now))
    }
    return received
  }

  /** Delivers a message, whether it is visible or not; answers it as it was delivered. */
  deliver(message: QueuedMessage, visibilityMilliseconds: number, now: number): QueuedMessage {
    this.#receipts += 1
    message.receiveCount += 1
    message.firstReceivedAt ??= now
    message.visibleAt = now + visibilityMilliseconds
    message.receiptHandle = `${message.id}/${this.#receipts}`
    return { ...message }
  }

  /** The message of a receipt handle, as long as that is the latest one. */
  received(receiptHandle: string, now: number): QueuedMessage | undefined {
    const message = this.messages.get(receiptHandle.slice(0, receiptHandle.indexOf("/")))
    return message !== undefined && message.receiptHandle === receiptHandle && message.visibleAt > now
      ? message
      : undefined
  }

  /** The message of a receipt handle, however old. */
  ofReceipt(receiptHandle: string): QueuedMessage | undefined {
    return this.messages.get(receiptHandle.slice(0, receiptHandle.indexOf("/")))
  }
}
