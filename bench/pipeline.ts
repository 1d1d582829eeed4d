/**
 * Orders from request to store on the embedded AWS, at rising load; and how long `npm start` takes.
 *
 * `npm run bench:pipeline -- [--seconds N] [--starts N] [--rates 5,10,20,40,80] [--json]`
 *
 * Writes its table into docs/performance.md where the options are the default ones. Exit code 1 if an order that was
 * accepted is not stored within two minutes, 2 for bad options.
 */
import { cpus } from "node:os"
import { parseArgs } from "node:util"
import { machine } from "./page/machine.ts"
import { writeMeasurement } from "./page/page.ts"
import { wholeNumber } from "./page/wholeNumber.ts"
import { report } from "./pipeline/report.ts"
import { runPipeline } from "./pipeline/run.ts"
import { secondsToReady } from "./pipeline/startTime.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    starts: { type: "string" },
    rates: { type: "string" },
    json: { type: "boolean", default: false }
  }
})
const seconds = wholeNumber("seconds", values.seconds, 10, { minimum: 1, maximum: 3600 })
const starts = wholeNumber("starts", values.starts, 3, { minimum: 1, maximum: 20 })
const rates = (values.rates ?? "5,10,20,40,80")
  .split(",")
  .map((rate) => wholeNumber("rates", rate, 0, { minimum: 1, maximum: 10_000 }))

const ready: Array<number> = []
for (let start = 0; start < starts; start++) {
  process.stderr.write(`npm start, ${start + 1} of ${starts} …\n`)
  ready.push(await secondsToReady())
}
const rows = await runPipeline(rates, seconds)
if (values.json) {
  const startRows = ready.map((each, index) => ({ name: `npm start, ${index + 1}`, secondsToReady: each }))
  process.stdout.write(`${JSON.stringify([...startRows, ...rows], undefined, 2)}\n`)
} else {
  const printed = `${machine(["@aws-sdk/client-sqs", "effect"])}\n\n${report(rows, ready, cpus().length)}`
  process.stdout.write(`${printed}\n`)
  if (values.seconds === undefined && values.starts === undefined && values.rates === undefined)
    writeMeasurement("bench:pipeline", printed)
}
// What is left (a compile cache's flush, a socket's linger) keeps nobody waiting.
process.exit(rows.every(({ accepted, stored }) => stored === accepted) ? 0 : 1)
