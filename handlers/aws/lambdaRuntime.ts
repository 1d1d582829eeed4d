/**
 * The services of a function, built once a function environment. `ManagedRuntime` keeps a build that failed for ever, and
 * Lambda keeps the environment: one throttled request at a cold start would make it refuse every event from then on.
 */
import { Effect, type Layer, ManagedRuntime } from "effect"

/** The services of a function. */
export interface LambdaRuntime<R> {
  /** Runs an effect with the services, which are built first where they are not. Rejects with the failure of either. */
  readonly runPromise: <A, E>(effect: Effect.Effect<A, E, R>) => Promise<A>
}

/**
 * Makes the runtime of a function. A build that fails fails the invocations that wait for it, gives back what it had got
 * hold of, and is forgotten: the next invocation builds anew.
 */
export const makeLambdaRuntime = <R, LayerError>(layer: Layer.Layer<R, LayerError>): LambdaRuntime<R> => {
  let current: ManagedRuntime.ManagedRuntime<R, LayerError> | undefined

  const built = async (): Promise<ManagedRuntime.ManagedRuntime<R, LayerError>> => {
    current ??= ManagedRuntime.make(layer)
    const runtime = current
    try {
      await runtime.context()
      return runtime
    } catch (error) {
      // Of several that wait for one build, the first to hear of it.
      if (current === runtime) {
        current = undefined
        Effect.runFork(runtime.disposeEffect)
      }
      throw error
    }
  }

  return {
    runPromise: async (effect) => (current?.cachedContext === undefined ? await built() : current).runPromise(effect)
  }
}
