/** `npm start`: the program of this repository, stack `local`, on an embedded AWS, until Ctrl-C. */
import { enableCaches } from "./caches.ts"

// Before anything else is loaded: what has been compiled once is not compiled again at the next start.
enableCaches()
const { interruption } = await import("./interruption.ts")
const signal = interruption()
const { runInstance } = await import("./instance.ts")
const { StartFailure } = await import("./withSystem.ts")

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

try {
  await runInstance({ program: new URL("../index.ts", import.meta.url), stack: "local", print, signal })
  process.exit(0)
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error)
  process.exit(1)
}
