/**
 * A secret that is rotated while functions run: read once an environment, and once more when what it opens refuses it.
 * No deployment and no restart is needed, and however many messages find out at the same time, it is read once.
 */
import { Effect, Redacted, Ref, Semaphore } from "effect"
import type { AuthFailure } from "../failure/errors.ts"

/** A secret's text. */
export type Secret = Redacted.Redacted<string>

/** A secret as it was read. */
export interface ReadSecret {
  /** Its text. */
  readonly secret: Secret
  /** Which read it was, from 1. */
  readonly number: number
}

/** A secret, as this environment knows it. */
export interface RotatingSecret<E> {
  /** As it was read last; read now if it never was. A read that fails is forgotten: the next one asks again. */
  readonly get: Effect.Effect<ReadSecret, E>
  /**
   * The secret in place of one that was refused: read again unless another has done so meanwhile. `undefined` when it is
   * still the same, so that it would be refused again.
   */
  readonly renew: (refused: ReadSecret) => Effect.Effect<Secret | undefined, E>
}

/** Makes one from how it is read. */
export const makeRotatingSecret = <E>(read: Effect.Effect<Secret, E>): Effect.Effect<RotatingSecret<E>> =>
  Effect.gen(function* () {
    const last = yield* Ref.make<ReadSecret | undefined>(undefined)
    // Who waits here finds what the one before has read. An interrupted reader lets the next one in.
    const one = yield* Semaphore.make(1)

    /** Reads, unless another read is known than the one before. */
    const readAfter = (number: number) =>
      one.withPermits(1)(
        Effect.gen(function* () {
          const known = yield* Ref.get(last)
          if (known !== undefined && known.number !== number) return known
          const next = { secret: yield* read, number: number + 1 }
          yield* Ref.set(last, next)
          return next
        })
      )

    return {
      get: Effect.flatMap(Ref.get(last), (known) => (known === undefined ? readAfter(0) : Effect.succeed(known))),
      renew: (refused) =>
        Effect.map(readAfter(refused.number), ({ secret }) =>
          Redacted.value(secret) === Redacted.value(refused.secret) ? undefined : secret
        )
    }
  })

/**
 * Uses a secret, and once more with the renewed one where it was refused with an `AuthFailure`. What is used has to be
 * idempotent.
 */
export const withSecret = <A, E, E2, R>(
  secret: RotatingSecret<E2>,
  use: (secret: Secret) => Effect.Effect<A, E | AuthFailure, R>
): Effect.Effect<A, E | E2 | AuthFailure, R> =>
  Effect.flatMap(secret.get, (known) =>
    Effect.catch(use(known.secret), (failure) =>
      isAuthFailure(failure)
        ? Effect.flatMap(secret.renew(known), (renewed) =>
            renewed === undefined ? Effect.fail(failure) : use(renewed)
          )
        : Effect.fail(failure)
    )
  )

const isAuthFailure = (error: unknown): error is AuthFailure =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "AuthFailure"
