/** Receivers that wait for messages: served one at a time, in the order in which they came. */
import type { Clock } from "../EmbeddedService.ts"
import type { ReceivedMessage } from "./SqsService.ts"

/** One long poll. */
export interface LongPoll {
  /** Receives now; none means to wait on. */
  readonly receive: () => ReadonlyArray<ReceivedMessage>
  readonly waitSeconds: number
  readonly signal: AbortSignal
}

interface Waiter {
  readonly poll: LongPoll
  readonly finish: (received: ReadonlyArray<ReceivedMessage>) => void
  readonly fail: (error: unknown) => void
}

/** The waiting receivers of one queue. */
export class LongPolls {
  readonly #clock: Clock
  /** When the next hidden message becomes visible. */
  readonly #nextVisibleAt: () => number | undefined
  readonly #waiters = new Set<Waiter>()
  #serving = false
  #cancelAlarm: (() => void) | undefined

  constructor(clock: Clock, nextVisibleAt: () => number | undefined) {
    this.#clock = clock
    this.#nextVisibleAt = nextVisibleAt
  }

  /** Receives at once, or waits until there is something, the time has passed or the receiver hung up. */
  wait(poll: LongPoll): Promise<ReadonlyArray<ReceivedMessage>> {
    if (poll.signal.aborted) return Promise.resolve([])
    if (poll.waitSeconds <= 0) return Promise.resolve(poll.receive())
    // Who came first is served first: nobody overtakes those who wait.
    const received = this.#waiters.size === 0 ? poll.receive() : []
    if (received.length > 0) return Promise.resolve(received)
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiters.delete(waiter)
        cancelTimeout()
        poll.signal.removeEventListener("abort", hangUp)
        if (this.#waiters.size === 0) this.#disarm()
      }
      const waiter: Waiter = {
        poll,
        finish: (received) => {
          leave()
          resolve(received)
        },
        fail: (error) => {
          leave()
          reject(error)
        }
      }
      const hangUp = () => waiter.finish([])
      const cancelTimeout = this.#clock.schedule(poll.waitSeconds * 1000, () => {
        this.#serve()
        if (this.#waiters.has(waiter)) waiter.finish([])
      })
      poll.signal.addEventListener("abort", hangUp, { once: true })
      this.#waiters.add(waiter)
      this.wake()
    })
  }

  /** Says that something may have become visible. Serves in a microtask, so that a batch arrives as one. */
  wake(): void {
    if (this.#serving || this.#waiters.size === 0) return
    this.#serving = true
    queueMicrotask(() => {
      this.#serving = false
      this.#serve()
    })
  }

  /** Ends every poll: empty-handed, or with an error. */
  close(error?: unknown): void {
    for (const waiter of [...this.#waiters]) {
      if (error === undefined) waiter.finish([])
      else waiter.fail(error)
    }
    this.#disarm()
  }

  #serve(): void {
    for (const waiter of [...this.#waiters]) {
      const received = waiter.poll.receive()
      if (received.length === 0) break
      waiter.finish(received)
    }
    this.#arm()
  }

  #arm(): void {
    this.#disarm()
    const next = this.#nextVisibleAt()
    if (next === undefined || this.#waiters.size === 0) return
    this.#cancelAlarm = this.#clock.schedule(Math.max(0, next - this.#clock.now()), () => this.#serve())
  }

  #disarm(): void {
    this.#cancelAlarm?.()
    this.#cancelAlarm = undefined
  }
}
