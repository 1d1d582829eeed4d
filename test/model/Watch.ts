/**
 * Watches a history and holds each step against the invariants of the design. The first violation ends the history.
 *
 * What the invariants, here and in `endOf.ts`, leave open on purpose:
 * - A message with ten attributes may be healed more often than its class allows, and its ledger item may stay behind: its
 *   evidence is kept by its content, and of copies that SQS delivers at once, one finds it claimed and is a new message.
 * - A message that waits for its first try may be let go more than once where a call fails: the ledger does not know of it,
 *   as SQS itself may deliver it twice. What has failed once is counted. It is stored once all the same.
 * - A message may be stored and archived: two of its copies may end differently, and a success may answer too late.
 * - Parking leaves the ledger behind where the ledger is what the healer cannot use.
 * - An alert may be repeated when its publisher could not write down that it is out: better twice than never. What is in the
 *   parking queue has an alarm instead of an alert.
 * - A message may be healed beyond its age by the error of two clocks and the slowest call.
 * - Messages of a FIFO group are in order as long as none of them has failed; whoever fails is overtaken while it is healed.
 * - Ends are foretold only where nothing disturbs: who is killed beside a crashing message is healed as one that crashes.
 */
import type { OutgoingMessage } from "../../handlers/aws/Sqs.ts"
import { type Evidence, evidenceAttributeName } from "../../handlers/failure/Evidence.ts"
import { decodeEvidence } from "../../handlers/failure/evidenceCodec.ts"
import type { History } from "./History.ts"
import { attributesText, hasRoom, type Origin, originsOf } from "./Origin.ts"
import type { Process } from "./Process.ts"
import { beginning, type VirtualTime } from "./VirtualTime.ts"

/** An alert as it was published. */
export interface PublishedAlert {
  readonly fingerprint: string
  readonly lineageId: string
  readonly at: number
  /** Whether its publisher wrote down in time that it is out: only then is the next one held back. */
  settled: boolean
}

/** What histories have to reach, or they would prove nothing about it. */
export interface Reached {
  /** Circuit breakers that have opened, and that have closed again. */
  breakersOpened: number
  breakersClosed: number
  /** Messages set aside untried by the consumer, and the times that the healer held one for its first try or let it go. */
  setAside: number
  waited: number
  released: number
}

/** Everything that the invariants need to know about a history. */
export class Watch {
  readonly history: History
  readonly origins: ReadonlyArray<Origin>
  readonly alerts: Array<PublishedAlert> = []
  /** Lines of what happened; kept only where somebody wants to read them. */
  readonly timeline: Array<string> | undefined
  /** The first violation. */
  violation: string | undefined
  /** How many calls of healers were broken, and how many healers died. */
  healerTroubles = 0
  /** How many faults have taken effect. */
  faults = 0
  readonly reached: Reached = { breakersOpened: 0, breakersClosed: 0, setAside: 0, waited: 0, released: 0 }
  readonly #byBody: ReadonlyMap<string, Origin>
  readonly #time: VirtualTime
  readonly #effects: Array<Origin> = []
  readonly #byId = new Map<string, Origin>()

  constructor(history: History, time: VirtualTime, keepTimeline: boolean) {
    this.history = history
    this.#time = time
    this.origins = originsOf(history)
    this.#byBody = new Map(this.origins.map((origin) => [origin.body, origin]))
    this.timeline = keepTimeline ? [] : undefined
  }

