/** Metrics that a test can read, before they are formatted. */
import { Effect, Layer } from "effect"
import type { Observation } from "../../../handlers/observability/embeddedMetrics.ts"
import { breakerObservations, Metrics } from "../../../handlers/observability/Metrics.ts"

/** Fresh metrics: their layer, what was observed so far, how often they were flushed, and the sum of one metric. */
export const makeCollectedMetrics = () => {
  const observations: Array<Observation> = []
  const flushes: Array<number> = []
  const observe = (observation: Observation) => Effect.sync(() => void observations.push(observation))
  return {
    observations,
    flushes,
    /** The sum of a metric's values, of one class where one is given. */
    total: (name: Observation["name"], className?: string) =>
      observations
        .filter((each) => each.name === name && (className === undefined || each.class === className))
        .reduce((sum, each) => sum + each.value, 0),
    layer: Layer.succeed(Metrics, {
      count: (name, dimensions, value) => observe({ name, value, class: dimensions.class }),
      duration: (name, values, dimensions) =>
        Effect.forEach(
          typeof values === "number" ? [values] : values,
          (value) => observe({ name, value, class: dimensions?.class }),
          { discard: true }
        ),
      breakers: (states) => Effect.forEach(breakerObservations(states), observe, { discard: true }),
      flush: Effect.sync(() => void flushes.push(observations.length))
    })
  }
}
