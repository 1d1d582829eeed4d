/**
 * The visible messages of a FIFO queue by message group. While a message of a group is in flight, no other receive gets
 * a message of that group; one receive may take several, in order.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
import type { Availability } from "./Availability.ts"
import { Heap, type HeapEntry } from "./Heap.ts"
import type { QueuedMessage } from "./Message.ts"

interface MessageGroup {
  readonly id: string
  /** Visible messages in the order of their arrival. */
  readonly visible: Heap<QueuedMessage>
  inFlight: number
  /** The group's place among those that a receive may take from. */
  place: HeapEntry<MessageGroup> | undefined
}

/** A FIFO queue: the groups in the order in which their first messages became visible. */
export class FifoAvailability implements Availability {
  readonly #groups = new Map<string, MessageGroup>()
  readonly #open = new Heap<MessageGroup>()

  add(message: QueuedMessage): void {
    const group = this.#groupOf(message)
    message.place = group.visible.push(message, message.order, 0)
    this.#settle(group)
  }

  remove(message: QueuedMessage): void {
    const group = this.#groupOf(message)
    if (message.place) group.visible.remove(message.place)
    message.place = undefined
    this.#settle(group)
  }

  take(maximum: number, deliver: (message: QueuedMessage) => boolean): void {
    let delivered = 0
    while (delivered < maximum) {
      const group = this.#open.peek()?.value
      if (!group) return
      while (delivered < maximum) {
        const message = group.visible.pop()?.value
        if (!message) break
        message.place = undefined
        if (!deliver(message)) continue
        group.inFlight += 1
        delivered += 1
      }
      this.#settle(group)
    }
  }

  release(message: QueuedMessage): void {
    const group = this.#groupOf(message)
    group.inFlight -= 1
    this.#settle(group)
  }

  clear(): void {
    this.#groups.clear()
    this.#open.clear()
  }

  #groupOf(message: QueuedMessage): MessageGroup {
    const id = message.content.groupId ?? ""
    const known = this.#groups.get(id)
    if (known) return known
    const group: MessageGroup = { id, visible: new Heap<QueuedMessage>(), inFlight: 0, place: undefined }
    this.#groups.set(id, group)
    return group
  }

  /** Puts the group where it belongs after a change; forgets it once it is empty. */
  #settle(group: MessageGroup): void {
    const first = group.visible.peek()?.value
    const key = group.inFlight === 0 ? first?.visibleAt : undefined
    if (group.place && (group.place.key !== key || group.place.order !== first?.order)) {
      this.#open.remove(group.place)
      group.place = undefined
    }
    if (first && key !== undefined && !group.place) group.place = this.#open.push(group, key, first.order)
    if (!first && group.inFlight === 0) this.#groups.delete(group.id)
  }
}
