/** What the circuit breakers promise, wherever they are kept: the fake ones and those over DynamoDB run the same suite. */
import { expect, it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { Breakers } from "../../../handlers/ledger/Breakers.ts"
import { defaultBreakerPolicy } from "../../../handlers/recovery/breaker.ts"

const outage = { successes: 0, failures: defaultBreakerPolicy.consecutiveFailures }
const applicant = { again: false, jitter: 0.5 }

/** Defines the suite, under the default policy. Every test uses a dependency of its own. */
export const breakersContract = (layer: Layer.Layer<Breakers, unknown>) => {
  it.live("are closed where nothing is known", () =>
    Effect.gen(function* () {
      const breakers = yield* Breakers
      const states = yield* breakers.states(["never-seen", "never-seen", "nor-this"])
      expect([...states].map(([name, { state }]) => [name, state])).toEqual([
        ["never-seen", "closed"],
        ["nor-this", "closed"]
      ])
    }).pipe(Effect.provide(layer))
  )

  it.live("open at failures, and hold who asks", () =>
    Effect.gen(function* () {
      const breakers = yield* Breakers
      expect(yield* breakers.observe("broken", outage)).toMatchObject({ state: "open" })
      const { admissions, breaker } = yield* breakers.admit("broken", [applicant, applicant, applicant])
      expect(admissions.map(({ admitted }) => admitted)).toEqual([false, false, false])
      expect(breaker).toMatchObject({ state: "open", held: 3 })
      expect((yield* breakers.states(["broken"])).get("broken")).toMatchObject({ state: "open", held: 3 })
    }).pipe(Effect.provide(layer))
  )

  it.live("give one slot after the other while they are closed, however many ask at once", () =>
    Effect.gen(function* () {
      const breakers = yield* Breakers
      const answers = yield* Effect.all(
        Array.from({ length: 5 }, () => breakers.admit("asked-at-once", [applicant, applicant])),
        { concurrency: "unbounded" }
      )
      const slots = answers.flatMap(({ admissions }) => admissions.map((each) => (each.admitted ? each.at : 0)))
      slots.sort((one, other) => one - other)
      expect(slots).toHaveLength(10)
      for (const [index, at] of slots.slice(1).entries()) expect(at - (slots[index] ?? 0)).toBeGreaterThanOrEqual(9.9)
    }).pipe(Effect.provide(layer))
  )

  it.live("lose no observation of concurrent writers", () =>
    Effect.gen(function* () {
      const breakers = yield* Breakers
      const failed = breakers.observe("counted-at-once", { successes: 1, failures: 1 })
      yield* Effect.all([failed, failed, failed, failed], { concurrency: "unbounded" })
      expect((yield* breakers.states(["counted-at-once"])).get("counted-at-once")).toMatchObject({
        state: "closed",
        failures: 4,
        successes: 4
      })
    }).pipe(Effect.provide(layer))
  )
}
