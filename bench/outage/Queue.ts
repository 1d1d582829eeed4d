/** A standard SQS queue: messages are numbers, linked through one array that all queues share, so each is in one place. */
import { machinery } from "./scenario.ts"

const none = -1

/** Which message stands behind which; a message is a member of one list at a time. */
export const messageLinks = (messages: number): Int32Array => new Int32Array(messages).fill(none)

/** Messages wait visible in order, or invisible (received, held or delayed) until a step of the clock. */
export class Queue {
  readonly #links: Int32Array
  readonly #delayed: Uint8Array
  readonly #wakes: Int32Array
  #first = none
  #last = none
  /** How many can be received. */
  visible = 0
  /** How many are received or held by visibility: SQS's limit is on these. */
  inFlight = 0
  /** How many were sent with a delay that is not over. */
  delayed = 0
  /** The most that were ever in flight. */
  mostInFlight = 0

  constructor(links: Int32Array, horizonTicks: number) {
    this.#links = links
    this.#delayed = new Uint8Array(links.length)
    this.#wakes = new Int32Array(horizonTicks).fill(none)
  }

  /** Whether nothing is in it at all. */
  get isEmpty(): boolean {
    return this.visible + this.inFlight + this.delayed === 0
  }

  /** A message is sent, or visible again. */
  #append(message: number): void {
    this.#links[message] = none
    if (this.#last === none) this.#first = message
    else this.#links[this.#last] = message
    this.#last = message
    this.visible++
  }

  #wakeAt(message: number, tick: number): void {
    if (tick >= this.#wakes.length) throw new RangeError("A message would wait beyond the end of the simulation.")
    this.#links[message] = this.#wakes[tick] ?? none
    this.#wakes[tick] = message
  }

  /** A message is sent to it. */
  send(message: number, now: number, delayTicks: number): void {
    if (delayTicks <= 0) {
      this.#append(message)
      return
    }
    this.#delayed[message] = 1
    this.delayed++
    this.#wakeAt(message, now + delayTicks)
  }

  /** Receives up to ten messages; fewer at SQS's limit of messages in flight. */
  receive(): Array<number> {
    const batch: Array<number> = []
    while (batch.length < machinery.batchSize && this.#first !== none && this.inFlight < machinery.inFlightLimit) {
      const message = this.#first
      this.#first = this.#links[message] ?? none
      if (this.#first === none) this.#last = none
      this.visible--
      this.inFlight++
      batch.push(message)
    }
    if (this.inFlight > this.mostInFlight) this.mostInFlight = this.inFlight
    return batch
  }

  /** Takes one message off without receiving it: SQS itself moves it. */
  move(): number | undefined {
    if (this.#first === none) return undefined
    const message = this.#first
    this.#first = this.#links[message] ?? none
    if (this.#first === none) this.#last = none
    this.visible--
    return message
  }

  /** A received message is deleted. */
  delete(): void {
    this.inFlight--
  }

  /** A received message stays, and is visible again later. */
  hide(message: number, now: number, ticks: number): void {
    this.#delayed[message] = 0
    this.#wakeAt(message, now + Math.max(1, Math.round(ticks)))
  }

  /** What has waited until this step becomes visible. */
  wake(tick: number): void {
    let message = this.#wakes[tick] ?? none
    while (message !== none) {
      const next = this.#links[message] ?? none
      if (this.#delayed[message] === 1) {
        this.#delayed[message] = 0
        this.delayed--
      } else this.inFlight--
      this.#append(message)
      message = next
    }
  }
}
