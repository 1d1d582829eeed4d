import { describe, expect, test } from "vitest"
import { builds, runScenario } from "../../bench/cost/run.ts"
import { scenarios } from "../../bench/cost/scenarios.ts"
import { batchOf } from "../../bench/healer/deadLetters.ts"
import { startInProcessHealer } from "../../bench/healer/inProcess.ts"
import { SteppedTime } from "../../bench/system/SteppedTime.ts"
import { expectWithin } from "./ceilings.ts"

const orders = 100

describe.each(builds.filter(({ name }) => name.startsWith("ours")))("a hundred orders, $name", (build) => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "need no more calls of AWS than before: %s",
    async (name, scenario) => {
      const { totalCalls, stored, troubled } = await runScenario(build, scenario, orders)
      expect(stored + (name.includes("transient") ? 0 : troubled)).toBe(orders)
      expectWithin(["calls of a hundred orders", build.name, name], totalCalls)
    }
  )
})

test("a hundred dead letters need no more calls of AWS than before", async () => {
  const time = new SteppedTime()
  const healer = startInProcessHealer(time.layer)
  for (let index = 0; index < 100; index += 10) {
    expect(await healer.heal(batchOf(index, 10, time.now()))).toBe(0)
    time.advance(100)
  }
  for (const [action, calls] of healer.counter.calls) expectWithin(["calls of a hundred dead letters", action], calls)
  await healer.close()
})

test("the same run counts the same calls again", async () => {
  const [build] = builds
  const scenario = scenarios.find(({ name }) => name.includes("crashes"))
  if (build === undefined || scenario === undefined) throw new Error("There is no such run.")
  const { calls, logBytes: _, dollars: __, ...first } = await runScenario(build, scenario, orders)
  const again = await runScenario(build, scenario, orders)
  expect(again.calls).toEqual(calls)
  expect(again).toMatchObject(first)
})
