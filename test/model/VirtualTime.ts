/**
 * Time and scheduling of a history: nothing happens unless an event is due, and everything that is due happens at once,
 * in an order that depends on nothing but the history. Effect's fibres run on it through a scheduler and a clock.
 */
import { type Clock, Duration, Effect, type Scheduler } from "effect"
import { Heap } from "../../local/sqs/Heap.ts"

/** 2026-01-01T00:00:00Z: when each history begins, epoch milliseconds. */
export const beginning = Date.UTC(2026, 0, 1)

/** The time of one history. */
export class VirtualTime {
  /** Epoch milliseconds, as AWS sees it. */
  now = beginning
  readonly #events = new Heap<() => void>()
  #tasks: Array<() => void> = []
  #order = 0

  /** Runs fibres: their tasks wait until the events of the moment are through. */
  readonly scheduler: Scheduler.Scheduler = {
    executionMode: "sync",
    shouldYield: () => false,
    makeDispatcher: () => ({
      scheduleTask: (task) => void this.#tasks.push(task),
      flush: () => this.runTasks()
    })
  }

  /** Lets something happen after some milliseconds; answers how to call it off. */
  after(milliseconds: number, happen: () => void): () => void {
    this.#order += 1
    const event = this.#events.push(happen, this.now + Math.max(0, Math.ceil(milliseconds)), this.#order)
    return () => this.#events.remove(event)
  }

  /** When the next event is due, epoch milliseconds; `undefined` when nothing will happen any more. */
  get nextEventAt(): number | undefined {
    return this.#events.peek()?.key
  }

  /** Goes to a time and lets the next event happen, if it is due by then. */
  advanceTo(time: number): void {
    this.now = Math.max(this.now, time)
    const next = this.#events.peek()
    if (next === undefined || next.key > this.now) return
    this.#events.pop()
    next.value()
    this.runTasks()
  }

  /** Runs what fibres have asked for until they all wait. */
  runTasks(): void {
    while (this.#tasks.length > 0) {
      const tasks = this.#tasks
      this.#tasks = []
      for (const task of tasks) task()
    }
  }

  /** A machine's clock, which may go wrong by some milliseconds. */
  clock(skewMilliseconds: number): Clock.Clock {
    const milliseconds = () => this.now + skewMilliseconds
    const nanoseconds = () => BigInt(milliseconds()) * 1_000_000n
    return {
      currentTimeMillisUnsafe: milliseconds,
      currentTimeMillis: Effect.sync(milliseconds),
      currentTimeNanosUnsafe: nanoseconds,
      currentTimeNanos: Effect.sync(nanoseconds),
      monotonicTimeNanosUnsafe: nanoseconds,
      monotonicTimeNanos: Effect.sync(nanoseconds),
      sleep: (duration) =>
        Effect.callback<void>((resume) => {
          const callOff = this.after(Duration.toMillis(duration), () => resume(Effect.void))
          return Effect.sync(callOff)
        })
    }
  }
}
