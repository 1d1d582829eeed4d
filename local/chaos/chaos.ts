/** `npm run chaos`: orders on a fresh instance whose AWS fails all the time, then the conservation check. Exits with 1 unless it holds. */
import { flushCompileCache } from "node:module"
import { enableCaches } from "../caches.ts"

enableCaches()
const { readArguments, usage } = await import("./ChaosArguments.ts")
type ChaosArguments = import("./ChaosArguments.ts").ChaosArguments

const given = ((): ChaosArguments => {
  try {
    const read = readArguments(process.argv.slice(2))
    if (read !== undefined) return read
    console.log(usage)
    process.exit(0)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(2)
  }
})()

const { interruption } = await import("../interruption.ts")
const signal = interruption()
const { createFaults } = await import("../faults/Faults.ts")
const { StartFailure, withSystem } = await import("../withSystem.ts")
const { faultsAtRate } = await import("./faultsAtRate.ts")
const { chaosConfig, runChaos } = await import("./runChaos.ts")
const { holds, reportLines, toJson } = await import("./report.ts")

/** With `--json`, standard output is one document. */
const say = (line: string): void => {
  if (!given.json) console.log(line)
}
const program = new URL("../../index.ts", import.meta.url)
const faults = createFaults(given.seed, faultsAtRate(given.errorRate))

try {
  const result = await withSystem({ program, stack: "local", config: chaosConfig, faults, signal }, (system) => {
    say(`The system is up. Sending ${given.orders} orders; seed ${given.seed}, error rate ${given.errorRate}.`)
    return runChaos(system, { ...given, faults, say, signal })
  })
  flushCompileCache()
  console.log(given.json ? toJson(result) : `\n${reportLines(result)}`)
  process.exit(signal.aborted ? 130 : holds(result) ? 0 : 1)
} catch (error) {
  const failure = error instanceof StartFailure ? error.message : error
  console.error(signal.aborted ? "Interrupted before the system was up: no order had been accepted." : failure)
  process.exit(signal.aborted ? 130 : 1)
}
