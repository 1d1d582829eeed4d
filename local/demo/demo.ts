/** `npm run demo`: every scenario on a fresh instance, then the conservation check. Exits with 1 unless all is as expected. */
import { flushCompileCache } from "node:module"
import { parseArgs } from "node:util"
import { enableCaches } from "../caches.ts"

enableCaches()
const { interruption } = await import("../interruption.ts")
const { checkConservation } = await import("./conservation.ts")
const { conservationLines, isAsExpected, scenarioLines, toJson } = await import("./report.ts")
const { phases } = await import("./scenarios.ts")
const { demoSystem } = await import("./demoSystem.ts")
const { StartFailure, withSystem } = await import("../withSystem.ts")
type ScenarioResult = import("./report.ts").ScenarioResult
type DemoResult = import("./report.ts").DemoResult
type DemoSystem = import("./demoSystem.ts").DemoSystem

const readArguments = (): { readonly json: boolean } => {
  try {
    return { json: parseArgs({ options: { json: { type: "boolean" } } }).values.json === true }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\nUsage: npm run demo -- [--json]`)
    process.exit(2)
  }
}

const { json } = readArguments()
/** With `--json`, standard output is one document. */
const say = (line: string): void => {
  if (!json) console.log(line)
}
const signal = interruption()
const started = performance.now()
const program = new URL("../../index.ts", import.meta.url)
/** After the last scenario the queues are empty within moments; after Ctrl-C what is under way gets this long. */
const quietMilliseconds = 15_000

const runDemo = async (system: DemoSystem): Promise<DemoResult> => {
  say(`The system is up after ${((performance.now() - started) / 1000).toFixed(1)} s.\n`)

  const scenarios: Array<ScenarioResult> = []
  for (const phase of phases) {
    if (signal.aborted) break
    await Promise.all(
      phase.map(async ({ name, expected, run }) => {
        const begun = performance.now()
        const actual = await run(system).catch((error: unknown) =>
          error instanceof Error ? error.message : String(error)
        )
        if (signal.aborted) return
        const result = {
          name,
          expected,
          actual,
          ok: actual === expected,
          milliseconds: Math.round(performance.now() - begun)
        }
        scenarios.push(result)
        say(scenarioLines(result))
      })
    )
  }
  if (signal.aborted) say("\nInterrupted: letting the messages under way come to rest.")
  await system.quiet(quietMilliseconds)
  const snapshot = await system.snapshot()
  return {
    scenarios,
    conservation: checkConservation(system.accepted(), snapshot.homes),
    recovered: snapshot.recovered,
    alerts: system.alerts().length,
    queued: system.queued(),
    doubleCharges: system.doubleCharges(),
    seconds: (performance.now() - started) / 1000,
    interrupted: signal.aborted
  }
}

try {
  const result = await withSystem({ program, stack: "local", signal }, async (running) => {
    const system = await demoSystem(running, signal)
    return runDemo(system).finally(system.close)
  })
  flushCompileCache()
  console.log(json ? toJson(result) : `\n${conservationLines(result)}`)
  process.exit(signal.aborted ? 130 : isAsExpected(result) ? 0 : 1)
} catch (error) {
  const failure = error instanceof StartFailure ? error.message : error
  console.error(signal.aborted ? "Interrupted before the system was up: no order had been accepted." : failure)
  process.exit(signal.aborted ? 130 : 1)
}
