/** The circuit breakers in memory, by the real pure functions and Effect's clock. */
import { Clock, Effect, Layer } from "effect"
import { Breakers } from "../../../handlers/ledger/Breakers.ts"
import {
  type Breaker,
  type BreakerPolicy,
  defaultBreakerPolicy,
  initialBreaker,
  type Observation,
  observe
} from "../../../handlers/recovery/breaker.ts"
import { admitAll } from "../../../handlers/recovery/breakerAdmission.ts"
import { makeInjectedFailures } from "../aws/injectedFailures.ts"

/** Fresh breakers, all closed. Operations for failure injection: `observe`, `admit`. */
export const makeFakeBreakers = (policy: BreakerPolicy = defaultBreakerPolicy) => {
  const failures = makeInjectedFailures()
  const breakers = new Map<string, Breaker>()
  const observed: Array<{ readonly dependency: string } & Observation> = []
  const reads: Array<ReadonlyArray<string>> = []
  const passes = new Map<string, string>()

  const change = <A>(
    operation: string,
    dependency: string,
    of: (breaker: Breaker, now: number) => readonly [Breaker, A]
  ) =>
    Effect.gen(function* () {
      yield* failures.call(operation)
      const now = yield* Clock.currentTimeMillis
      const [breaker, answer] = of(breakers.get(dependency) ?? initialBreaker(now), now)
      breakers.set(dependency, breaker)
      return answer
    })

  return {
    ...failures,
    /** The breakers by dependency; a test may set one. */
    breakers,
    /** What was observed, in order. */
    observed,
    /** Which dependencies were asked for, a call of `states` each. */
    reads,
    /** The passes of the breakers. One without admits whoever says that it is admitted. */
    passes,
    layer: Layer.succeed(Breakers, {
      states: (dependencies) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          reads.push(dependencies)
          return new Map(dependencies.map((name) => [name, breakers.get(name) ?? initialBreaker(now)]))
        }),
      observe: (dependency, observation) =>
        change("observe", dependency, (before, now) => {
          observed.push({ dependency, ...observation })
          const breaker = observe(policy, before, observation, now)
          return [breaker, breaker]
        }),
      admit: (dependency, applicants) =>
        change("admit", dependency, (before, now) => {
          const { breaker, answer } = admitAll(policy, before, applicants, now)
          return [breaker, { breaker, admissions: answer }]
        }),
      pass: (dependency) => Effect.succeed(passes.get(dependency)),
      honours: (dependency, shown) =>
        Effect.sync(() => {
          const pass = passes.get(dependency)
          return pass === undefined || shown.includes(pass)
        })
    })
  }
}
