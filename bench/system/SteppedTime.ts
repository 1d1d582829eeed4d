/** A time that moves when the bench says so: the same for the embedded AWS and for the functions, so that counts repeat. */
import { Effect, Clock as EffectClock, Layer, Random } from "effect"
import type { Clock } from "../../local/EmbeddedService.ts"

/** Where it begins, epoch milliseconds. */
const beginning = Date.UTC(2026, 0, 1)

/** A time that moves when the bench says so. */
export class SteppedTime implements Clock {
  #now = beginning
  readonly #due = new Set<{ readonly at: number; readonly callback: () => void }>()

  readonly now = (): number => this.#now

  readonly schedule = (milliseconds: number, callback: () => void): (() => void) => {
    const entry = { at: this.#now + milliseconds, callback }
    this.#due.add(entry)
    return () => void this.#due.delete(entry)
  }

  /** Moves on; what is due runs in its order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds
    for (;;) {
      let next: { readonly at: number; readonly callback: () => void } | undefined
      for (const entry of this.#due) if (entry.at <= end && (next === undefined || entry.at < next.at)) next = entry
      if (next === undefined) break
      this.#due.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
    }
    this.#now = end
  }

  /** The time as the functions read it (they still sleep by the machine's), and jitter that is always the same. */
  get layer(): Layer.Layer<never> {
    const real = EffectClock.Clock.defaultValue()
    const clock: EffectClock.Clock = {
      currentTimeMillisUnsafe: () => this.#now,
      currentTimeMillis: Effect.sync(() => this.#now),
      currentTimeNanosUnsafe: () => BigInt(this.#now) * 1_000_000n,
      currentTimeNanos: Effect.sync(() => BigInt(this.#now) * 1_000_000n),
      monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: real.monotonicTimeNanos,
      sleep: (duration) => real.sleep(duration)
    }
    return Layer.mergeAll(
      Layer.succeed(EffectClock.Clock, clock),
      Layer.succeed(Random.Random, { nextIntUnsafe: () => 1, nextDoubleUnsafe: () => 0.5 })
    )
  }
}
