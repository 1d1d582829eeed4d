/**
 * Failures on purpose, to see the system deal with them: with config `CHAOS` on, the names below fail when ordered.
 * Refused in a production stack.
 */
import { Config, Context, Effect, Layer } from "effect"
import {
  AuthFailure,
  BadPayload,
  type ClassifiedFailure,
  DependencyFailure,
  Timeout,
  ValidationError
} from "../failure/errors.ts"

const failure = { reason: "raised on purpose", dependency: "chaos" } as const

/** Item names that fail, and what each does. */
export const chaosItems = {
  ChaosAuthFailure: { does: "fails as AuthFailure", effect: Effect.fail(new AuthFailure(failure)) },
  ChaosValidationError: { does: "fails as ValidationError", effect: Effect.fail(new ValidationError(failure)) },
  ChaosBadPayload: { does: "fails as BadPayload", effect: Effect.fail(new BadPayload(failure)) },
  ChaosTimeout: { does: "fails as Timeout", effect: Effect.fail(new Timeout(failure)) },
  ChaosDependencyFailure: { does: "fails as DependencyFailure", effect: Effect.fail(new DependencyFailure(failure)) },
  ChaosUnknown: { does: "dies with a defect", effect: Effect.die(new Error("raised on purpose")) },
  Poison: {
    does: "kills the function's process, and with it the whole batch",
    effect: Effect.sync(() => process.exit(1))
  }
} as const satisfies Record<string, { readonly does: string; readonly effect: Effect.Effect<void, ClassifiedFailure> }>

const items: Readonly<Record<string, { readonly effect: Effect.Effect<void, ClassifiedFailure> }>> = chaosItems

/** Failures on purpose. */
export class Chaos extends Context.Service<
  Chaos,
  {
    /** Fails, dies or kills the process when the item's name says so; else succeeds. */
    readonly raise: (itemName: string) => Effect.Effect<void, ClassifiedFailure>
  }
>()("resilient-queue/orders/Chaos") {
  /** On when config `CHAOS` is true. @default false */
  static readonly layer = Layer.effect(
    Chaos,
    Effect.map(Config.Boolean("CHAOS").pipe(Config.withDefault(false)), (on) =>
      Chaos.of({
        raise: (itemName) =>
          on && Object.hasOwn(items, itemName) ? (items[itemName]?.effect ?? Effect.void) : Effect.void
      })
    )
  )
}
