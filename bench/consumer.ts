/**
 * Compares consumers that do the same work: hand-written, with Powertools, and ours.
 *
 * `npm run bench:consumer -- [--runs N] [--warm-runs N] [--batches N] [--json]`
 *
 * Prints the machine and a table, and writes both into docs/performance.md. With `--json` one document goes to stdout, an
 * array of rows, and no file is written. Exit code 2 for bad options.
 */
import { parseArgs } from "node:util"
import { measure } from "./consumer/measure.ts"
import { consumerReport } from "./consumer/report.ts"
import { variants } from "./consumer/variants.ts"
import { machine } from "./page/machine.ts"
import { writeMeasurement } from "./page/page.ts"
import { wholeNumber } from "./page/wholeNumber.ts"

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    "warm-runs": { type: "string" },
    batches: { type: "string" },
    json: { type: "boolean", default: false }
  }
})
const options = {
  runs: wholeNumber("runs", values.runs, 15, { minimum: 1, maximum: 1000 }),
  warmRuns: wholeNumber("warm-runs", values["warm-runs"], 5, { minimum: 1, maximum: 1000 }),
  batches: wholeNumber("batches", values.batches, 4000, { minimum: 20, maximum: 1_000_000 })
}
const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`)
const rows = await measure(variants, options, say)
if (values.json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`)
else {
  const printed = [
    `${machine(["effect", "@aws-sdk/client-dynamodb", "@aws-lambda-powertools/batch", "zod", "rolldown", "esbuild"])}.`,
    `Medians of ${options.runs} cold starts and ${options.warmRuns} warm runs of ${options.batches} batches of ten.`,
    "",
    consumerReport(rows)
  ].join("\n")
  process.stdout.write(printed)
  writeMeasurement("bench:consumer", printed)
}
