/** The simulated world: a clock, the messages, the two queues, the dependency, and who is billed for what. */
import { Bill } from "./Bill.ts"
import { messageLinks, Queue } from "./Queue.ts"
import { machinery, type Scenario, ticksPerSecond } from "./scenario.ts"

/** What became of a message. */
export const fates = { pending: 0, stored: 1, archived: 2 } as const

/** Longest life of a healed message by the default policy, in seconds. */
const longestLifeSeconds = 50 * 3600

/**
 * How an event source of SQS scales: from five batches at a time, by up to 300 more a minute. How it scales down AWS does
 * not say: here as fast, once half of what may run has not been used for ten seconds.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const scaling = { least: 5, perSecond: 5, idleSeconds: 10 }

/** A repeatable source of random numbers, 0 ≤ x < 1 (mulberry32). */
export const randomSource = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The simulated world. Times are steps of the clock unless they are named otherwise. */
export class World {
  readonly scenario: Scenario
  readonly messages: number
  readonly random: () => number
  readonly bill = new Bill()
  readonly main: Queue
  readonly deadLetters: Queue
  /** By message: receives since it was last sent, calls to the dependency, heals, when it first failed or was set aside. */
  readonly receives: Uint8Array
  readonly attempts: Uint16Array
  readonly heals: Uint8Array
  readonly affectedAt: Int32Array
  readonly fate: Uint8Array
  /** Calls to the dependency in each second. */
  readonly load: Uint32Array
  /** Messages that have arrived and are neither stored nor archived, at the end of each second. */
  readonly backlog: Uint32Array
  tick = 0
  arrived = 0
  stored = 0
  archived = 0
  duplicates = 0
  lastAffectedDoneAt = 0
  readonly #later: Array<Array<() => void> | undefined> = []
  #running = 0
  #mayRun = scaling.least
  #didRun = 0
  #busyAt = 0
  #busy = 0

  constructor(scenario: Scenario) {
    const horizonSeconds = scenario.arrivalsEndAt + longestLifeSeconds
    this.scenario = scenario
    this.messages = Math.floor(scenario.arrivalsEndAt * scenario.ratePerSecond)
    this.random = randomSource(scenario.seed)
    const links = messageLinks(this.messages)
    this.main = new Queue(links, horizonSeconds * ticksPerSecond)
    this.deadLetters = new Queue(links, horizonSeconds * ticksPerSecond)
    this.receives = new Uint8Array(this.messages)
    this.attempts = new Uint16Array(this.messages)
    this.heals = new Uint8Array(this.messages)
    this.affectedAt = new Int32Array(this.messages).fill(-1)
    this.fate = new Uint8Array(this.messages)
    this.load = new Uint32Array(horizonSeconds)
    this.backlog = new Uint32Array(horizonSeconds)
  }

  /** Milliseconds from the start. */
  get now(): number {
    return (this.tick * 1000) / ticksPerSecond
  }

  get isDown(): boolean {
    const seconds = this.tick / ticksPerSecond
    return seconds >= this.scenario.outageStartsAt && seconds < this.scenario.outageEndsAt
  }

  /** When a message arrives, in seconds. */
  arrivesAt(message: number): number {
    return message / this.scenario.ratePerSecond
  }

  /** Whether a message arrived while the dependency was down. */
  arrivedInOutage(message: number): boolean {
    const at = this.arrivesAt(message)
    return at >= this.scenario.outageStartsAt && at < this.scenario.outageEndsAt
  }

  /** Calls the dependency for a message; answers whether it worked. */
  call(message: number): boolean {
    const second = Math.floor(this.tick / ticksPerSecond)
    this.load[second] = (this.load[second] ?? 0) + 1
    this.attempts[message] = (this.attempts[message] ?? 0) + 1
    return !this.isDown
  }

