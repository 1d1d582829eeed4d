/** A clock that moves when a test says so. */
import type { Clock } from "../../local/EmbeddedService.ts"

export interface ManualClock extends Clock {
  /** Moves on, running what is due in its order. */
  readonly advance: (milliseconds: number) => void
}

export const manualClock = (start = 1_700_000_000_000): ManualClock => {
  let now = start
  const due = new Set<{ readonly at: number; readonly callback: () => void }>()
  return {
    now: () => now,
    schedule: (milliseconds, callback) => {
      const entry = { at: now + milliseconds, callback }
      due.add(entry)
      return () => void due.delete(entry)
    },
    advance: (milliseconds) => {
      const end = now + milliseconds
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)
        if (next === undefined) break
        due.delete(next)
        now = Math.max(now, next.at)
        next.callback()
      }
      now = end
    }
  }
}

/** Lets everything run that needs no time, until `holds`. */
export const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 1000; turn++) {
    if (holds()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error("It never came true.")
}

/** Lets everything run that needs no time: for asserting that nothing more happens. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}
