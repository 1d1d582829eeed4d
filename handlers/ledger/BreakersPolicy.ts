/** The breaker policy that a function is told by its environment. */
import { Config, Effect, Result } from "effect"
import { defaultBreakerPolicy } from "../recovery/breaker.ts"
import { decodeBreakerPolicy } from "../recovery/breakerPolicyCodec.ts"

/** Config `BREAKER_POLICY` over the defaults. A policy that cannot be read is logged, and the defaults apply. */
export const breakerPolicyOfEnvironment = Effect.gen(function* () {
  const decoded = decodeBreakerPolicy(yield* Config.String("BREAKER_POLICY").pipe(Config.withDefault("")))
  if (Result.isSuccess(decoded)) return decoded.success
  yield* Effect.logError("BREAKER_POLICY cannot be read: the default policy applies").pipe(
    Effect.annotateLogs({ reason: decoded.failure })
  )
  return defaultBreakerPolicy
})
