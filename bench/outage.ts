/**
 * Simulates an outage of a dependency under several policies, with the real recovery code.
 *
 * `npm run bench:outage -- [--messages N] [--outage-minutes M] [--seed S] [--failure-seconds F] [--consumer-concurrency C] [--json]`
 *
 * Prints a table; of the default scenario a second one besides (calls that are refused at once), both also into docs/outage.md, and a plot
 * into docs/outage.svg. With `--json` one document goes to stdout and no file is written. Exit code 1 if any policy has lost a message or stored one twice, 2 for
 * bad options.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { plot } from "./outage/plot.ts"
import { document, table, withTable } from "./outage/report.ts"
import { defaultScenarioOptions, type Scenario, type ScenarioOptions, scenarioOf } from "./outage/scenario.ts"
import { type PolicyResult, policies, simulate } from "./outage/simulate.ts"

const plotFile = fileURLToPath(new URL("../docs/outage.svg", import.meta.url))
const pageFile = fileURLToPath(new URL("../docs/outage.md", import.meta.url))

const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

const numberOf = (
  option: string,
  text: string | undefined,
  otherwise: number,
  { minimum, maximum, whole }: { readonly minimum: number; readonly maximum: number; readonly whole: boolean }
): number => {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (text.trim() === "" || !(value >= minimum && value <= maximum) || (whole && !Number.isInteger(value)))
    return refuse(`--${option} is a ${whole ? "whole " : ""}number from ${minimum} to ${maximum}; given was "${text}".`)
  return value
}

const readOptions = (): { readonly options: ScenarioOptions; readonly json: boolean } => {
  try {
    const { values } = parseArgs({
      options: {
        messages: { type: "string" },
        "outage-minutes": { type: "string" },
        seed: { type: "string" },
        "failure-seconds": { type: "string" },
        "consumer-concurrency": { type: "string" },
        json: { type: "boolean", default: false }
      }
    })
    const given = defaultScenarioOptions
    return {
      json: values.json,
      options: {
        messages: numberOf("messages", values.messages, given.messages, {
          minimum: 1,
          maximum: 5_000_000,
          whole: true
        }),
        outageMinutes: numberOf("outage-minutes", values["outage-minutes"], given.outageMinutes, {
          minimum: 1,
          maximum: 600,
          whole: false
        }),
        seed: numberOf("seed", values.seed, given.seed, { minimum: 0, maximum: 4_294_967_295, whole: true }),
        failureSeconds: numberOf("failure-seconds", values["failure-seconds"], given.failureSeconds, {
          minimum: 0.01,
          maximum: 30,
          whole: false
        }),
        consumerConcurrency: numberOf(
          "consumer-concurrency",
          values["consumer-concurrency"],
          given.consumerConcurrency,
          { minimum: 2, maximum: 1000, whole: true }
        )
      }
    }
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

/** Calls that are refused at once: the other way in which a dependency is down. */
const refusingSeconds = 0.05

const run = (scenario: Scenario): ReadonlyArray<PolicyResult> =>
  [...policies].map(([name, policy]) => {
    process.stderr.write(`${name}, ${scenario.failureSeconds} s to fail …\n`)
    return simulate(name, policy, scenario)
  })

const { options, json } = readOptions()
const scenario = scenarioOf(options)
const isDefault = JSON.stringify(scenario) === JSON.stringify(scenarioOf(defaultScenarioOptions))
const results = run(scenario)
const all = [...results]
if (json) process.stdout.write(`${JSON.stringify(document(scenario, results), undefined, 2)}\n`)
else if (isDefault) {
  const refusing = scenarioOf({ ...options, failureSeconds: refusingSeconds })
  const refused = run(refusing)
  all.push(...refused)
  const printed = `${table(scenario, results)}\n${table(refusing, refused)}`
  process.stdout.write(printed)
  writeFileSync(plotFile, plot(scenario, results))
  writeFileSync(pageFile, withTable(readFileSync(pageFile, "utf8"), printed))
  process.stdout.write("\nThe tables are in docs/outage.md, the plot in docs/outage.svg.\n")
} else process.stdout.write(table(scenario, results))
if (all.some(({ lost, duplicates }) => lost !== 0 || duplicates !== 0)) process.exitCode = 1
