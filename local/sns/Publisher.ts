/** Accepts messages and brings them to every subscription before the publisher gets its answer. */
import { createHash, randomUUID } from "node:crypto"
import type { Clock } from "../EmbeddedService.ts"
import type { Deliverer } from "./deliver.ts"
import { matches } from "./filterPolicy.ts"
import type { Delivery, Publication, PublishedMessage, Topic } from "./model.ts"
import { validatePublication } from "./validatePublication.ts"

/** https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html */
const deduplicationMilliseconds = 5 * 60 * 1000

/** How many messages `published` remembers: enough for a demonstration, bounded for a long run. */
const remembered = 10_000

/** What the publisher of a message gets. */
export interface Accepted {
  readonly messageId: string
  readonly sequenceNumber?: string | undefined
}

/** Publishes to topics. */
export class Publisher {
  readonly #clock: Clock
  readonly #deliverer: Deliverer
  readonly #published: Array<PublishedMessage> = []
  readonly #onPublish = new Set<(message: PublishedMessage) => void>()
  readonly #onDelivery = new Set<(delivery: Delivery) => void>()
  #sequence = 10_000_000_000_000_000_000n

  constructor(clock: Clock, deliverer: Deliverer) {
    this.#clock = clock
    this.#deliverer = deliverer
  }

  /** Accepts a message. Throws `SnsError` for what SNS refuses. */
  publish(topic: Topic, publication: Publication): Accepted {
    validatePublication(topic, publication)
    const at = this.#clock.now()
    const duplicate = topic.fifo ? this.#duplicate(topic, publication, at) : undefined
    if (duplicate !== undefined) return { messageId: duplicate }
    const messageId = randomUUID()
    const published: PublishedMessage = {
      ...publication,
      topicArn: topic.arn,
      messageId,
      at,
      ...this.#fifo(topic, publication)
    }
    if (topic.fifo && published.messageDeduplicationId !== undefined)
      topic.recent.set(published.messageDeduplicationId, { messageId, until: at + deduplicationMilliseconds })
    this.#published.push(published)
    if (this.#published.length > remembered) this.#published.shift()
    for (const listener of this.#onPublish) listener(published)
    this.#deliver(topic, published)
    return { messageId, sequenceNumber: published.sequenceNumber }
  }

  #deliver(topic: Topic, published: PublishedMessage): void {
    for (const subscription of topic.subscriptions.values()) {
      if (subscription.filter && !matches(subscription.filter, published.attributes ?? {})) continue
      const delivery = this.#deliverer.deliver(subscription, published)
      for (const listener of this.#onDelivery) listener(delivery)
    }
  }

  #duplicate(topic: Topic, publication: Publication, now: number): string | undefined {
    // Ids come in the order of their expiry, so the expired ones are the first.
    for (const [id, { until }] of topic.recent) {
      if (until > now) break
      topic.recent.delete(id)
    }
    return topic.recent.get(deduplicationId(publication))?.messageId
  }

  #fifo(topic: Topic, publication: Publication): Pick<PublishedMessage, "sequenceNumber" | "messageDeduplicationId"> {
    if (!topic.fifo) return {}
    this.#sequence += 1n
    return { sequenceNumber: `${this.#sequence}`, messageDeduplicationId: deduplicationId(publication) }
  }

  /** The latest messages of every topic, oldest first. */
  published(): ReadonlyArray<PublishedMessage> {
    return this.#published
  }

  /** Tells of each message as it is accepted; the answer ends that. */
  onPublish(listener: (message: PublishedMessage) => void): () => void {
    this.#onPublish.add(listener)
    return () => this.#onPublish.delete(listener)
  }

  /** Tells what became of each message at each subscription; the answer ends that. */
  onDelivery(listener: (delivery: Delivery) => void): () => void {
    this.#onDelivery.add(listener)
    return () => this.#onDelivery.delete(listener)
  }
}

const deduplicationId = (publication: Publication): string =>
  publication.messageDeduplicationId ?? createHash("sha256").update(publication.message).digest("hex")
