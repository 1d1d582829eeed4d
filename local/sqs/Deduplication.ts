/** What a FIFO queue remembers of the messages of the last five minutes. */

/**
 * How long a deduplication id is remembered.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export const deduplicationIntervalMilliseconds = 5 * 60 * 1000

/** What a duplicate's sender gets: the answer that the first one got. */
export interface AcceptedMessage {
  readonly messageId: string
  readonly sequenceNumber?: string | undefined
}

interface Remembered {
  readonly accepted: AcceptedMessage
  readonly until: number
}

/** Deduplication ids by the time at which they are forgotten. */
export class Deduplication {
  /** A Map keeps the order of insertion, and every entry is kept equally long: the first entry is the first to go. */
  readonly #remembered = new Map<string, Remembered>()

  /** The message that was accepted under the id in the last five minutes. */
  find(id: string, now: number): AcceptedMessage | undefined {
    for (const [oldest, { until }] of this.#remembered) {
      if (until > now) break
      this.#remembered.delete(oldest)
    }
    return this.#remembered.get(id)?.accepted
  }

  remember(id: string, accepted: AcceptedMessage, now: number): void {
    this.#remembered.set(id, { accepted, until: now + deduplicationIntervalMilliseconds })
  }
}
