/**
 * The messages of a queue by when they become visible and when their retention ends. Nothing ticks: `advance` brings the
 * store to a point in time, so that counts are exact.
 */
import { type Availability, StandardAvailability } from "./Availability.ts"
import { FifoAvailability } from "./FifoAvailability.ts"
import { Heap } from "./Heap.ts"
import type { QueuedMessage } from "./Message.ts"

/** How many messages are in each state. */
export interface MessageCounts {
  readonly visible: number
  readonly delayed: number
  readonly inFlight: number
}

/** The messages of one queue. */
export class MessageStore {
  readonly #messages = new Map<string, QueuedMessage>()
  /** Delayed and in-flight messages by the time at which they become visible. */
  readonly #hidden = new Heap<QueuedMessage>()
  readonly #expiries = new Heap<QueuedMessage>()
  readonly #availability: Availability
  #counts = { visible: 0, delayed: 0, inFlight: 0 }

  constructor(fifo: boolean) {
    this.#availability = fifo ? new FifoAvailability() : new StandardAvailability()
  }

  /** As of the last `advance`. */
  get counts(): MessageCounts {
    return { ...this.#counts }
  }

  /** When the next hidden message becomes visible, epoch milliseconds. */
  get nextVisibleAt(): number | undefined {
    return this.#hidden.peek()?.key
  }

  /** The message that arrived first. */
  get oldest(): QueuedMessage | undefined {
    const [first] = this.#messages.values()
    return first
  }

  /** All messages in the order of their arrival. */
  all(): Iterable<QueuedMessage> {
    return this.#messages.values()
  }

  find(messageId: string): QueuedMessage | undefined {
    return this.#messages.get(messageId)
  }

  /** Takes a new message; it is hidden first if it becomes visible later than `now`. */
  add(message: QueuedMessage, now: number): void {
    this.#messages.set(message.content.messageId, message)
    message.expiry = this.#expiries.push(message, message.retainedSince, message.order)
    if (message.visibleAt > now) {
      this.#counts.delayed += 1
      this.hide(message, message.visibleAt)
    } else this.#show(message)
  }

  /** Lets go of what was retained since before `retainedFrom`, and shows what is visible by now. */
  advance(now: number, retainedFrom: number): void {
    for (let oldest = this.#expiries.peek(); oldest && oldest.key <= retainedFrom; oldest = this.#expiries.peek()) {
      this.remove(oldest.value)
    }
    for (let next = this.#hidden.peek(); next && next.key <= now; next = this.#hidden.peek()) {
      this.#hidden.remove(next)
      this.#leaveHidden(next.value)
      this.#show(next.value)
    }
  }

  /** Takes visible messages until `maximum` were received. `receive` says whether the message is in flight now. */
  take(maximum: number, receive: (message: QueuedMessage) => boolean): void {
    this.#availability.take(maximum, (message) => {
      this.#counts.visible -= 1
      if (!receive(message)) return false
      message.state = "inFlight"
      this.#counts.inFlight += 1
      this.hide(message, message.visibleAt)
      return true
    })
  }

  /** Changes when a hidden message becomes visible. */
  hide(message: QueuedMessage, until: number): void {
    if (message.place) this.#hidden.remove(message.place)
    message.visibleAt = until
    message.place = this.#hidden.push(message, until, message.order)
  }

  /** Takes a message out for good. */
  remove(message: QueuedMessage): void {
    if (message.state === "visible") {
      this.#counts.visible -= 1
      this.#availability.remove(message)
    } else {
      if (message.place) this.#hidden.remove(message.place)
      this.#leaveHidden(message)
    }
    this.forget(message)
  }

  /** Drops a message that `take` has taken already. */
  forget(message: QueuedMessage): void {
    message.state = "gone"
    message.place = undefined
    this.#messages.delete(message.content.messageId)
    if (message.expiry) this.#expiries.remove(message.expiry)
  }

  clear(): void {
    this.#messages.clear()
    this.#hidden.clear()
    this.#expiries.clear()
    this.#availability.clear()
    this.#counts = { visible: 0, delayed: 0, inFlight: 0 }
  }

  #leaveHidden(message: QueuedMessage): void {
    if (message.state === "inFlight") {
      this.#counts.inFlight -= 1
      this.#availability.release(message)
    } else this.#counts.delayed -= 1
  }

  #show(message: QueuedMessage): void {
    message.state = "visible"
    this.#counts.visible += 1
    this.#availability.add(message)
  }
}
