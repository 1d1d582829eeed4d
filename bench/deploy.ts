/**
 * Measures a deployment: the time to evaluate the program under Pulumi's own Node.js runtime and to bundle its functions,
 * its resources by type, and whether a second evaluation gives the same inputs.
 *
 * `npm run bench:deploy -- [--runs N] [--stack NAME] [--json]`
 *
 * Prints the machine and the tables, and writes them into docs/performance.md. With `--json` one document goes to stdout, an
 * array of rows, and no file is written. Exit code 1 when a second evaluation differs, with the differences on stderr; 2 for
 * bad options.
 */
import { parseArgs } from "node:util"
import { measureDeployment } from "./deploy/measure.ts"
import { deploymentReport, deploymentRows } from "./deploy/report.ts"
import { machine } from "./page/machine.ts"
import { writeMeasurement } from "./page/page.ts"
import { wholeNumber } from "./page/wholeNumber.ts"

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    stack: { type: "string", default: "dev" },
    json: { type: "boolean", default: false }
  }
})
const runs = wholeNumber("runs", values.runs, 5, { minimum: 2, maximum: 100 })
const deployment = await measureDeployment(values.stack, runs, (sentence) => void process.stderr.write(`${sentence}\n`))
if (values.json) process.stdout.write(`${JSON.stringify(deploymentRows(deployment), undefined, 2)}\n`)
else {
  const printed = [
    `${machine(["@pulumi/pulumi", "@pulumi/aws", "rolldown"])}.`,
    `Medians of ${runs} runs of stack \`${values.stack}\`.`,
    "",
    deploymentReport(deployment)
  ].join("\n")
  process.stdout.write(printed)
  writeMeasurement("bench:deploy", printed)
}
if (deployment.differences.length > 0) {
  process.stderr.write(`A second evaluation differs: ${deployment.differences.join(" ")}\n`)
  process.exitCode = 1
}
