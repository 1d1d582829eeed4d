/**
 * One queue: visibility timeouts, receive counts, redrive, retention. Every operation is O(log n) and first brings the
 * queue to the clock's time.
 */
import type { Clock } from "../EmbeddedService.ts"
import { Deduplication } from "./Deduplication.ts"
import { LongPolls } from "./LongPolls.ts"
import { type MessageContent, type QueuedMessage, receivedMessage } from "./Message.ts"
import { MessageStore } from "./MessageStore.ts"
import type { QueueSettings } from "./QueueSettings.ts"
import { readReceiptHandle, receiptHandleOf } from "./ReceiptHandle.ts"
import { ReceiveAttempts } from "./ReceiveAttempts.ts"
import { invalidParameter, queueDoesNotExist, receiptHandleIsInvalid, SqsError } from "./SqsError.ts"
import type { QueueDepth, ReceivedMessage, SqsEvent } from "./SqsService.ts"

/**
 * How many messages of a queue may be in flight, standard and FIFO alike.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
 */
export const inFlightLimit = 120_000

/** The longest that a message may stay hidden after one receive. */
export const maximumVisibilitySeconds = 43_200

/** What a queue needs from around it. */
export interface QueueSurroundings {
  readonly clock: Clock
  /** The queue that takes a source's dead letters; `undefined` if it is gone or does not permit the source. */
  readonly deadLetterQueue: (source: Queue) => Queue | undefined
  readonly tell: (kind: SqsEvent["kind"], queue: Queue, messageId: string) => void
}

/** What a message brings along when it arrives. */
type Arrival = Partial<Pick<QueuedMessage, "retainedSince" | "receiveCount" | "firstReceivedAt">> & {
  readonly delaySeconds?: number
  readonly deadLetterSourceArn?: string
}

/** One queue. */
export class Queue {
  readonly name: string
  readonly arn: string
  readonly fifo: boolean
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly tags = new Map<string, string>()
  readonly deduplication = new Deduplication()
  readonly attempts = new ReceiveAttempts(this)
  readonly polls: LongPolls
  lastPurgedAt = Number.NEGATIVE_INFINITY
  lastModifiedAt: number
  readonly #surroundings: QueueSurroundings
  readonly #store: MessageStore
  #settings: QueueSettings
  #arrivals = 0
  #receives = 0

