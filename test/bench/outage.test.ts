import { describe, expect, test } from "vitest"
import { plot } from "../../bench/outage/plot.ts"
import { document, table, withTable } from "../../bench/outage/report.ts"
import { defaultScenarioOptions, machinery, type ScenarioOptions, scenarioOf } from "../../bench/outage/scenario.ts"
import { type PolicyResult, policies, simulate } from "../../bench/outage/simulate.ts"

const small: ScenarioOptions = { ...defaultScenarioOptions, messages: 18_000, outageMinutes: 10 }

const run = (name: string, options: ScenarioOptions = small): PolicyResult => {
  const policy = policies.get(name)
  if (policy === undefined) throw new Error(`There is no policy "${name}".`)
  return simulate(name, policy, scenarioOf(options))
}

const ours = "circuit breaker"

describe("every policy", () => {
  test.each([...policies.keys()])("loses nothing and stores nothing twice: %s", (name) => {
    const result = run(name)
    expect(result.arrived).toBeGreaterThan(small.messages)
    expect(result.stored + result.needlesslyArchived).toBe(result.arrived)
    expect(result).toMatchObject({ lost: 0, duplicates: 0 })
  })

  test.each([...policies.keys()])("does the same again with the same seed: %s", (name) => {
    const { timeline, ...result } = run(name)
    const { timeline: again, ...repeated } = run(name)
    expect(repeated).toEqual(result)
    expect(again.load).toEqual(timeline.load)
    expect(again.backlog).toEqual(timeline.backlog)
  })

  test.each([...policies.keys()])("keeps to SQS's limit of messages in flight: %s", (name) => {
    const { mostInFlight } = run(name)
    expect(Math.max(mostInFlight.main, mostInFlight.deadLetters)).toBeLessThanOrEqual(machinery.inFlightLimit)
  })
})

describe("our policy", () => {
  test("depends on the seed only in what is random", () => {
    const one = run(ours)
    const other = run(ours, { ...small, seed: 2 })
    expect(other.apiCalls).not.toBe(one.apiCalls)
    expect(other.arrived).toBe(one.arrived)
  })

  test.each([
    ["300 a second", { messages: 180_000, outageMinutes: 10 }],
    ["30 a second", { messages: 108_000, outageMinutes: 60 }],
    ["30 a second, calls that are refused", { messages: 108_000, outageMinutes: 60, failureSeconds: 0.05 }],
    ["300 a second, few consumers", { messages: 180_000, outageMinutes: 10, consumerConcurrency: 10 }]
  ])("tries hardly a message twice, keeps to the ceiling and archives nothing: %s", (_, options) => {
    const result = run(ours, { ...small, ...options })
    expect(result.attemptsPerMessage).toBeLessThanOrEqual(1.2)
    expect(result.peakLoadRatio).toBeLessThanOrEqual(2)
    expect(result.needlesslyArchived).toBe(0)
  })

  test("drains an hour's backlog within 1.2 times the shortest time that the ceiling allows", () => {
    const result = run(ours, { ...small, messages: 108_000, outageMinutes: 60 })
    expect(result.drainMinutes).toBeGreaterThan(60)
    expect(result.drainMinutes).toBeLessThanOrEqual(72)
  })

  test.each([10, 50, 600])(
    "is through with a backlog of %i within minutes where the dependency can bear it",
    (messages) => {
      const result = run(ours, { ...small, messages, outageMinutes: 60, breaker: { normalRatePerSecond: 100 } })
      expect(result).toMatchObject({ lost: 0, needlesslyArchived: 0 })
      expect(result.drainMinutes).toBeLessThanOrEqual(30)
    }
  )

  test("costs less than any rival where calls hang", () => {
    const result = run(ours)
    for (const name of policies.keys()) if (name !== ours) expect(run(name).dollars).toBeGreaterThan(result.dollars)
  })

  test("needs fewer attempts than any rival, and burdens the dependency less when it is back", () => {
    const result = run(ours)
    for (const name of policies.keys()) {
      if (name === ours) continue
      const rival = run(name)
      expect(rival.attemptsPerMessage).toBeGreaterThan(2 * result.attemptsPerMessage)
      expect(rival.peakLoadRatio).toBeGreaterThan(result.peakLoadRatio)
    }
  })
})

describe("what is reported", () => {
  const scenario = scenarioOf(small)
  const results = [run(ours), run("bulk redrive at 500/s")]

  test("has one row a policy, and what the document promises", () => {
    expect(table(scenario, results).match(/^\| (circuit breaker|bulk redrive)/gm)).toHaveLength(2)
    const { policies: reported } = document(scenario, results)
    expect(reported).toHaveLength(2)
    for (const each of reported)
      for (const field of [
        "attemptsPerMessage",
        "peakLoadRatio",
        "drainMinutes",
        "needlesslyArchived",
        "apiCalls",
        "dollars",
        "lost"
      ] as const)
        expect(each[field]).toBeTypeOf("number")
  })

  test("adds the cost up from its services", () => {
    for (const { dollars, dollarsByService } of results)
      expect(Object.values(dollarsByService).reduce((sum, each) => sum + each, 0)).toBeCloseTo(dollars, 9)
  })

  test("goes between its marks on the page, and nowhere else", () => {
    const page = "before\n<!-- npm run bench:outage -->\nold\n<!-- end -->\nafter\n"
    const expected = "before\n<!-- npm run bench:outage -->\nnew\n<!-- end -->\nafter\n"
    expect(withTable(page, "new\n")).toBe(expected)
    expect(withTable("no marks", "new\n")).toBe("no marks")
  })

  test("plots numbers only", () => {
    const svg = plot(scenario, results)
    expect(svg.match(/<polyline/g)).toHaveLength(4)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })
})
