/** A message as its sender wrote it, and what the model has seen of it since: the truth that invariants are checked against. */
import type { MessageAttributes } from "../../handlers/aws/MessageAttribute.ts"
import { evidenceAttributeName } from "../../handlers/failure/Evidence.ts"
import { contentHash } from "../../handlers/orders/contentHash.ts"
import type { Arrival, History } from "./History.ts"

/** A message as its sender wrote it, and what became of it. */
export interface Origin {
  readonly index: number
  readonly arrival: Arrival
  readonly body: string
  readonly attributes: MessageAttributes
  readonly attributesText: string
  /** The hash of its order; `undefined` for what is no order. */
  readonly contentHash: string | undefined
  /** Its first message id. */
  firstId: string | undefined
  /** Its place among all messages sent. */
  sentOrder: number
  accepted: boolean
  /** Copies of it in queues. */
  homes: number
  archived: boolean
  parked: boolean
  /** How often its consumer has begun to process it. */
  tries: number
  /** How often the healer's sends to the main queue have been accepted, a send that the SDK repeats counted once. */
  heals: number
  /** How often an operator's replay has sent it. */
  replays: number
  /** How often its consumer has set it aside for its first try, and how often the healer has let it go for that. */
  setAside: number
  releases: number
  /** When it first was set aside for its first try, epoch milliseconds. */
  waitsSince: number | undefined
  /** Whether it has ever been in the dead-letter queue. */
  failed: boolean
  /** When it first was in the dead-letter queue because it had failed, epoch milliseconds. */
  firstFailedAt: number | undefined
  lastReplayedAt: number | undefined
}

/**
 * Whether its evidence travels with it. Evidence that the ledger keeps instead is written after the send, so it can come
 * too late or never: such a message is then taken for a new one, whose attempts are counted anew.
 */
export const hasRoom = (origin: Origin): boolean => origin.arrival.attributes < 10

/** Attributes in one spelling, without the evidence. */
export const attributesText = (attributes: MessageAttributes): string =>
  JSON.stringify(
    Object.entries(attributes)
      .filter(([name]) => name !== evidenceAttributeName)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, { dataType, stringValue, binaryValue }]) => [
        name,
        dataType,
        stringValue ?? null,
        binaryValue === undefined ? null : [...binaryValue]
      ])
  )

const attributesOf = (count: number): MessageAttributes =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) =>
      index === 1
        ? [`bytes${index}`, { dataType: "Binary", binaryValue: Uint8Array.of(0, 255, index) }]
        : [`text${index}`, { dataType: index === 2 ? "Number" : "String.label", stringValue: `${index}` }]
    )
  )

/** The messages of a history. */
export const originsOf = (history: History): ReadonlyArray<Origin> =>
  history.arrivals.map((arrival, index) => {
    const order = {
      orderId: arrival.orderId,
      userId: "U1",
      // Names an arrival, so that its handler knows how to behave; the same order sent twice behaves as one.
      itemName: `item-${history.arrivals.findIndex((other) => other.orderId === arrival.orderId && other.quantity === arrival.quantity)}`,
      quantity: arrival.quantity
    }
    const attributes = attributesOf(arrival.attributes)
    const malformed = arrival.behaviour._tag === "Malformed"
    return {
      index,
      arrival,
      // Spaces, an escape and a character beyond ASCII: what a codec would spell otherwise.
      body: malformed
        ? `{"order": ${index}, "é`
        : ` ${JSON.stringify({ ...order, note: `é\u2028\u{1F600} ${index}` })}\n`,
      attributes,
      attributesText: attributesText(attributes),
      contentHash: malformed ? undefined : contentHash(order),
      firstId: undefined,
      sentOrder: 0,
      accepted: false,
      homes: 0,
      archived: false,
      parked: false,
      tries: 0,
      heals: 0,
      replays: 0,
      setAside: 0,
      releases: 0,
      waitsSince: undefined,
      failed: false,
      firstFailedAt: undefined,
      lastReplayedAt: undefined
    }
  })
