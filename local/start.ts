/**
 * `npm start`: the program of this repository, stack `local`, on an embedded AWS, until Ctrl-C. `--verbose` prints each
 * resource.
 */
import { enableCaches } from "./caches.ts"

// Before anything else is loaded: what has been compiled once is not compiled again at the next start.
enableCaches()
const { interruption } = await import("./interruption.ts")
const signal = interruption()
const { patientRecovery, runInstance } = await import("./instance.ts")
const { StartFailure } = await import("./withSystem.ts")

const write = (text: string): void => {
  process.stdout.write(text)
}

const unknown = process.argv.slice(2).find((each) => each !== "--verbose")
if (unknown !== undefined) {
  console.error(
    `Unknown argument ${JSON.stringify(unknown)}: npm start takes --verbose alone (npm start -- --verbose).`
  )
  process.exit(2)
}

try {
  await runInstance({
    program: new URL("../index.ts", import.meta.url),
    stack: "local",
    config: { recovery: patientRecovery(new URL("../index.ts", import.meta.url), "local") },
    verbose: process.argv.includes("--verbose"),
    write,
    signal
  })
  process.exit(0)
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error)
  process.exit(1)
}
