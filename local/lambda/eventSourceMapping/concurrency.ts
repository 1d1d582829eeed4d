/**
 * How many batches of a mapping are in process at once: five to begin with, five more a second while messages wait, up
 * to a maximum; back to five when there is nothing to do.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
import type { Clock } from "../../EmbeddedService.ts"

/** Slots for batches. */
export interface Concurrency {
  /** Waits for a slot; the answer gives it back. */
  readonly acquire: () => Promise<() => void>
}

const step = 5
const growMilliseconds = 1000

/** Slots that grow up to `maximum` while `backlog` says that messages wait. */
export const concurrency = (clock: Clock, maximum: number, backlog: () => boolean): Concurrency => {
  const initial = Math.min(step, maximum)
  const waiting: Array<() => void> = []
  let allowed = initial
  let used = 0
  let growing = false

  const admit = () => {
    while (used < allowed && waiting.length > 0) {
      used++
      waiting.shift()?.()
    }
  }

  const growLater = () => {
    if (growing || allowed >= maximum) return
    growing = true
    clock.schedule(growMilliseconds, () => {
      growing = false
      if (waiting.length === 0) return
      if (backlog()) allowed = Math.min(maximum, allowed + step)
      admit()
      if (waiting.length > 0) growLater()
    })
  }

  const release = () => {
    used--
    if (used === 0) allowed = initial
    admit()
  }

  return {
    acquire: () =>
      new Promise((resolve) => {
        waiting.push(() => resolve(release))
        admit()
        if (waiting.length > 0) growLater()
      })
  }
}
