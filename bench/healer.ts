/**
 * Dead letters planned and acted on: how many a second and core, with which calls, and how that grows with their number.
 *
 * `npm run bench:healer -- [--embedded N] [--largest N] [--json]`
 *
 * On ports in the process, with a tenth and all of `--largest` (10,000; take 100,000 to see how it grows) dead letters; and on
 * the embedded AWS, over HTTP, with a tenth and all of `--embedded` (2,000), where the embedded AWS is half of what is
 * measured. About a minute on an idle machine; the time grows with the numbers. Writes its tables into docs/performance.md
 * where the options are the default ones. Exit code 2 for bad options.
 */
import { parseArgs } from "node:util"
import { report } from "./healer/report.ts"
import { type HealerRow, runEmbedded, runInProcess } from "./healer/run.ts"
import { machine } from "./page/machine.ts"
import { writeMeasurement } from "./page/page.ts"
import { wholeNumber } from "./page/wholeNumber.ts"

const { values } = parseArgs({
  options: { embedded: { type: "string" }, largest: { type: "string" }, json: { type: "boolean", default: false } }
})
const range = { minimum: 1000, maximum: 10_000_000 }
const embedded = wholeNumber("embedded", values.embedded, 2000, range)
const largest = wholeNumber("largest", values.largest, 10_000, range)

const rows: Array<HealerRow> = []
const measure = async (what: string, run: () => Promise<HealerRow>) => {
  process.stderr.write(`${what} …\n`)
  rows.push(await run())
}
for (const share of [0.1, 1]) {
  const count = Math.floor(largest * share)
  await measure(`${count} in process`, () => runInProcess(count))
}
for (const share of [0.1, 1]) {
  const count = Math.floor(embedded * share)
  await measure(`${count} on the embedded AWS`, () => runEmbedded(count))
}
if (values.json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`)
else {
  const of = machine(["@aws-sdk/client-sqs", "effect"])
  const printed = `${of}\n\n${report(rows)}`
  process.stdout.write(`${printed}\n`)
  if (values.embedded === undefined && values.largest === undefined) writeMeasurement("bench:healer", printed)
}