  /** Does something later, at the next step at the earliest. */
  after(seconds: number, action: () => void): void {
    const tick = this.tick + Math.max(1, Math.round(seconds * ticksPerSecond))
    const actions = this.#later[tick] ?? []
    actions.push(action)
    this.#later[tick] = actions
    this.#busy++
  }

  /** How many batches the consumer has in hand. */
  get running(): number {
    return this.#running
  }

  /** The consumer has received a batch, and acts on it when that is over. */
  consume(seconds: number, done: () => void): void {
    this.#running++
    this.after(seconds, () => {
      this.#running--
      done()
    })
  }

  /** It failed, or was set aside. */
  affect(message: number): void {
    if (this.affectedAt[message] === -1) this.affectedAt[message] = this.tick
  }

  #finish(message: number, fate: number): boolean {
    if (this.fate[message] !== fates.pending) {
      this.duplicates++
      return false
    }
    this.fate[message] = fate
    if (this.affectedAt[message] !== -1) this.lastAffectedDoneAt = this.tick
    return true
  }

  store(message: number): void {
    if (this.#finish(message, fates.stored)) this.stored++
  }

  archive(message: number): void {
    if (this.#finish(message, fates.archived)) this.archived++
  }

  /** One step: what arrives and what is due, then what the policy does about it. */
  step(act: () => void): void {
    const due = Math.min(this.messages, Math.floor(((this.tick + 1) / ticksPerSecond) * this.scenario.ratePerSecond))
    while (this.arrived < due) this.main.send(this.arrived++, this.tick, 0)
    this.main.wake(this.tick)
    this.deadLetters.wake(this.tick)
    const actions = this.#later[this.tick] ?? []
    this.#later[this.tick] = undefined
    this.#busy -= actions.length
    for (const action of actions) action()
    act()
    if (this.tick % ticksPerSecond === ticksPerSecond - 1)
      this.backlog[Math.floor(this.tick / ticksPerSecond)] = this.arrived - this.stored - this.archived
    this.tick++
  }

  /** Whether every message has arrived and nothing is left to do. */
  get isOver(): boolean {
    return this.arrived === this.messages && this.#busy === 0 && this.main.isEmpty && this.deadLetters.isEmpty
  }

  /** Lambda runs more batches at a time while all that it may run are busy, and fewer when half of them stay idle. */
  #scale(): void {
    const step = scaling.perSecond / ticksPerSecond
    if (this.#didRun >= this.#mayRun / 2) this.#busyAt = this.tick
    if (this.#didRun >= Math.floor(this.#mayRun))
      this.#mayRun = Math.min(this.scenario.consumerConcurrency, this.#mayRun + step)
    else if (this.tick - this.#busyAt > scaling.idleSeconds * ticksPerSecond)
      this.#mayRun = Math.max(scaling.least, this.#mayRun - step)
  }

  /** Sends a message to the main queue again: a new message to SQS. */
  sendToMain(message: number, delaySeconds: number): void {
    this.receives[message] = 0
    this.main.send(message, this.tick, Math.round(delaySeconds * ticksPerSecond))
  }

  /**
   * Takes batches from the main queue as long as there is something to take, and room to run it. What was received as
   * often as SQS allows goes to the DLQ instead, at no charge.
   */
  receiveBatches(handle: (batch: ReadonlyArray<number>) => void): void {
    this.#scale()
    while (this.#running < Math.floor(this.#mayRun) && this.main.visible > 0) {
      const received = this.main.receive()
      if (received.length === 0) break
      const batch: Array<number> = []
      for (const message of received) {
        const receives = (this.receives[message] ?? 0) + 1
        this.receives[message] = receives
        if (receives <= machinery.maxReceiveCount) batch.push(message)
        else {
          this.main.delete()
          this.deadLetters.send(message, this.tick, 0)
        }
      }
      if (batch.length === 0) continue
      this.bill.sqsReceive++
      handle(batch)
    }
    this.#didRun = this.#running
  }
}
