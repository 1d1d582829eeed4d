/** A clock that stands still until a test moves it; what was scheduled runs at its time, in order. */
import type { Clock } from "../../../local/EmbeddedService.ts"

interface Scheduled {
  readonly at: number
  readonly order: number
  readonly callback: () => void
}

/** Lets every promise that can settle do so. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Begins at 1,000,000 s after the epoch. */
export class FakeClock implements Clock {
  #now = 1_000_000_000
  #order = 0
  readonly #scheduled = new Set<Scheduled>()

  now = (): number => this.#now

  schedule = (milliseconds: number, callback: () => void): (() => void) => {
    this.#order += 1
    const scheduled: Scheduled = { at: this.#now + milliseconds, order: this.#order, callback }
    this.#scheduled.add(scheduled)
    return () => this.#scheduled.delete(scheduled)
  }

  /** How many callbacks wait. */
  get pending(): number {
    return this.#scheduled.size
  }

  /** Moves on without letting promises settle in between. */
  advance(milliseconds: number): void {
    const target = this.#now + milliseconds
    for (let next = this.#next(target); next; next = this.#next(target)) {
      this.#scheduled.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
    }
    this.#now = target
  }

  /** Moves on and lets promises settle after. */
  async pass(milliseconds: number): Promise<void> {
    this.advance(milliseconds)
    await settle()
  }

  #next(target: number): Scheduled | undefined {
    const due = [...this.#scheduled].filter(({ at }) => at <= target)
    return due.sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}
