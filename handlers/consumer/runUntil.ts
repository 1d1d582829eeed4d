/**
 * A time limit that holds. `Effect.timeout` goes on only when what it has interrupted is over, with its finalizers and
 * uninterruptible regions: Lambda would kill the function meanwhile.
 */
import { Clock, Effect, type Exit, type Fiber } from "effect"

/** What became of an effect by its time. */
export interface Ran<A, E> {
  /** How it ended; `undefined` when its time was over. */
  readonly exit: Exit.Exit<A, E> | undefined
  /** What goes on beyond its time although it is interrupted: a finalizer, or an uninterruptible region. */
  readonly leftover: Fiber.Fiber<A, E> | undefined
}

const notBegun: Ran<never, never> = { exit: undefined, leftover: undefined }

/**
 * Runs an effect until a time. What still runs then is interrupted and not waited for; it begins nothing new.
 *
 * @param time epoch milliseconds; nothing is run when it has passed
 */
export const runUntil = <A, E, R>(effect: Effect.Effect<A, E, R>, time: number): Effect.Effect<Ran<A, E>, never, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<Ran<A, E>, never, R> => {
    if (time <= now) return Effect.succeed(notBegun)
    // Who waits may be interrupted, but not between the beginning of the effect and the wait: it would run unattended.
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Effect.forkDetach(effect, { startImmediately: true }), (fiber) => {
        const exit = fiber.pollUnsafe()
        // What never waits needs no timer.
        return exit === undefined ? waitFor(fiber, time - now, restore) : Effect.succeed({ exit, leftover: undefined })
      })
    )
  })

const waitFor = <A, E>(
  fiber: Fiber.Fiber<A, E>,
  milliseconds: number,
  restore: (wait: Effect.Effect<Ran<A, E>>) => Effect.Effect<Ran<A, E>>
): Effect.Effect<Ran<A, E>> =>
  Effect.flatMap(Effect.forkDetach(Effect.sleep(milliseconds), { startImmediately: true }), (timer) =>
    restore(
      Effect.callback<Ran<A, E>>((resume) => {
        let over = false
        fiber.addObserver((exit) => {
          resume(Effect.succeed({ exit: over ? undefined : exit, leftover: undefined }))
          timer.interruptUnsafe()
        })
        timer.addObserver(() => {
          if (fiber.pollUnsafe() !== undefined) return
          over = true
          fiber.interruptUnsafe()
          resume(Effect.succeed({ exit: undefined, leftover: fiber }))
        })
      })
    ).pipe(
      Effect.onInterrupt(() =>
        Effect.sync(() => {
          fiber.interruptUnsafe()
          timer.interruptUnsafe()
        })
      )
    )
  )
