/** Runs expectations against an endpoint, some at a time, and counts how they ended. */
import {
  type ConformanceClients,
  type ConformanceService,
  type Expectation,
  type ExpectationOutcome,
  runExpectation
} from "./Expectation.ts"

/** How one expectation of a run ended. */
export interface SuiteResult {
  readonly expectation: Expectation
  readonly outcome: ExpectationOutcome
  readonly milliseconds: number
}

/** How many expectations about a service ended in which way. */
export interface ServiceCount {
  readonly service: ConformanceService
  readonly passed: number
  readonly failed: number
  readonly notSupported: number
}

/** Expectations that run at the same time: most of them wait for a clock. */
const concurrency = 8

/** An expectation that has not ended by then has failed: the endpoint hangs. */
const patienceMilliseconds = 90_000

const withinPatience = async (run: Promise<ExpectationOutcome>): Promise<ExpectationOutcome> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<ExpectationOutcome>((resolve) => {
    const reason = `no end after ${patienceMilliseconds / 1000} s`
    timer = setTimeout(() => resolve({ kind: "failed", reason }), patienceMilliseconds)
  })
  try {
    return await Promise.race([run, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs the expectations; answers their results in the order of the expectations. */
export const runSuite = async (
  expectations: ReadonlyArray<Expectation>,
  clients: ConformanceClients,
  onResult: (result: SuiteResult) => void
): Promise<ReadonlyArray<SuiteResult>> => {
  const results = new Map<Expectation, SuiteResult>()
  const waiting = [...expectations]
  const work = async (): Promise<void> => {
    for (let expectation = waiting.shift(); expectation; expectation = waiting.shift()) {
      const startedAt = performance.now()
      const outcome = await withinPatience(runExpectation(expectation, clients))
      const result = { expectation, outcome, milliseconds: Math.round(performance.now() - startedAt) }
      results.set(expectation, result)
      onResult(result)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return expectations.flatMap((expectation) => results.get(expectation) ?? [])
}

/** Counts results by service. */
export const countByService = (results: ReadonlyArray<SuiteResult>): ReadonlyArray<ServiceCount> => {
  const services = [...new Set(results.map(({ expectation }) => expectation.service))]
  return services.map((service) => {
    const own = results.filter(({ expectation }) => expectation.service === service)
    const count = (kind: ExpectationOutcome["kind"]) => own.filter(({ outcome }) => outcome.kind === kind).length
    return { service, passed: count("passed"), failed: count("failed"), notSupported: count("notSupported") }
  })
}
