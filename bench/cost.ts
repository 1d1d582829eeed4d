/**
 * Counts the calls of AWS that orders need, by scenario, and prices them: ours against the reference systems' way.
 *
 * `npm run bench:cost -- [--orders N] [--json]`
 *
 * Runs on the embedded AWS, by a time of its own: the same options give the same numbers. Writes its tables into
 * docs/performance.md where the options are the default ones. Exit code 2 for bad options.
 */
import { parseArgs } from "node:util"
import { rowsOf, tables } from "./cost/report.ts"
import { builds, type Counted, runScenario } from "./cost/run.ts"
import { scenarios } from "./cost/scenarios.ts"
import { machine } from "./page/machine.ts"
import { writeMeasurement } from "./page/page.ts"
import { wholeNumber } from "./page/wholeNumber.ts"

const defaultOrders = 1000

const { values } = parseArgs({
  options: { orders: { type: "string" }, json: { type: "boolean", default: false } }
})
const orders = wholeNumber("orders", values.orders, defaultOrders, { minimum: 100, maximum: 100_000 })

const runs: Array<Counted> = []
for (const scenario of scenarios)
  for (const build of builds) {
    process.stderr.write(`${scenario.name}: ${build.name} …\n`)
    runs.push(await runScenario(build, scenario, orders))
  }
const rows = rowsOf(runs)
if (values.json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`)
else {
  const printed = tables(rows, orders)
  process.stdout.write(`${machine(["@aws-sdk/client-sqs", "effect"])}\n\n${printed}\n`)
  if (orders === defaultOrders) writeMeasurement("bench:cost", printed)
}