  /** Writes a line of the timeline. */
  note(line: () => string): void {
    if (this.timeline === undefined) return
    const seconds = ((this.#time.now - beginning) / 1000).toFixed(3).padStart(11)
    this.timeline.push(`${seconds}  ${line()}`)
  }

  /** Something happened that must never happen. */
  violated(what: string): void {
    this.note(() => `VIOLATION: ${what}`)
    this.violation ??= what
  }

  /** Whose body it is. */
  originOf(body: string): Origin | undefined {
    return this.#byBody.get(body)
  }

  /** Whose message id it is. */
  ofId(messageId: string): Origin | undefined {
    return this.#byId.get(messageId)
  }

  /** Bodies and attributes stay as they were, byte for byte, and each keeps its group. */
  unchanged(
    where: string,
    message: Pick<OutgoingMessage, "body" | "attributes" | "messageGroupId">
  ): Origin | undefined {
    const origin = this.#byBody.get(message.body)
    if (origin === undefined) {
      this.violated(`A body was changed on its way to ${where}: ${JSON.stringify(message.body)}`)
      return undefined
    }
    if (attributesText(message.attributes) !== origin.attributesText)
      this.violated(`The attributes of message ${origin.index} were changed on its way to ${where}`)
    if (message.messageGroupId !== origin.arrival.group)
      this.violated(`Message ${origin.index} lost its message group on its way to ${where}`)
    return origin
  }

  /** A queue has accepted a message. */
  sent(
    queue: "main" | "dead-letter" | "parking",
    id: string,
    message: OutgoingMessage,
    sender: Process | undefined,
    again: boolean
  ) {
    const origin = this.unchanged(`the ${queue} queue`, message)
    if (origin === undefined) return
    this.#byId.set(id, origin)
    origin.homes += 1
    if (queue === "parking") this.parked(origin)
    const evidence = decodeEvidence(message.attributes[evidenceAttributeName]?.stringValue)
    if (queue === "dead-letter") {
      if (this.#isWaiting(evidence)) origin.waitsSince ??= this.#time.now
      else this.failed(origin)
    }
    if (sender === undefined || again) return
    if (queue === "dead-letter") {
      if (sender.kind === "consumer") this.#setAside(origin, evidence)
      else this.waits(evidence)
    }
    if (queue !== "main") return
    if (sender.kind === "operator") {
      origin.replays += 1
      origin.lastReplayedAt = this.#time.now
    }
    if (sender.kind === "healer") this.#comesBack(origin, message, evidence)
  }

  /** Whether a dead letter waits for its first try: nothing of it has failed. On a FIFO queue it has its turn as others have. */
  #isWaiting(evidence: Evidence | undefined): boolean {
    return (
      !this.history.fifo &&
      evidence?.heldSince !== undefined &&
      evidence.healAttempts === 0 &&
      evidence.failure?.untried === true
    )
  }

  /** The healer holds a dead letter. */
  waits(evidence: Evidence | undefined) {
    if (this.#isWaiting(evidence)) this.reached.waited += 1
  }

  #setAside(origin: Origin, evidence: Evidence | undefined) {
    if (evidence?.failure?.untried !== true) return
    this.reached.setAside += 1
    if (this.#isWaiting(evidence)) origin.setAside += 1
    // A message that comes back untried has not been healed: it may be sent again.
    else if (evidence.healAttempts > 0 && evidence.failure.receiveCount === 1 && origin.heals > 0) origin.heals -= 1
  }

  /** The healer has sent it to the main queue: for its first try, or to heal it. */
  #comesBack(origin: Origin, message: OutgoingMessage, evidence: Evidence | undefined) {
    const { maxAttempts, maxAgeSeconds, clockSkew } = this.history
    const isFirstTry = evidence?.healAttempts === 0
    if (isFirstTry) {
      origin.releases += 1
      this.reached.released += 1
    } else origin.heals += 1
    if (!hasRoom(origin)) return
    if (origin.heals > maxAttempts)
      this.violated(`Message ${origin.index} was healed ${origin.heals} times; ${maxAttempts} are allowed`)
    const since = isFirstTry ? origin.waitsSince : (origin.lastReplayedAt ?? origin.firstFailedAt)
    const age = this.#time.now + (message.delaySeconds ?? 0) * 1000 - (since ?? 0)
    // Two clocks may be wrong, and a slow call lies between the plan and the send.
    const tolerance = 2 * clockSkew + 400
    if (age > (maxAgeSeconds + tolerance) * 1000)
      this.violated(`Message ${origin.index} was healed at an age of ${age / 1000} s; ${maxAgeSeconds} s are allowed`)
  }

  /** The circuit breaker of a dependency was written. */
  breakerWritten(before: unknown, after: unknown) {
    if (before === after) return
    if (after === "open") this.reached.breakersOpened += 1
    if (after === "closed" && before !== undefined) this.reached.breakersClosed += 1
  }

  /** A message is in the dead-letter queue. */
  failed(origin: Origin) {
    origin.failed = true
    origin.firstFailedAt ??= this.#time.now
  }

  /** A message is in the parking queue. */
  parked(origin: Origin) {
    origin.parked = true
    if (this.healerTroubles < 5)
      this.violated(`Message ${origin.index} was parked after ${this.healerTroubles} troubles of healers`)
  }

  /** A message has left a queue: by now it has to be somewhere else. */
  left(origin: Origin, queue: string, isStored: (origin: Origin) => boolean) {
    origin.homes -= 1
    if (origin.homes <= 0 && !origin.archived && !isStored(origin))
      this.violated(`Message ${origin.index} is lost: deleted from the ${queue} queue before it was anywhere else`)
  }

  /** An order was stored for the first time. Messages of a group that never failed take effect in their order. */
  effect(origin: Origin) {
    // Of an order that was sent twice, nobody can say which of the two was stored.
    const twins = this.origins.some((other) => other !== origin && other.contentHash === origin.contentHash)
    if (twins) return
    if (this.history.fifo && !origin.failed) {
      const before = this.#effects.find(
        (other) => !other.failed && other.arrival.group === origin.arrival.group && other.sentOrder > origin.sentOrder
      )
      if (before !== undefined)
        this.violated(`Message ${origin.index} took effect after message ${before.index}, which was sent later`)
    }
    this.#effects.push(origin)
  }

  /**
   * An alert is out: no sooner than a window after the one before it, unless that was not written down (its publisher died
   * or was slow).
   */
  alerted(fingerprint: string, lineageId: string) {
    const { alertWindowSeconds, clockSkew } = this.history
    const last = this.alerts.findLast((alert) => alert.fingerprint === fingerprint)
    const elapsed = last === undefined ? Number.POSITIVE_INFINITY : this.#time.now - last.at
    if (last?.settled === true && elapsed < (alertWindowSeconds - 2 * clockSkew - 60) * 1000)
      this.violated(`A second alert about ${fingerprint} came after ${elapsed / 1000} s`)
    this.alerts.push({ fingerprint, lineageId, at: this.#time.now, settled: false })
  }
}
