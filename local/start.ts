/**
 * `npm start`: the program of this repository, stack `local`, on an embedded AWS, until Ctrl-C.
 *
 *   npm start -- ../billing/index.ts    # another program; stack `local` if it has one, else `dev`
 *   npm start -- --stack NAME           # another stack
 *   npm start -- --verbose              # prints each resource
 */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
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

const own = new URL("../index.ts", import.meta.url)

const options = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { verbose: { type: "boolean", default: false }, stack: { type: "string" } }
  })
  const [file, ...others] = positionals
  if (others.length > 0) throw new Error(`There is one program to run, and not ${others.join(" and ")} as well.`)
  const { verbose } = values
  if (file === undefined) {
    const stack = values.stack ?? "local"
    return { program: own, stack, verbose, config: { recovery: patientRecovery(own, stack) } }
  }
  const program = pathToFileURL(resolve(file))
  if (!existsSync(program)) throw new Error(`There is no file ${file}.`)
  // As a program of its own has it: a stack file for this machine, or the one for development.
  const local = existsSync(new URL("Pulumi.local.yaml", program))
  return { program, stack: values.stack ?? (local ? "local" : "dev"), verbose }
}

const read = () => {
  try {
    return options()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return process.exit(2)
  }
}

try {
  await runInstance({ ...read(), write, signal })
  process.exit(0)
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error)
  process.exit(1)
}
