/** The visible messages of a queue, and which of them a receive gets. Standard and FIFO queues differ here alone. */
import { Heap } from "./Heap.ts"
import type { QueuedMessage } from "./Message.ts"

/** The visible messages of a queue. */
export interface Availability {
  /** A message has become visible. */
  readonly add: (message: QueuedMessage) => void
  /** A visible message leaves without being received (deleted by an old receipt handle, expired, purged). */
  readonly remove: (message: QueuedMessage) => void
  /**
   * Takes messages out until `maximum` were delivered or none is left. `deliver` says whether the message went to the
   * receiver (and is in flight now) or elsewhere.
   */
  readonly take: (maximum: number, deliver: (message: QueuedMessage) => boolean) => void
  /** A message that was delivered is no longer in flight. */
  readonly release: (message: QueuedMessage) => void
  readonly clear: () => void
}

/** A standard queue: whatever has been visible longest. */
export class StandardAvailability implements Availability {
  readonly #visible = new Heap<QueuedMessage>()

  add(message: QueuedMessage): void {
    message.place = this.#visible.push(message, message.visibleAt, message.order)
  }

  remove(message: QueuedMessage): void {
    if (message.place) this.#visible.remove(message.place)
    message.place = undefined
  }

  take(maximum: number, deliver: (message: QueuedMessage) => boolean): void {
    let delivered = 0
    while (delivered < maximum) {
      const entry = this.#visible.pop()
      if (!entry) return
      entry.value.place = undefined
      if (deliver(entry.value)) delivered += 1
    }
  }

  release(): void {}

  clear(): void {
    this.#visible.clear()
  }
}