  constructor(identity: { name: string; arn: string }, settings: QueueSettings, surroundings: QueueSurroundings) {
    this.name = identity.name
    this.arn = identity.arn
    this.fifo = identity.name.endsWith(".fifo")
    this.createdAt = surroundings.clock.now()
    this.lastModifiedAt = this.createdAt
    this.#settings = settings
    this.#surroundings = surroundings
    this.#store = new MessageStore(this.fifo)
    this.polls = new LongPolls(surroundings.clock, () => this.#store.nextVisibleAt)
  }

  get settings(): QueueSettings {
    return this.#settings
  }

  configure(settings: QueueSettings): void {
    const delayChanged = settings.delaySeconds !== this.#settings.delaySeconds
    this.#settings = settings
    this.lastModifiedAt = this.#surroundings.clock.now()
    // A FIFO queue's delay is retroactive, a standard queue's is not.
    if (this.fifo && delayChanged) {
      for (const message of this.#store.all()) {
        if (message.state === "delayed") this.#store.hide(message, message.arrivedAt + settings.delaySeconds * 1000)
      }
    }
    this.polls.wake()
  }

  /** Takes a new message. */
  send(content: MessageContent, delaySeconds = this.#settings.delaySeconds): void {
    this.#arrive(content, { delaySeconds })
    this.#surroundings.tell("sent", this, content.messageId)
  }

  /** Up to `maximum` messages, hidden from now on for the visibility timeout. */
  receive(maximum: number, visibilitySeconds = this.#settings.visibilityTimeoutSeconds): Array<ReceivedMessage> {
    const now = this.#advance()
    const received: Array<ReceivedMessage> = []
    const room = Math.min(maximum, inFlightLimit - this.#store.counts.inFlight)
    this.#store.take(room, (message) => {
      if (this.#moveToDeadLetterQueue(message)) return false
      message.receiveCount += 1
      if (message.receiveCount === 1) message.firstReceivedAt = now
      message.receivedAt = now
      message.visibleAt = now + visibilitySeconds * 1000
      this.#receives += 1
      message.receiptHandle = receiptHandleOf(this.name, message.content.messageId, this.#receives)
      received.push(receivedMessage(message, message.receiptHandle))
      return true
    })
    for (const { messageId } of received) this.#surroundings.tell("received", this, messageId)
    return received
  }

  /** Whether no more messages can be in flight. */
  get atInFlightLimit(): boolean {
    this.#advance()
    return this.#store.counts.inFlight >= inFlightLimit
  }

  /** Deletes what the handle's receive gave. A handle that a later receive replaced deletes nothing. */
  delete(handle: string): void {
    const message = this.#messageOf(handle)
    if (!message) return
    const latest = message.receiptHandle === handle
    if (this.fifo && (!latest || message.state !== "inFlight")) {
      throw invalidParameter("ReceiptHandle", handle, "The receipt handle has expired.")
    }
    if (!latest) return
    this.#store.remove(message)
    this.#surroundings.tell("deleted", this, message.content.messageId)
    // A FIFO group may be open again.
    this.polls.wake()
  }

  /** Hides an in-flight message for so many seconds from now. */
  changeVisibility(handle: string, seconds: number): void {
    const message = this.#messageOf(handle)
    if (!message || message.receiptHandle !== handle) {
      const reason = "Message does not exist or is not available for visibility timeout change."
      throw invalidParameter("ReceiptHandle", handle, reason)
    }
    if (message.state !== "inFlight") throw new SqsError("MessageNotInflight", "The specified message isn't in flight.")
    const until = this.#surroundings.clock.now() + seconds * 1000
    if (until - message.receivedAt > maximumVisibilitySeconds * 1000) {
      const reason = `Total VisibilityTimeout for the message is beyond the limit [${maximumVisibilitySeconds} seconds]`
      throw invalidParameter("VisibilityTimeout", seconds, reason)
    }
    this.#store.hide(message, until)
    this.polls.wake()
  }

  /** Undoes a receive whose receiver hung up before it got the messages. */
  putBack(received: ReadonlyArray<ReceivedMessage>): void {
    for (const { messageId, receiptHandle } of received) {
      const message = this.#store.find(messageId)
      if (message?.state !== "inFlight" || message.receiptHandle !== receiptHandle) continue
      message.receiveCount -= 1
      this.#store.hide(message, this.#surroundings.clock.now())
    }
    this.polls.wake()
  }

  /** Whether a receive's message is still hidden by that receive. */
  isInFlight({ messageId, receiptHandle }: ReceivedMessage): boolean {
    this.#advance()
    const message = this.#store.find(messageId)
    return message?.state === "inFlight" && message.receiptHandle === receiptHandle
  }

  purge(): void {
    this.#store.clear()
    this.lastPurgedAt = this.#surroundings.clock.now()
  }

  depth(): QueueDepth {
    const now = this.#advance()
    const { oldest, counts } = this.#store
    return { ...counts, oldestAgeSeconds: oldest ? Math.floor((now - oldest.arrivedAt) / 1000) : 0 }
  }

  /** Ends every poll: the queue is gone. */
  close(): void {
    this.polls.close(queueDoesNotExist())
  }

  #advance(): number {
    const now = this.#surroundings.clock.now()
    this.#store.advance(now, now - this.#settings.messageRetentionSeconds * 1000)
    return now
  }

  #messageOf(handle: string): QueuedMessage | undefined {
    const receipt = readReceiptHandle(handle)
    if (receipt?.queueName !== this.name) throw receiptHandleIsInvalid(handle)
    this.#advance()
    return this.#store.find(receipt.messageId)
  }

  #arrive(content: MessageContent, arrival: Arrival): void {
    const now = this.#surroundings.clock.now()
    this.#arrivals += 1
    const message: QueuedMessage = {
      content,
      order: this.#arrivals,
      arrivedAt: now,
      retainedSince: arrival.retainedSince ?? now,
      deadLetterSourceArn: arrival.deadLetterSourceArn,
      state: "delayed",
      receiveCount: arrival.receiveCount ?? 0,
      firstReceivedAt: arrival.firstReceivedAt ?? 0,
      receivedAt: 0,
      visibleAt: now + (arrival.delaySeconds ?? 0) * 1000,
      receiptHandle: undefined,
      place: undefined,
      expiry: undefined
    }
    this.#store.add(message, now)
    this.polls.wake()
  }

  /** Moves a message that was received too often. Without a queue to take it, it stays in circulation. */
  #moveToDeadLetterQueue(message: QueuedMessage): boolean {
    const policy = this.#settings.redrivePolicy
    if (!policy || message.receiveCount < policy.maxReceiveCount) return false
    const target = this.#surroundings.deadLetterQueue(this)
    if (!target) return false
    const { content, receiveCount, firstReceivedAt } = message
    this.#store.forget(message)
    target.#arrive(content, {
      // A standard queue counts retention from the original send, a FIFO queue from the move.
      ...(target.fifo ? {} : { retainedSince: message.retainedSince }),
      deadLetterSourceArn: this.arn,
      receiveCount,
      firstReceivedAt
    })
    this.#surroundings.tell("dead-lettered", this, content.messageId)
    return true
  }
}
