import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { embeddedMetricLines, type Observation } from "../../../handlers/observability/embeddedMetrics.ts"
import { Metrics } from "../../../handlers/observability/Metrics.ts"
import { makeCollectedOutput } from "./collectedOutput.ts"

const run = <A>(use: (metrics: Metrics["Service"]) => Effect.Effect<A>) => {
  const output = makeCollectedOutput()
  const layer = Metrics.layer.pipe(
    Layer.provide(output.layer),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ QUEUE_NAME: "orders" })))
  )
  return Effect.as(Effect.flatMap(Metrics, use).pipe(Effect.provide(layer)), output.lines)
}

const Line = Schema.fromJsonString(
  Schema.Struct({
    _aws: Schema.Struct({
      CloudWatchMetrics: Schema.Tuple([
        Schema.Struct({ Metrics: Schema.Array(Schema.Struct({ Name: Schema.String, Unit: Schema.String })) })
      ])
    }),
    Class: Schema.optionalKey(Schema.String),
    MessagesFailed: Schema.optionalKey(Schema.Number),
    TimeToStore: Schema.optionalKey(Schema.Union([Schema.Number, Schema.Array(Schema.Number)]))
  })
)
const decodeLine = Schema.decodeSync(Line)

describe("metrics", () => {
  it.effect("are written once, at the flush, in CloudWatch's embedded metric format", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1000)
      const lines = yield* run((metrics) =>
        Effect.gen(function* () {
          yield* metrics.count("MessagesFailed", { class: "Timeout" }, 1)
          yield* metrics.count("MessagesFailed", { class: "Timeout" }, 2)
          yield* metrics.duration("TimeToStore", 12)
          yield* metrics.flush
          yield* metrics.flush
        })
      )
      assert.deepStrictEqual(
        lines.map((line): unknown => JSON.parse(line)),
        [
          {
            _aws: {
              Timestamp: 1000,
              CloudWatchMetrics: [
                {
                  Namespace: "ResilientQueue",
                  Dimensions: [["Queue"], ["Queue", "Class"]],
                  Metrics: [{ Name: "MessagesFailed", Unit: "Count" }]
                }
              ]
            },
            Queue: "orders",
            Class: "TIMEOUT",
            MessagesFailed: 3
          },
          {
            _aws: {
              Timestamp: 1000,
              CloudWatchMetrics: [
                {
                  Namespace: "ResilientQueue",
                  Dimensions: [["Queue"]],
                  Metrics: [{ Name: "TimeToStore", Unit: "Milliseconds" }]
                }
              ]
            },
            Queue: "orders",
            TimeToStore: 12
          }
        ]
      )
    })
  )

  it("always add up: no count is lost, no duration either, and no line has more than 100 values of a metric", () => {
    const observation = fc.oneof(
      fc.record({
        name: fc.constant("MessagesFailed" as const),
        value: fc.nat(9),
        class: fc.constantFrom("Timeout", "Unknown", undefined)
      }),
      fc.record({ name: fc.constant("TimeToStore" as const), value: fc.nat(9000) })
    )
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 400 }), (observations: ReadonlyArray<Observation>) => {
        const lines = embeddedMetricLines("q", 0, observations).map((line) => decodeLine(line))
        const total = (name: string) =>
          observations.filter((each) => each.name === name).reduce((sum, each) => sum + each.value, 0)
        const times = lines.flatMap((line) => line.TimeToStore ?? [])
        assert.strictEqual(
          lines.reduce((sum, line) => sum + (line.MessagesFailed ?? 0), 0),
          total("MessagesFailed")
        )
        assert.strictEqual(
          times.reduce((sum, each) => sum + each, 0),
          total("TimeToStore")
        )
        assert.strictEqual(times.length, observations.filter((each) => each.name === "TimeToStore").length)
        for (const { TimeToStore } of lines) {
          assert.isAtMost(Array.isArray(TimeToStore) ? TimeToStore.length : 1, 100)
        }
      }),
      { numRuns: 50 }
    )
  })

  it.effect("of a breaker that stays closed are written twice a minute, of any other each time", () =>
    Effect.gen(function* () {
      const states = (gateway: "closed" | "open") =>
        new Map([
          ["gateway", { state: gateway }],
          ["table", { state: "closed" as const }]
        ])
      const told = (lines: ReadonlyArray<string>) =>
        lines.map((line) => {
          const { BreakersOpen, BreakerState, Dependency } = JSON.parse(line)
          return Dependency === undefined ? `open: ${BreakersOpen}` : `${Dependency}: ${BreakerState}`
        })
      const lines = yield* run((metrics) =>
        Effect.gen(function* () {
          for (const [after, gateway] of [
            [0, "closed"],
            [29_999, "closed"],
            [1, "closed"],
            [1, "open"],
            [1, "open"],
            [1, "closed"],
            [1, "closed"]
          ] as const) {
            yield* TestClock.adjust(after)
            yield* metrics.breakers(states(gateway))
            yield* metrics.count("MessagesProcessed", {}, 1)
            yield* metrics.flush
          }
        })
      )
      // The line without a dependency comes first: there is one a flush, with how many messages were processed.
      assert.deepStrictEqual(
        told(lines)
          .join(", ")
          .split(/, (?=open)/),
        [
          "open: 0, gateway: 0, table: 0",
          "open: undefined",
          "open: 0, gateway: 0, table: 0",
          "open: 1, gateway: 2",
          "open: 1, gateway: 2",
          "open: 0, gateway: 0",
          "open: undefined"
        ]
      )
    })
  )
})
