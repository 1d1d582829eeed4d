import { fileURLToPath } from "node:url"
import { it } from "vitest"
import { runProgram } from "./run.ts"

it("x", async () => {
  const run = await runProgram(fileURLToPath(new URL("../..", import.meta.url)), "local")
  console.log(
    run.exitCode,
    run.standardError,
    run.milliseconds,
    run.engine.resources.length,
    run.engine.complaints,
    run.engine.outputs()
  )
})
