/** What the simulation says: a table for people, a document for programs. */
import type { Scenario } from "./scenario.ts"
import type { PolicyResult } from "./simulate.ts"

const whole = (value: number): string => Math.round(value).toLocaleString("en-US")

const columns: ReadonlyArray<{ readonly title: string; readonly of: (result: PolicyResult) => string }> = [
  { title: "policy", of: ({ name }) => name },
  { title: "attempts a message", of: ({ attemptsPerMessage }) => attemptsPerMessage.toFixed(3) },
  { title: "peak load", of: ({ peakLoadRatio }) => `${peakLoadRatio.toFixed(2)} ×` },
  { title: "drained after", of: ({ drainMinutes }) => `${drainMinutes.toFixed(1)} min` },
  { title: "archived needlessly", of: ({ needlesslyArchived }) => whole(needlesslyArchived) },
  { title: "API calls", of: ({ apiCalls }) => whole(apiCalls) },
  { title: "SQS", of: ({ dollarsByService: { sqs } }) => `$${sqs.toFixed(2)}` },
  { title: "Lambda", of: ({ dollarsByService: { lambda } }) => `$${lambda.toFixed(2)}` },
  { title: "DynamoDB", of: ({ dollarsByService: { dynamoDb } }) => `$${dynamoDb.toFixed(2)}` },
  { title: "cost", of: ({ dollars }) => `$${dollars.toFixed(2)}` },
  { title: "lost", of: ({ lost }) => whole(lost) }
]

const inOutage = (scenario: Scenario): number =>
  Math.round(scenario.ratePerSecond * (scenario.outageEndsAt - scenario.outageStartsAt))

/** What is simulated, in one sentence. */
export const headline = (scenario: Scenario): string =>
  `${whole(inOutage(scenario))} messages arrive in an outage of ${(scenario.outageEndsAt - scenario.outageStartsAt) / 60} min, ` +
  `${Number(scenario.ratePerSecond.toPrecision(3))} a second; a call takes ${scenario.failureSeconds} s to fail; up to ${scenario.consumerConcurrency} batches are in hand at a time. Seed ${scenario.seed}.`

/** A Markdown table under its headline. */
export const table = (scenario: Scenario, results: ReadonlyArray<PolicyResult>): string => {
  const rows = [columns.map(({ title }) => title), ...results.map((result) => columns.map(({ of }) => of(result)))]
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  const line = (row: ReadonlyArray<string>): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`
  return `${[headline(scenario), "", line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join("\n")}\n`
}

/** One document for programs. */
export const document = (scenario: Scenario, results: ReadonlyArray<PolicyResult>) => {
  const spare = scenario.ratePerSecond * (scenario.breaker.ceilingRatio - 1)
  return {
    scenario: {
      messages: inOutage(scenario),
      outageMinutes: (scenario.outageEndsAt - scenario.outageStartsAt) / 60,
      ratePerSecond: scenario.ratePerSecond,
      failureSeconds: scenario.failureSeconds,
      consumerConcurrency: scenario.consumerConcurrency,
      seed: scenario.seed,
      ceilingRatio: scenario.breaker.ceilingRatio,
      /** Nothing that keeps to the ceiling can be faster. */
      shortestDrainMinutes: inOutage(scenario) / spare / 60,
      peakLoadWindowSeconds: 1
    },
    policies: results.map(({ timeline: _, ...result }) => result)
  }
}

const tableStart = "<!-- npm run bench:outage -->"
const tableEnd = "<!-- end -->"

/** The page with this table between its marks; as it is where it has none. */
export const withTable = (page: string, printed: string): string => {
  const start = page.indexOf(tableStart)
  const end = page.indexOf(tableEnd)
  if (start < 0 || end < start) return page
  return `${page.slice(0, start + tableStart.length)}\n${printed}${page.slice(end)}`
}
