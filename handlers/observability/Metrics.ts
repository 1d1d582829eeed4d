/**
 * The metrics of a queue: observed during an invocation, written once at its end (a write a record costs 10–30 µs).
 */
import { Clock, Config, Context, Effect, Layer } from "effect"
import type { Breaker } from "../recovery/breaker.ts"
import { type CountMetric, type DurationMetric, embeddedMetricLines, type Observation } from "./embeddedMetrics.ts"
import { StandardOut } from "./StandardOut.ts"

/** What a metric may be split by, beside the queue. */
export interface MetricDimensions {
  /** The failure class's name, e.g. `Timeout`; written as its code. */
  readonly class?: string | undefined
}

const breakerStates = { closed: 0, "half-open": 1, open: 2 } as const

/**
 * How often a function environment says of a breaker that it is closed, in milliseconds: in each minute, which is what
 * alarm and dashboard look at, and not with each batch.
 */
const closedEvery = 30_000

/** Dependencies' names come from errors: their number has no bound of its own. */
const maxClosed = 1000

/**
 * The states of circuit breakers as observations; none where there are no breakers.
 *
 * @internal
 */
export const breakerObservations = (
  states: ReadonlyMap<string, Pick<Breaker, "state">>
): ReadonlyArray<Observation> => {
  const seen = [...states]
  if (seen.length === 0) return []
  return [
    { name: "BreakersOpen", value: seen.filter(([, { state }]) => state !== "closed").length },
    ...seen.map(
      ([dependency, { state }]): Observation => ({ name: "BreakerState", value: breakerStates[state], dependency })
    )
  ]
}

/** Metrics of one queue. */
export class Metrics extends Context.Service<
  Metrics,
  {
    /** Adds to a count. */
    readonly count: (name: CountMetric, dimensions: MetricDimensions, value: number) => Effect.Effect<void>
    /** Records how long something took, or each of several things. */
    readonly duration: (
      name: DurationMetric,
      milliseconds: number | ReadonlyArray<number>,
      dimensions?: MetricDimensions
    ) => Effect.Effect<void>
    /**
     * Records the states of circuit breakers, by dependency: 0 closed, 1 half-open, 2 open; and how many are not closed. Of
     * one that stays closed, twice a minute.
     */
    readonly breakers: (states: ReadonlyMap<string, Pick<Breaker, "state">>) => Effect.Effect<void>
    /** Writes what was observed since the last flush; nothing when nothing was. Call it once, at the end of an invocation. */
    readonly flush: Effect.Effect<void>
  }
>()("resilient-queue/observability/Metrics") {
  /** Writes embedded metric format lines to `StandardOut`; the queue's name is config `QUEUE_NAME`. */
  static readonly layer = Layer.effect(
    Metrics,
    Effect.gen(function* () {
      const queue = yield* Config.NonEmptyString("QUEUE_NAME")
      const standardOut = yield* StandardOut
      let observations: Array<Observation> = []
      /** When it was said last that a breaker is closed, by dependency. */
      const closedAt = new Map<string, number>()

      /** Whether there is anything to say of a breaker. */
      const isNews = (dependency: string, state: Breaker["state"], now: number): boolean => {
        const at = closedAt.get(dependency)
        if (state === "closed" && at !== undefined && Math.abs(now - at) < closedEvery) return false
        if (closedAt.size >= maxClosed) closedAt.clear()
        if (state === "closed") closedAt.set(dependency, now)
        else closedAt.delete(dependency)
        return true
      }

      const observe = (observation: Observation) =>
        Effect.sync(() => {
          observations.push(observation)
        })

      return Metrics.of({
        count: (name, dimensions, value) => observe({ name, value, class: dimensions.class }),
        duration: (name, milliseconds, dimensions) =>
          Effect.sync(() => {
            for (const each of typeof milliseconds === "number" ? [milliseconds] : milliseconds)
              observations.push({ name, value: Math.max(0, each), class: dimensions?.class })
          }),
        breakers: (states) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            const news = [...states].filter(([dependency, { state }]) => isNews(dependency, state, now))
            if (news.length === 0) return
            const told = new Set(news.map(([dependency]) => dependency))
            observations.push(
              ...breakerObservations(states).filter(
                ({ dependency }) => dependency === undefined || told.has(dependency)
              )
            )
          }),
        flush: Effect.map(Clock.currentTimeMillis, (now) => {
          const observed = observations
          observations = []
          for (const line of embeddedMetricLines(queue, now, observed)) standardOut.writeLine(line)
        })
      })
    })
  )
}
