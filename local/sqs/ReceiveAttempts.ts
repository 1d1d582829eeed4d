/**
 * Receive attempts of a FIFO queue: a receiver whose answer got lost asks again with the same attempt id and gets the
 * same messages, with their visibility timeout begun anew.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
 */
import { deduplicationIntervalMilliseconds } from "./Deduplication.ts"
import type { Queue } from "./Queue.ts"
import type { ReceivedMessage } from "./SqsService.ts"

interface Attempt {
  readonly received: ReadonlyArray<ReceivedMessage>
  readonly at: number
}

/** The attempts of the last five minutes. */
export class ReceiveAttempts {
  readonly #queue: Queue
  readonly #attempts = new Map<string, Attempt>()

  constructor(queue: Queue) {
    this.#queue = queue
  }

  /** The messages of an earlier attempt with this id, if all of them are still as that attempt left them. */
  repeat(
    id: string | undefined,
    now: number,
    visibilitySeconds: number | undefined
  ): ReadonlyArray<ReceivedMessage> | undefined {
    for (const [oldest, { at }] of this.#attempts) {
      if (now - at < deduplicationIntervalMilliseconds) break
      this.#attempts.delete(oldest)
    }
    const attempt = id === undefined ? undefined : this.#attempts.get(id)
    if (!attempt?.received.every((message) => this.#queue.isInFlight(message))) return undefined
    const seconds = visibilitySeconds ?? this.#queue.settings.visibilityTimeoutSeconds
    for (const { receiptHandle } of attempt.received) this.#queue.changeVisibility(receiptHandle, seconds)
    return attempt.received
  }

  remember(id: string | undefined, received: ReadonlyArray<ReceivedMessage>, now: number): void {
    if (id !== undefined && received.length > 0) this.#attempts.set(id, { received, at: now })
  }
}
